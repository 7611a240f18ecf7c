"""The self-check against the sources: that it passes, and that it can fail. Each is a process with a home of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.mjpeg import MjpegServer

ROOT = Path(__file__).resolve().parents[3]
START = """
import sys
from pathlib import Path
from desktop_app.self_check.own_home import move_in
out, camera = Path(sys.argv[1]), sys.argv[2]
move_in(out / "home")
from desktop_app.self_check import self_check as check
from desktop_app.self_check.visit import require
check.PICTURES = {pictures}
check.ENDING_SECONDS = 0.5
steps = check.STEPS
{change}
sys.exit(check.run_self_check(out, camera, steps))
"""


def run(out: Path, change: str, pictures: int = 8, camera: str = "") -> tuple[subprocess.CompletedProcess[str], Any]:
    """The check with other `steps`; what its process said, and its report."""
    code = START.format(pictures=pictures, change=change)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, str(out), camera]
    result = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", timeout=200, check=False)
    return result, json.loads((out / "report.json").read_text(encoding="utf-8"))


def steps_of(report: Any) -> dict[str, bool]:
    return {step["step"]: step["ok"] for step in report["steps"]}


def sentence_of(report: Any, name: str) -> str:
    return next(step["sentence"] for step in report["steps"] if step["step"] == name)


@pytest.mark.training
def test_the_window_does_its_main_jobs_by_itself(tmp_path: Path, home: Path):
    """All but the export, which takes as long as all the others, and is tried with the built program."""
    out = tmp_path / "où ça"
    with MjpegServer(rate=20, cycle=20) as server:
        result, report = run(out, "steps = {n: s for n, s in steps.items() if n != 'export'}", 40, server.address)
    assert result.returncode == 0, result.stdout + result.stderr
    assert list(steps_of(report)) == ["window", "box", "training", "predicted box", "files", "camera", "closing", "end"]
    assert report["ok"]
    assert "frames a second" in sentence_of(report, "camera")
    assert "40 files" in sentence_of(report, "files")
    assert len((out / "predictions.csv").read_text(encoding="utf-8").splitlines()) > 40
    shots = sorted(shot.name for shot in (out / "shots").iterdir())
    assert len(shots) == 8
    assert (shots[0], shots[-1]) == ("01-sample-project.png", "08-camera.png")
    assert "All is well" in result.stdout
    assert list(home.iterdir()) == []


def test_a_failed_step_is_named_and_the_window_closes_all_the_same(tmp_path: Path):
    change = """
def broken(visit):
    require(visit.window.isVisible() and len(visit.window.document.images) > 99, "There are too few pictures.")
steps = {"window": steps["window"], "pictures": broken, "box": steps["box"]}
"""
    result, report = run(tmp_path / "out", change)
    assert result.returncode == 1
    assert steps_of(report) == {"window": True, "pictures": False, "closing": True, "end": True}
    assert not report["ok"]
    assert sentence_of(report, "pictures") == "There are too few pictures."
    assert (tmp_path / "out/shots/02-pictures-failed.png").is_file()
    assert "Something is not well: pictures" in result.stdout


def test_a_mistake_of_the_program_ends_the_waiting_and_fails(tmp_path: Path):
    change = """
def mistaken(visit):
    from PySide6.QtCore import QTimer
    QTimer.singleShot(0, visit.window, lambda: visit.window.no_such_thing)
    visit.wait(lambda: False, "nothing happens", 120)
steps = {"window": steps["window"], "mistake": mistaken}
"""
    result, report = run(tmp_path / "out", change)
    assert result.returncode == 1
    told = sentence_of(report, "mistake")
    assert told.startswith("While it waited until nothing happens: An unexpected error came up: AttributeError")
    assert "no_such_thing" in told


def test_a_program_that_goes_on_without_its_window_fails(tmp_path: Path):
    change = """
def staying(visit):
    from PySide6.QtWidgets import QApplication
    QApplication.setQuitOnLastWindowClosed(False)
    return "It stays."
steps = {"staying": staying}
"""
    result, report = run(tmp_path / "out", change)
    assert result.returncode == 1
    assert sentence_of(report, "end") == "The window was closed, and the program did not end."


@pytest.mark.skipif(os.name != "posix", reason="a process that outlives its parent is ended with a signal")
def test_a_process_that_is_left_fails(tmp_path: Path):
    change = """
def leaving(visit):
    import subprocess
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"], stdout=-3, stderr=-3)
    return str(child.pid)
steps = {"leaving": leaving}
"""
    result, report = run(tmp_path / "out", change)
    child = int(sentence_of(report, "leaving"))
    os.kill(child, signal.SIGKILL)
    assert result.returncode == 1
    assert sentence_of(report, "end").startswith(f"Processes are left: {child} ")


def test_the_command_wants_an_empty_folder(tmp_path: Path):
    (tmp_path / "photo.jpg").touch()
    command = [sys.executable, "-m", "desktop_app", "self-check", str(tmp_path)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == 2
    assert "is not an empty folder" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]
