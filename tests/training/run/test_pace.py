"""Speed and rest, by a clock of the test's own."""

from __future__ import annotations

import math

import pytest

from training.run.pace import Pace


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def paced(epochs: int, steps: int = 10, step: float = 0.2, between: float = 1.0) -> tuple[Pace, Clock]:
    """So many epochs done; the first step and the first end of an epoch take long, as they compile."""
    clock = Clock()
    pace = Pace(clock)
    for epoch in range(epochs):
        for number in range(steps):
            compiling = 30.0 if epoch < 2 and number == 0 else 0.0
            clock.now += compiling + (between if number == 0 else step)
            pace.step_ended(begins_epoch=number == 0)
    return pace, clock


def test_nothing_is_known_until_a_second_step_has_ended():
    pace, _ = paced(epochs=1, steps=1)
    assert math.isnan(pace.seconds_per_step)
    assert math.isnan(pace.seconds_left(100, 3))


def test_compiling_says_nothing_about_speed_and_rest():
    pace, _ = paced(epochs=2)
    assert pace.seconds_per_step == pytest.approx(0.2)
    assert pace.seconds_left(steps=10, epochs=1) == pytest.approx(2.0)


def test_the_rest_counts_what_comes_between_epochs():
    pace, _ = paced(epochs=3)
    assert pace.seconds_left(steps=50, epochs=5) == pytest.approx(50 * 0.2 + 5 * 0.8)


def test_a_sleep_of_the_computer_changes_neither_speed_nor_rest():
    pace, clock = paced(epochs=3)
    before = pace.seconds_left(50, 5)
    clock.now += 3600.0
    pace.step_ended(begins_epoch=False)
    assert pace.seconds_per_step == pytest.approx(0.2)
    assert pace.seconds_left(50, 5) == pytest.approx(before)


def test_a_sleep_between_two_epochs_changes_nothing_either():
    pace, clock = paced(epochs=5)
    before = pace.seconds_left(50, 5)
    clock.now += 3600.0
    pace.step_ended(begins_epoch=True)
    assert pace.seconds_left(50, 5) == pytest.approx(before)


def test_the_speed_follows_a_computer_that_becomes_slower():
    pace, clock = paced(epochs=3)
    for _ in range(100):
        clock.now += 0.5
        pace.step_ended(begins_epoch=False)
    assert pace.seconds_per_step == pytest.approx(0.5)
