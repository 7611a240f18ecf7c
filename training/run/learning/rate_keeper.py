"""Tells the learning rate as a figure of each epoch, and lowers it where the schedule asks for that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from training.models.compiling import figures
from training.models.optimizing import rate_of
from training.run.events import EpochEvent
from training.run.learning.plateau import FACTOR, PlateauWatch
from training.run.settings import TrainingSettings

PLATEAU = "plateau"
LEARNING_RATE = "learning_rate"


class RateKeeper(keras.callbacks.Callback):  # type: ignore[misc]
    """Comes before whatever keeps figures and state: the rate at an epoch's end is added to its logs, and lowered after
    that; it is one of the optimizer's variables, and saved with them.

    `before` are the epochs of the phase so far: so a run that goes on decides as it would have.
    """

    def __init__(self, settings: TrainingSettings, before: Sequence[EpochEvent]) -> None:
        super().__init__()
        self._watch = PlateauWatch(settings.patience, before) if settings.schedule == PLATEAU else None

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        if logs is None:
            return
        optimizer = self.model.optimizer
        logs[LEARNING_RATE] = rate_of(optimizer)
        if self._watch is not None and self._watch.add(figures(logs)):
            optimizer.learning_rate = FACTOR * logs[LEARNING_RATE]
