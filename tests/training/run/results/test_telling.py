"""How far it is and how long it still takes."""

from __future__ import annotations

import pytest

from training.run.results.tally import Progress
from training.run.results.telling import Teller


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def told(seconds_each: list[float], total: int | None = 1000, skipped: int = 0) -> list[Progress]:
    clock, heard = Clock(), []
    teller = Teller(heard.append, lambda: total, clock)
    for _ in range(skipped):
        teller.skipped()
    for seconds in seconds_each:
        clock.now += seconds
        teller.done()
    teller.ended()
    return heard


def test_it_tells_a_few_times_a_second_and_at_the_end():
    heard = told([0.01] * 100)
    assert [one.done for one in heard][:3] == [1, 11, 21]
    assert heard[-1].done == 100
    assert len(heard) <= 12


def test_the_time_left_is_at_the_pace_of_the_last_while():
    assert told([0.1] * 100)[-1].seconds_left == pytest.approx(90, rel=0.05)
    assert told([2.0] * 100 + [0.1] * 400)[-1].seconds_left == pytest.approx(50, rel=0.05)


def test_what_was_done_earlier_counts_but_took_no_time():
    last = told([0.1] * 100, skipped=500)[-1]
    assert (last.done, last.total) == (600, 1000)
    assert last.seconds_left == pytest.approx(40, rel=0.05)


def test_nothing_is_guessed_while_they_are_still_counted():
    assert told([0.1] * 100, total=None)[-1] == Progress(100, None, None)


def test_at_the_end_all_are_done_whatever_was_counted():
    heard: list[Progress] = []
    teller = Teller(heard.append, lambda: None)
    teller.done()
    teller.ended(is_all=True)
    assert (heard[-1].done, heard[-1].total, heard[-1].seconds_left) == (1, 1, 0)
