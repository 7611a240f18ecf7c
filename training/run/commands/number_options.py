"""Numbers that options of several commands take."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeVar

Number = TypeVar("Number", int, float)


def share(text: str) -> float:
    """0 to 1."""
    return within(text, float, "a number from 0 to 1", lambda value: 0.0 <= value <= 1.0)


def count(text: str) -> int:
    """1 or more."""
    return within(text, int, "a whole number of at least 1", lambda value: value >= 1)


def within(text: str, kind: Callable[[str], Number], expected: str, fits: Callable[[Number], bool]) -> Number:
    """Raises ArgumentTypeError, which says what was `expected`."""
    try:
        value = kind(text)
    except ValueError:
        value = None
    if value is None or not fits(value):
        raise argparse.ArgumentTypeError(f"expected {expected}, got {text}")
    return value
