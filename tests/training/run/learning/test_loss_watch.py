from __future__ import annotations

import math

import numpy as np
import pytest

from training.run.events import EpochEvent
from training.run.learning.loss_watch import LossWatch, rate_for_stuck

EPOCHS = 40


def noise(count: int, share: float = 0.012, seed: int = 0) -> np.ndarray:
    """As it was measured: an epoch's mean over ten augmented batches."""
    return 1 + share * np.random.default_rng(seed).standard_normal(count)


def watch_of(losses, epochs: int = EPOCHS, **figures: float) -> tuple[LossWatch, list[int]]:
    """The watch after these epochs, and the epochs after which it warned."""
    watch = LossWatch(epochs)
    told = []
    for number, loss in enumerate(losses, start=1):
        watch.add({"loss": float(loss), **figures})
        if watch.warning(1e-7) is not None:
            told.append(number)
    return watch, told


@pytest.mark.parametrize("seed", range(20))
def test_a_loss_that_only_scatters_is_stuck_and_told_once_after_the_warm_up(seed):
    watch, told = watch_of(16.5 * noise(EPOCHS, seed=seed))
    assert watch.is_stuck
    assert told == [EPOCHS // 10 + 3]


@pytest.mark.parametrize(
    "losses",
    [
        np.concatenate([np.linspace(16, 8, 6), np.full(34, 8.0) * noise(34)]),  # learned, then a plateau
        16 * 0.98 ** np.arange(EPOCHS) * noise(EPOCHS),  # slow and steady
        np.concatenate([np.linspace(16, 10, 10), np.full(30, 16.0)]),  # it did move, and then jumped back
        16.5 * np.concatenate([noise(3), 0.9 * noise(37)]),  # nothing in the warm-up, then a little
    ],
)
def test_a_loss_that_fell_is_not_accused(losses):
    watch, told = watch_of(losses)
    assert not watch.is_stuck
    assert told == []


@pytest.mark.parametrize("epochs", [1, 3, 4, 40, 200])
def test_nothing_is_said_before_three_epochs_after_the_warm_up(epochs):
    watch = LossWatch(epochs)
    for _ in range(math.ceil(epochs / 10) + 2):
        watch.add({"loss": 5.0})
        assert not watch.is_stuck
    watch.add({"loss": 5.0})
    assert watch.is_stuck


def test_what_was_learned_within_the_first_epoch_counts():
    watch = LossWatch(EPOCHS)
    watch.add_step(10, 16.0)
    for loss in 6.0 * noise(EPOCHS):
        watch.add({"loss": float(loss)})
    assert not watch.is_stuck


def test_a_model_that_is_good_already_is_not_accused():
    assert not watch_of(2.0 * noise(EPOCHS), mean_iou=0.7)[0].is_stuck


def test_a_loss_that_moves_late_takes_the_accusation_back():
    watch, told = watch_of([*(16.5 * noise(15)), *np.linspace(15, 8, 25)])
    assert told == [7]
    assert not watch.is_stuck


def test_a_resumed_run_knows_the_epochs_before():
    before = [
        EpochEvent(epoch=n, epochs=EPOCHS, figures={"loss": 16.0 - n}, seconds=1, best=True) for n in range(1, 10)
    ]
    watch = LossWatch(EPOCHS, before)
    for loss in 7.0 * noise(10):
        watch.add({"loss": float(loss)})
    assert not watch.is_stuck


def test_the_warning_says_what_was_and_what_to_try():
    watch = LossWatch(4)
    for _ in range(4):
        watch.add({"loss": 16.5})
    warning = watch.warning(1e-7)
    assert warning.code == "loss_stuck"
    assert warning.text == "The loss hardly moves: 16.5 at first, 16.5 after 4 epochs. Try a learning rate of 0.003."
    assert warning.facts == {"first": "16.5", "now": "16.5", "epochs": "4", "learning_rate": "0.003"}


@pytest.mark.parametrize(("now", "then"), [(1e-7, 3e-3), (1e-3, 3e-3), (3e-3, 3e-4), (0.5, 0.05)])
def test_the_rate_to_try_goes_towards_the_usual_one(now, then):
    assert rate_for_stuck(now) == pytest.approx(then)


@pytest.mark.parametrize(
    ("optimizer", "now", "then"), [("sgd", 3e-3, 3e-2), ("lion", 3e-3, 3e-4), ("lion", 1e-5, 1e-3)]
)
def test_each_optimizer_has_a_usual_rate_of_its_own(optimizer, now, then):
    assert rate_for_stuck(now, optimizer) == pytest.approx(then)
