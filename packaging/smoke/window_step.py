"""The window: `self-check` drives it, and this looks at what came of it and at its process meanwhile."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from smoke.expected_output import unexpected
from smoke.failure import SmokeError
from smoke.pictures import jpegs_of_one_size
from smoke.processes import Ended, Runner
from smoke.stream import Stream
from smoke.traces import Watch

CHECK = "auto contrôle"  # the folder of its results
STEPS = ["window", "box", "training", "predicted box", "files", "camera", "export", "closing", "end"]
FEWEST_SHOTS, FEWEST_FRAMES, SMALLEST_SHOT = 10, 20, 3000  # bytes
SECONDS = 600.0


def drive_the_window(runner: Runner, watch: Watch, pictures: Path, out: Path) -> str:
    """Screenshots and report.json are in `out` afterwards, whatever happened."""
    jpegs = jpegs_of_one_size(pictures)
    if not jpegs:
        raise SmokeError(f"There is no picture in {pictures} that a camera could send.")
    try:
        with Stream(jpegs) as stream, runner.started("self-check", CHECK, "--camera", stream.address) as running:
            watch.without_tensorflow.add(running.pid)
            ended = running.wait(SECONDS)
    finally:
        watch.without_tensorflow.clear()
        _keep(runner.folder / CHECK, out)
    report = _report(out, ended)
    failed = [f"{step['step']}: {step['sentence']}" for step in report["steps"] if not step["ok"]]
    _require(not failed and report["ok"] and ended.code == 0, f"{'; '.join(failed)} (exit code {ended.code})", ended)
    done = [step["step"] for step in report["steps"]]
    _require(done == STEPS, f"It did {done}.", ended)
    _require(stream.sent >= FEWEST_FRAMES, f"Only {stream.sent} pictures of the camera were asked for.", ended)
    lines = unexpected(ended.stdout, ended.stderr)
    _require(not lines, f"It says what nobody expects: {lines[0] if lines else ''}", ended)
    _require(not watch.loaded, f"The window's process has loaded {sorted(watch.loaded)[:3]}.", ended)
    _require(watch.looks or not watch.can_see, "Nobody looked at the window's process.", ended)
    left = runner.left_processes()
    _require(not left, f"Processes are left: {left}.", ended)
    shots = [shot for shot in (out / "shots").glob("*.png") if shot.stat().st_size >= SMALLEST_SHOT]
    _require(len(shots) >= FEWEST_SHOTS, f"There are {len(shots)} screenshots in {out / 'shots'}.", ended)
    return f"{len(done)} steps, {len(shots)} screenshots, after {ended.seconds:.1f} s"


def steps_told(out: Path) -> list[str]:
    """What the check itself said about each step, as far as it came."""
    try:
        report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [f"{step['seconds']:6.1f} s  {step['step']}: {step['sentence']}" for step in report["steps"]]


def _keep(found: Path, out: Path) -> None:
    for name in ("shots", "report.json"):
        if (found / name).is_dir():
            shutil.copytree(found / name, out / name, dirs_exist_ok=True)
        elif (found / name).is_file():
            shutil.copy2(found / name, out / name)


def _report(out: Path, ended: Ended) -> dict[str, object]:
    try:
        return json.loads((out / "report.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SmokeError(f"There is no report (exit code {ended.code}): {error}", ended.seen) from None


def _require(condition: object, sentence: str, ended: Ended) -> None:
    if not condition:
        raise SmokeError(sentence, ended.seen)
