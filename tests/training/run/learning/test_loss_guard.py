"""With a model that is trained in this process."""

from __future__ import annotations

from types import SimpleNamespace

import keras
import numpy as np
import pytest

from training.run.events import EndedEvent, WarningEvent
from training.run.failure import LossLost
from training.run.learning.loss_guard import LossGuard
from training.run.learning.phases import Phase

COMPLETED = EndedEvent(outcome="completed", figures={"mean_iou": 0.4})
INPUTS, TARGETS = np.ones((8, 2), np.float32), np.ones((8, 1), np.float32)


def guard_of(epochs: int, told: list) -> LossGuard:
    session = SimpleNamespace(
        settings=SimpleNamespace(epochs=epochs, learning_rate=1e-7, optimizer="adamw"), tell=told.append
    )
    return LossGuard(session, SimpleNamespace(epoch=0, batch=1, phase=Phase("", epochs)), [])


def fit(guard: LossGuard, rate: float, epochs: int, start: float = 0.0) -> None:
    model = keras.Sequential([keras.layers.Dense(1, kernel_initializer=keras.initializers.Constant(start))])
    model.compile(optimizer=keras.optimizers.SGD(rate), loss="mse")
    model.fit(INPUTS, TARGETS, epochs=epochs, verbose=0, callbacks=[guard])


def test_a_loss_that_is_no_number_ends_the_training_at_that_step():
    guard = guard_of(5, [])
    with pytest.raises(LossLost) as lost:
        fit(guard, 0.1, 5, start=1e30)
    assert (lost.value.epoch, lost.value.step) == (1, 1)
    ended = guard.corrected(COMPLETED)
    assert (ended.outcome, ended.code, ended.facts) == ("failed", "nan_loss", {"epoch": "1", "step": "1"})
    assert ended.figures == COMPLETED.figures


def test_weights_that_are_no_numbers_are_not_kept_though_the_loss_was_one():
    guard = guard_of(5, [])
    with pytest.raises(LossLost) as lost:
        fit(guard, 1e38, 5, start=1e3)
    assert lost.value.step == 0
    assert str(lost.value) == "the loss is no longer a number (since epoch 1)"


def test_a_loss_that_does_not_move_is_told_once_and_is_how_it_ended():
    told: list = []
    guard = guard_of(6, told)
    fit(guard, 0.0, 6)
    assert [type(event) for event in told] == [WarningEvent]
    assert told[0].facts["learning_rate"] == "0.003"
    assert guard.corrected(COMPLETED).code == "loss_stuck"
    early = EndedEvent(outcome="completed", code="early_stopped")
    assert guard.corrected(early) == early


def test_one_that_falls_is_nobodys_business():
    told: list = []
    guard = guard_of(6, told)
    fit(guard, 0.1, 6)
    assert told == []
    assert guard.corrected(COMPLETED) == COMPLETED
