from __future__ import annotations

import math

import pytest

from training.run.events import EpochEvent
from training.run.learning.plateau import FACTOR, PATIENCE, PlateauWatch


def lowered_after(losses: list[float], watch: PlateauWatch | None = None, name: str = "val_loss") -> list[int]:
    """The epochs, from 1, after which the rate is lowered."""
    watch = watch or PlateauWatch()
    return [number for number, loss in enumerate(losses, 1) if watch.add({"loss": 1.0, name: loss})]


def test_a_rate_is_lowered_after_five_epochs_without_a_lower_loss_and_again_five_later():
    assert PATIENCE == 5
    assert lowered_after([3.0, 2.0, *[2.0] * 10]) == [7, 12]


def test_a_falling_loss_keeps_its_rate_and_a_hair_below_does_not_count():
    assert lowered_after([1 / (number + 1) for number in range(30)]) == []
    assert lowered_after([1.0, *[1 - 1e-5 * number for number in range(1, 6)]]) == [6]


def test_the_training_loss_is_watched_where_there_is_no_other():
    assert lowered_after([2.0] * 6, name="loss") == [6]


def test_a_loss_below_nothing_may_fall_too():
    assert lowered_after([-1.0 - 0.1 * number for number in range(8)]) == []


def test_an_early_end_leaves_time_for_a_lower_rate():
    assert lowered_after([2.0] * 4, PlateauWatch(early_end=3)) == [2, 3, 4]
    assert lowered_after([2.0] * 9, PlateauWatch(early_end=20)) == [6]


def test_a_loss_that_is_no_number_is_no_lower_one():
    assert lowered_after([2.0, *[math.nan] * 5]) == [6]


def test_no_rate_becomes_nothing():
    lowered = lowered_after([2.0] * 200)
    assert FACTOR ** len(lowered) >= 1e-3 > FACTOR ** (len(lowered) + 1)


@pytest.mark.parametrize("before", range(12))
def test_a_run_that_goes_on_decides_as_it_would_have(before: int):
    losses = [3.0, 2.0, 2.5, 2.2, 1.9, 2.0, 2.0, 2.0, 2.0, 2.0, 1.0, 1.5]
    events = [
        EpochEvent(epoch=number, epochs=12, figures={"val_loss": loss}, seconds=1.0, best=False)
        for number, loss in enumerate(losses[:before], 1)
    ]
    rest = [before + number for number in lowered_after(losses[before:], PlateauWatch(before=events))]
    assert rest == [number for number in lowered_after(losses) if number > before]
