"""Run folders as trainings leave them, without any training."""

from __future__ import annotations

import json
import os
import time
from datetime import datetime
from pathlib import Path

from tests.helpers.runs import some_dataset, some_settings
from training.run.event_writer import EventWriter
from training.run.events import EpochEvent, Event
from training.run.run_folder import RunFolder, prepare_run

GOOD = {"val_mean_iou": 0.71, "val_iou50": 0.8, "val_class_accuracy": 0.9, "mean_iou": 0.75, "val_loss": 0.4}


def make_run(runs: Path, minute: int = 0, **values: object) -> RunFolder:
    return prepare_run(runs, some_settings(runs.parent, **values), some_dataset(), datetime(2026, 3, 1, 12, minute))


def tell(run: RunFolder, *events: Event) -> None:
    with EventWriter(run.events_file) as writer:
        for event in events:
            writer.write(event)


def epoch(number: int, best: bool = True, **figures: float) -> EpochEvent:
    return EpochEvent(epoch=number, epochs=20, figures={**GOOD, **figures}, seconds=3.0, best=best)


def make_report(run: RunFolder, **values: object) -> None:
    measured = {"images": 1, "mean_iou": 0.66, "iou50": 0.5, "class_accuracy": None}
    report = {
        "version": 1, "outcome": "completed", "reason": "", "epochs_done": 20, "best_epoch": 17, "seconds": 61.5,
        "figures": {"train": {**measured, "mean_iou": 0.99}, "validation": measured}, **values,
    }  # fmt: skip
    run.report_file.write_text(json.dumps(report), encoding="utf-8")


def make_old(run: RunFolder) -> None:
    """As if nobody had written there for an hour."""
    hour_ago = time.time() - 3600
    os.utime(run.events_file, (hour_ago, hour_ago))
