"""Prepared runs for tests."""

from __future__ import annotations

from pathlib import Path

from training.dataset.box import Box
from training.dataset.dataset import Dataset, LabelledImage, Split
from training.run.run_folder import RunFolder, prepare_run_at
from training.run.settings import ClassEntry, TrainingSettings

CLASSES = (ClassEntry(3, "cup"), ClassEntry(7, "fork"))


def some_settings(folder: Path, **values) -> TrainingSettings:
    return TrainingSettings(**{"image_root": str(folder), "classes": CLASSES, **values})


def some_dataset() -> Dataset:
    images = (
        LabelledImage("a.jpg", 100, 80, (Box(10, 10, 50, 40, "cup"),), split=Split.TRAIN),
        LabelledImage("b.jpg", 100, 80, (Box(20, 15.5, 70, 60, "fork"),), split=Split.VALIDATION),
        LabelledImage("c.jpg", 100, 80, split=Split.TRAIN),
    )
    return Dataset(images, ("cup", "fork"))


def prepared_run(folder: Path, **values) -> RunFolder:
    """A run that could be started; its pictures do not exist."""
    return prepare_run_at(folder / "run", some_settings(folder, **values), some_dataset())
