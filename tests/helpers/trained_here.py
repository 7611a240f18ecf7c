"""Trainings in this process, which has loaded TensorFlow once for all tests, and whether two of them are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from tests.helpers.learnable_pictures import draw_split
from training.dataset.dataset import Dataset
from training.run.events import EndedEvent, EpochEvent
from training.run.run_control import RunControl
from training.run.run_folder import RunFolder, prepare_run_at
from training.run.run_parts import counted_epochs
from training.run.settings import ClassEntry, TrainingSettings
from training.run.worker import run_training

BATCH = 8
CLOSE = 1e-5
QUICK = {"model_size": "small", "input_size": 64, "batch_size": BATCH, "device": "cpu", "seed": 3}


@dataclass
class Pictures:
    """Of one object each, and some of none, for runs of a recipe beside them."""

    folder: Path
    recipe: str
    count: int
    negatives: int
    dataset: Dataset = field(init=False)

    def __post_init__(self) -> None:
        self.dataset = draw_split(self.images, self.count, negatives=self.negatives)

    @property
    def images(self) -> Path:
        return self.folder / "images"

    def prepared(self, name: str, **values: Any) -> RunFolder:
        """A small and repeatable run on the CPU, with other settings where they are given."""
        classes = tuple(ClassEntry(number, label) for number, label in enumerate(self.dataset.classes))
        options = QUICK | values
        settings = TrainingSettings.for_recipe(self.recipe, image_root=str(self.images), classes=classes, **options)
        return prepare_run_at(self.folder / name, settings, self.dataset)


@contextmanager
def telling_every_step() -> Iterator[None]:
    """Keras is given back as it was: other tests need no repeatable operations."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("training.run.learning.run_callbacks.SECONDS_BETWEEN_STEPS", 0.0)
        yield
    keras.backend.clear_session()


@contextmanager
def nothing_but_learning() -> Iterator[None]:
    """Without exporting, which changes no weights, and without probing, which is undone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("training.run.report.finishing.export_litert", lambda *_: None)
        patch.setattr("training.run.train.tell_estimate", lambda *_: None)
        yield


def trained_here(run: RunFolder, control: RunControl | None = None) -> EndedEvent:
    """`control` hears the events if it has ears."""
    hear: Callable[[Any], None] = getattr(control, "hear", lambda _: None)
    with nothing_but_learning():
        return run_training(run, hear, control or RunControl())


def epochs_of(run: RunFolder) -> list[EpochEvent]:
    return counted_epochs(run.read_events()[0])


def assert_same_training(run: RunFolder, other: RunFolder) -> None:
    """Every figure of every epoch, which of them were the best, and the last weights."""
    mine, theirs = epochs_of(run), epochs_of(other)
    assert [(one.epoch, one.phase, one.best) for one in mine] == [(one.epoch, one.phase, one.best) for one in theirs]
    for one, two in zip(mine, theirs, strict=True):
        assert one.figures == pytest.approx(two.figures, abs=CLOSE), f"epoch {one.epoch}"
    ends = [keras.saving.load_model(each.last_model, compile=False).get_weights() for each in (run, other)]
    for one, two in zip(*ends, strict=True):
        np.testing.assert_allclose(one, two, atol=CLOSE)
