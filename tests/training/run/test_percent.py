from __future__ import annotations

import numpy as np
import pytest

from training.run.percent import score_percent, whole_percent


@pytest.mark.parametrize(
    ("share", "shown"), [(0.0, 0), (1.0, 100), (0.925, 93), (float(np.float32(0.925)), 93), (0.924, 92), (0.005, 1)]
)
def test_the_same_share_is_the_same_number_whatever_counted_it(share: float, shown: int):
    assert whole_percent(share) == shown


@pytest.mark.parametrize(
    ("score", "shown"), [(0.9999, 99), (1.0, 100), (0.899, 89), (0.009, 0), (float(np.float32(0.9)), 89)]
)
def test_a_score_is_never_shown_as_more_than_it_is(score: float, shown: int):
    assert score_percent(score) == shown
    assert score >= shown / 100, "so that it stays where the lowest score is what is shown"


def test_a_score_of_whole_percent_is_that():
    assert [score_percent(number / 100) for number in range(101)] == list(range(101))
