"""Looks after the loss while `model.fit` works: that it stays a number, and that it moves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import keras
import numpy as np

from training.models.compiling import figures
from training.run.events import EndedEvent, EpochEvent
from training.run.failure import LossLost, failed_by
from training.run.learning.loss_watch import LossWatch
from training.run.learning.state_keeper import StateKeeper
from training.run.session import Session


class LossGuard(keras.callbacks.Callback):  # type: ignore[misc]
    """Comes before whatever saves models: one whose weights are no numbers is not to be kept. Raises LossLost."""

    def __init__(self, session: Session, state: StateKeeper, before: Sequence[EpochEvent]) -> None:
        """`before` are the epochs of earlier parts of the run."""
        super().__init__()
        self._session = session
        self._state = state
        self._watch = LossWatch(session.settings.epochs, before)
        self._lost: LossLost | None = None

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        loss = float((logs or {})["loss"])
        if not math.isfinite(loss):
            raise self._loss(self._state.batch)
        self._watch.add_step(self._state.batch, loss)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        """The last step's loss was a number, and yet what it did to the weights may have been too much."""
        if not all(np.isfinite(keras.ops.convert_to_numpy(weight)).all() for weight in self.model.weights):
            raise self._loss(0)
        self._watch.add(figures(logs or {}))
        settings = self._session.settings
        warning = None if self._is_fine_tuning else self._watch.warning(settings.learning_rate, settings.optimizer)
        if warning is not None:
            self._session.tell(warning)

    def corrected(self, ended: EndedEvent) -> EndedEvent:
        """The end as it is with what is known of the loss."""
        if self._lost is not None:
            return replace(failed_by(self._lost), figures=ended.figures)
        is_stuck = self._watch.is_stuck and not self._is_fine_tuning
        return replace(ended, code="loss_stuck") if is_stuck and not ended.code else ended

    @property
    def _is_fine_tuning(self) -> bool:
        """What is only made better a little has little left to lose."""
        return self._state.phase.begins > 0

    def _loss(self, step: int) -> LossLost:
        self._lost = LossLost(self._state.epoch + 1, step)
        return self._lost
