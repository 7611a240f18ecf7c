"""How right the time is that a probe tells: the estimate before, the run's own estimate, and how long it really took.

    .venv/bin/python benchmarks/estimate.py [--epochs 20] [--images 240]

Prints one JSON object a line. The targets hold on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from figures import Figure

from training.run.events import EpochEvent, EstimateEvent, Event, StartedEvent
from training.run.run_folder import RunFolder

WANTED = "0.7 to 1.3"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--images", type=int, default=240, help="pictures of the sample project")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="boxwright-bench-") as folder:
        for figure in measured(Path(folder), arguments.epochs, arguments.images):
            figure.print()


def measured(folder: Path, epochs: int, images: int) -> list[Figure]:
    photos, run = folder / "photos", RunFolder(folder / "run")
    _program("sample", photos, "--count", images)
    common = ("train", "localizer", "--data", photos, "--epochs", epochs, "--json")
    began = time.monotonic()
    told = json.loads(_program(*common, "--estimate").splitlines()[-1])
    asked = time.monotonic() - began
    began = time.monotonic()
    _program(*common, "--out", run.path)
    took = time.monotonic() - began
    return [
        Figure("estimate_answer_s", round(asked, 1), "s", "at most 20"),
        Figure("estimate_before_s", round(told["seconds"], 1), "s", f"run_s, {WANTED} times"),
        Figure("run_s", round(took, 1), "s", "as measured"),
        Figure("estimate_before_share", round(told["seconds"] / took, 2), "of run_s", WANTED),
        *_of_events(run.read_events()[0]),
    ]


def _of_events(events: list[Event]) -> list[Figure]:
    """What the run foretold of itself, and what came."""
    estimate = next(event for event in events if isinstance(event, EstimateEvent))
    started = next(event for event in events if isinstance(event, StartedEvent))
    epochs = [event.time for event in events if isinstance(event, EpochEvent)]
    an_epoch = (epochs[-1] - epochs[0]) / (len(epochs) - 1)
    left = events[-1].time - estimate.time
    return [
        Figure("epoch_share", round(estimate.epoch_seconds / an_epoch, 2), "of an epoch", WANTED),
        Figure("estimate_in_run_share", round(estimate.seconds / left, 2), "of what was left", WANTED),
        Figure("probe_s", round(estimate.time - started.time, 2), "s", "compiling and at most 4"),
    ]


def _program(*arguments: Any) -> str:
    command = [sys.executable, "-m", "training", *map(str, arguments)]
    home = Path(__file__).resolve().parents[1]
    return subprocess.run(command, cwd=home, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
