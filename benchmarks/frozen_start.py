"""How long the built program takes to its window, beside the same program from its source; and that neither loads TensorFlow.

    .venv/bin/python benchmarks/frozen_start.py [--program dist/Boxwright/boxwright] [--rounds 9]

Both are started in turn, so that what else the machine does falls on both; their first starts, which read from the disk,
are not counted. Needs Linux and Xvfb.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from figures import Figure, add_json_option, hand_over, say
from shown_windows import ShownWindows, own_screen

from training.dataset.sample_project import create_sample_project

ROOT = Path(__file__).resolve().parent.parent
MOST = 1.5  # times as long as the source
PATIENCE_SECONDS = 120.0
SETTLING_SECONDS = 2.0  # in which the window loads what it loads after it is shown
FOREIGN = ("tensorflow", "h5py")  # Keras is of Python alone, and loads the second


def main(arguments: Sequence[str] | None = None) -> int:
    args = _parser().parse_args(arguments)
    programs = {"source": [sys.executable, "-m", "desktop_app"], "frozen": [str(args.program.resolve())]}
    with tempfile.TemporaryDirectory(prefix="boxwright-start-") as place, own_screen() as screen:
        project = Path(place) / "project"
        create_sample_project(project)
        environment = _environment(Path(place), screen.name)
        seconds: dict[str, list[float]] = {name: [] for name in programs}
        for number in range(args.rounds + 1):
            for name, command in programs.items():
                taken = _start([*command, str(project)], environment, screen)
                say(f"{name}: {taken:.3f} s{'' if number else ' (not counted)'}")
                seconds[name] += [taken] if number else []
    middle = {name: statistics.median(times) for name, times in seconds.items()}
    ratio = middle["frozen"] / middle["source"]
    figures = [Figure(f"{name}_start_s", round(value, 3), "s", "as short as can be") for name, value in middle.items()]
    hand_over([*figures, Figure("start_ratio", round(ratio, 2), "times", f"at most {MOST}")], args.json)
    return 0 if ratio <= MOST else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="How long the built program takes to its window.")
    parser.add_argument("--program", type=Path, default=ROOT / "dist/Boxwright/boxwright")
    parser.add_argument("--rounds", type=int, default=9)
    add_json_option(parser)
    return parser


def _environment(place: Path, screen: str) -> dict[str, str]:
    """A home of its own, and no other way to the screen."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "QT_", "WAYLAND_"))}
    return {**kept, "HOME": str(place), "DISPLAY": screen, "PYTHONPATH": str(ROOT)}


def _start(command: Sequence[str], environment: Mapping[str, str], screen: ShownWindows) -> float:
    """Seconds to the window."""
    screen.forget()
    born = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        shown = screen.wait_for_one(PATIENCE_SECONDS)
        time.sleep(SETTLING_SECONDS)
        assert process.poll() is None, f"{command[0]} ended with {process.returncode}: no window of ours was measured"
        loaded = loaded_of(process.pid)
        assert not loaded, f"the window's process loaded {loaded}"
    finally:
        process.kill()
        process.wait()
    return shown - born


def loaded_of(pid: int) -> list[str]:
    """Files of TensorFlow and Keras in the memory of that process."""
    lines = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines()
    files = {Path(line.split(maxsplit=5)[5]).name for line in lines if len(line.split(maxsplit=5)) == 6}
    return sorted(name for name in files if any(word in name for word in FOREIGN))


if __name__ == "__main__":
    sys.exit(main())
