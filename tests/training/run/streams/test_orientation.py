"""Turning and mirroring what a camera gives."""

from __future__ import annotations

import numpy as np
import pytest

from training.run.streams.orientation import Orientation

PIXELS = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("turns", range(4))
def test_turns_go_clockwise_and_the_mirror_comes_last(turns: int, mirrored: bool):
    orientation = Orientation(turns, mirrored)
    expected = np.rot90(PIXELS, -turns)
    expected = expected[:, ::-1] if mirrored else expected
    seen = orientation.applied(PIXELS)
    np.testing.assert_array_equal(seen, expected)
    assert seen.flags.c_contiguous
    assert orientation.size_of(3, 2) == (seen.shape[1], seen.shape[0])
    np.testing.assert_array_equal(orientation.turned().applied(PIXELS), np.rot90(seen, -1))
    np.testing.assert_array_equal(orientation.flipped().applied(PIXELS), seen[:, ::-1])


def test_there_are_four_turns():
    with pytest.raises(ValueError, match="0 to 3"):
        Orientation(4)
