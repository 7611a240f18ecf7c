"""Positions in a list into which others have come."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence


def moved_up(positions: Iterable[int], places: Sequence[int]) -> list[int]:
    """Where what was at `positions` is, now that new ones are at `places`, which ascend."""
    starts = [place - count for count, place in enumerate(places)]
    return [position + bisect_right(starts, position) for position in positions]
