"""The smoke test can fail: tiny programs that are real processes do what the built program must not."""

from __future__ import annotations

import importlib
import io
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "packaging"))  # scripts, no package
place, processes, traces, window_step, command_steps, expected_output, failure, pictures, stream = (
    importlib.import_module(f"smoke.{name}")
    for name in (
        "place",
        "processes",
        "traces",
        "window_step",
        "command_steps",
        "expected_output",
        "failure",
        "pictures",
        "stream",
    )
)
sys.path.remove(str(ROOT / "packaging"))
CommandSteps, Runner, SmokeError = command_steps.CommandSteps, processes.Runner, failure.SmokeError
unexpected = expected_output.unexpected

MakeRunner = Callable[..., Any]
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="what processes do is looked at in /proc")


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeRunner:
    """Makes a runner of a program that is a few lines of Python."""
    monkeypatch.setattr(processes, "ENDING_SECONDS", 0.3)
    work = tmp_path / "work"
    work.mkdir()

    def make(*lines: str, seconds: float = 60.0) -> Any:
        file = tmp_path / "fake.py"
        file.write_text("\n".join(["import sys, time, subprocess, json, os", *lines]) + "\n", encoding="utf-8")
        environment = {"PATH": "", "SYSTEMROOT": os.environ.get("SYSTEMROOT", "")}
        return Runner([sys.executable, str(file)], environment, work, time.monotonic() + seconds)

    return make


def write_jpegs(folder: Path, *sizes: tuple[int, int]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, size in enumerate(sizes):
        Image.new("RGB", size, (number * 20, 90, 90)).save(folder / f"{number}.jpg")


# --- what it says


def test_a_calm_program_passes(program):
    assert CommandSteps(program("print('boxwright 1.2.3')")).version().startswith("boxwright 1.2.3")


def test_a_line_that_nobody_expects_fails_and_is_told(program):
    runner = program("print('boxwright 1.2.3')", "print('2026-11-21 oneDNN custom operations are on', file=sys.stderr)")
    with pytest.raises(SmokeError, match="oneDNN custom operations"):
        CommandSteps(runner).version()


@pytest.mark.parametrize(
    "line", ["Traceback (most recent call last):", "UserWarning: no", "E0000 00:00:1700 cuda", "WARNING: all log"]
)
def test_trouble_on_stdout_is_found_among_other_words(line):
    assert unexpected(f"Building the model\n{line}\n", "") == [line]


def test_what_can_not_be_avoided_is_allowed_on_stderr_alone():
    harmless = (
        "This plugin does not support propagateSizeHints()\nINFO: Created TensorFlow Lite XNNPACK delegate for CPU."
    )
    assert unexpected("Completed.", harmless) == []
    assert unexpected("", f"{harmless} And more.") == [
        "INFO: Created TensorFlow Lite XNNPACK delegate for CPU. And more."
    ]


@pytest.mark.parametrize(("code", "passes"), [(2, True), (1, False), (0, False)])
def test_wrong_usage_has_an_exit_code_of_its_own(program, code, passes):
    runner = program(
        "print('usage: boxwright [-h] COMMAND', file=sys.stderr)",
        "print(\"boxwright: error: argument COMMAND: invalid choice: 'frobnicate'\", file=sys.stderr)",
        f"sys.exit({code})",
    )
    if passes:
        assert "exit code 2" in CommandSteps(runner).unknown_command()
    else:
        with pytest.raises(SmokeError, match=f"exit code of wrong usage is {code}"):
            CommandSteps(runner).unknown_command()


def test_a_table_without_all_pictures_fails(program):
    header = "filename,class,score,xmin,ymin,xmax,ymax"
    runner = program(f"open(sys.argv[5], 'w').write('{header}\\n1.jpg,cat,0.5,1,1,9,9\\n')")
    with pytest.raises(SmokeError, match="does not name all pictures"):
        CommandSteps(runner).predict()


def test_a_format_that_another_process_reads_is_tried(program):
    assert (
        "2 boxes"
        in CommandSteps(
            program(f"sys.path.insert(0, {str(ROOT)!r})", "from training.__main__ import main", "sys.exit(main())")
        ).convert()
    )
    with pytest.raises(SmokeError, match=r"has \[\]"):
        CommandSteps(program("open(sys.argv[6], 'w').write('filename,class\\n')")).convert()


# --- what it leaves


@linux_only
def test_a_hung_program_is_killed_with_the_children_that_hid_themselves(program):
    sleeper = "[sys.executable, '-c', 'import time; time.sleep(600)']"
    runner = program(
        f"subprocess.Popen({sleeper}, start_new_session=True)", "print('half way', flush=True)", "time.sleep(600)"
    )
    started = time.monotonic()
    with pytest.raises(SmokeError, match="did not end within 1 s and was killed") as failure:
        runner.run("train", seconds=1.0)
    assert time.monotonic() - started < 20
    assert "half way" in failure.value.seen
    assert runner.marked() == []


@linux_only
def test_a_process_that_stays_behind_fails(program):
    sleeper = "[sys.executable, '-c', 'import time; time.sleep(600)']"
    runner = program(f"subprocess.Popen({sleeper}, start_new_session=True)", "print('boxwright 1.2.3')")
    try:
        with pytest.raises(SmokeError, match=r"Processes are left: \[\d+\]"):
            CommandSteps(runner).version()
    finally:
        runner.kill_all()


def test_there_is_an_end_of_all_patience(program):
    runner = program("time.sleep(600)", seconds=0.5)
    with pytest.raises(SmokeError, match="did not end within 0 s"):
        runner.run("train", seconds=240)


# --- the window

REPORT = [
    "out = sys.argv[2]",
    "os.makedirs(out + '/shots')",
    "steps = [dict(step='window', ok=True, seconds=1.0, sentence='It opened.')]",
    "steps += [dict(step='training', ok=False, seconds=9.0, sentence='The training failed: the disk is full.')]",
    "json.dump(dict(ok=False, steps=steps), open(out + '/report.json', 'w'))",
    "open(out + '/shots/01-window.png', 'wb').write(bytes(4000))",
    "sys.exit(1)",
]


def test_a_failed_step_of_the_window_is_named_and_its_screenshots_stay(program, tmp_path):
    runner, out, drawn = program(*REPORT), tmp_path / "out", tmp_path / "pictures"
    write_jpegs(drawn, (32, 24))
    out.mkdir()
    watch = traces.Watch(runner.marked, [tmp_path])
    with watch, pytest.raises(SmokeError, match=r"training: The training failed: the disk is full\. \(exit code 1\)"):
        window_step.drive_the_window(runner, watch, drawn, out)
    assert (out / "shots/01-window.png").is_file()
    assert window_step.steps_told(out)[0].partition(" s  ")[2] == "window: It opened."


def test_a_window_that_leaves_no_report_fails(program, tmp_path):
    runner, drawn = program("print('never mind')"), tmp_path / "pictures"
    write_jpegs(drawn, (32, 24))
    watch = traces.Watch(runner.marked, [tmp_path])
    with pytest.raises(SmokeError, match=r"There is no report \(exit code 0\)") as failure:
        window_step.drive_the_window(runner, watch, drawn, tmp_path)
    assert "never mind" in failure.value.seen


@linux_only
def test_what_a_process_loads_and_writes_is_seen(program, tmp_path):
    library, forbidden = tmp_path / "tensorflow/libtensorflow_cc.so.2", tmp_path / "elsewhere.log"
    library.parent.mkdir()
    library.write_bytes(bytes(8192))
    runner = program(
        f"import mmap; file = open({str(library)!r}); mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)",
        f"log, own = open({str(forbidden)!r}, 'w'), open('own.log', 'w')",
        "time.sleep(600)",
    )
    with traces.Watch(runner.marked, [runner.folder]) as watch, runner.started() as running:
        watch.without_tensorflow.add(running.pid)
        end = time.monotonic() + 20
        while not (watch.loaded and watch.written) and time.monotonic() < end:
            time.sleep(0.05)
    assert watch.loaded == {str(library)}
    assert watch.written == {str(forbidden)}


def test_a_changed_program_folder_is_seen(tmp_path):
    write_jpegs(tmp_path / "program", (8, 8), (9, 9))
    before = traces.snapshot(tmp_path / "program")
    (tmp_path / "program/0.jpg").write_bytes(b"other")
    (tmp_path / "program/new").touch()
    assert traces.changes(before, traces.snapshot(tmp_path / "program")) == ["0.jpg", "new"]


# --- where it is tried


def test_the_program_lies_where_names_are_hard_and_finds_no_python(tmp_path):
    built = tmp_path / "dist/Boxwright"
    (built / "_internal").mkdir(parents=True)
    (built / "boxwright").write_text("program", encoding="utf-8")
    (built / "_internal/library").write_text("library", encoding="utf-8")
    found = place.prepare(tmp_path / "out", built)
    assert found.program is not None
    assert " " in str(found.program)
    assert not str(found.program).isascii()
    assert place.executable_in(found.program).read_text(encoding="utf-8") == "program"
    environment = place.environment_in(found)
    assert Path(environment["HOME"]).is_dir()
    assert list(Path(environment["HOME"]).iterdir()) == []
    assert "PYTHONPATH" not in environment
    assert sys.prefix not in environment["PATH"]


def test_a_missing_program_is_told(tmp_path):
    command = [
        sys.executable,
        str(ROOT / "packaging/smoke_test.py"),
        str(tmp_path / "dist"),
        "--out",
        str(tmp_path / "out"),
    ]
    result = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == 1
    assert "There is no program boxwright" in result.stdout


def test_a_program_that_does_nothing_right_fails_in_every_step(tmp_path):
    fake = tmp_path / "fake.py"
    fake.write_text("raise SystemExit(3)\n", encoding="utf-8")
    script, out = str(ROOT / "packaging/smoke_test.py"), str(tmp_path / "out")
    command = [sys.executable, script, "--program", f'"{sys.executable}" "{fake}"', "--out", out]
    result = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == 1
    last = result.stdout.splitlines()[-1]
    steps = ("--version", "doctor", "sample", "train", "predict", "export-model", "serve", "unknown command", "window")
    assert last.startswith("FAILED:")
    assert all(step in last for step in steps)


# --- the camera


def test_the_camera_shows_pictures_of_one_size_in_turn(tmp_path):
    write_jpegs(tmp_path, (40, 30), (64, 48), (40, 30))
    jpegs = pictures.jpegs_of_one_size(tmp_path)
    assert [pictures.size_of(jpeg) for jpeg in jpegs] == [(40, 30), (40, 30)]
    with stream.Stream(jpegs) as camera, urllib.request.urlopen(camera.address, timeout=10) as response:
        assert response.headers["Content-Type"] == "multipart/x-mixed-replace; boundary=picture"
        assert response.readline() == b"--picture\r\n"
        response.readline()
        length = int(response.readline().split()[1])
        response.readline()
        first = response.read(length)
    assert first == jpegs[0]
    assert Image.open(io.BytesIO(first)).size == (40, 30)


def test_the_steps_are_those_of_the_self_check():
    source = (ROOT / "desktop_app/self_check/self_check.py").read_text(encoding="utf-8")
    assert all(json.dumps(step) in source for step in window_step.STEPS)
