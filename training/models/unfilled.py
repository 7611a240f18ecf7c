"""Building a network whose weights come from elsewhere: nothing is downloaded and no file is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_IS_UNFILLED = ContextVar("is_unfilled", default=False)


@contextmanager
def unfilled() -> Iterator[None]:
    """Networks built within are as for the weights that are asked for, but have random ones.

    For whoever puts saved weights back: a training goes on where the file that it once began with is gone.
    """
    before = _IS_UNFILLED.set(True)
    try:
        yield
    finally:
        _IS_UNFILLED.reset(before)


def is_unfilled() -> bool:
    return _IS_UNFILLED.get()
