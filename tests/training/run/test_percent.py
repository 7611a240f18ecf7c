from __future__ import annotations

import numpy as np
import pytest

from training.run.percent import whole_percent


@pytest.mark.parametrize(
    ("share", "shown"), [(0.0, 0), (1.0, 100), (0.925, 93), (float(np.float32(0.925)), 93), (0.924, 92), (0.005, 1)]
)
def test_the_same_share_is_the_same_number_whatever_counted_it(share: float, shown: int):
    assert whole_percent(share) == shown
