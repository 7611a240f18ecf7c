"""Cells of CSV files: the same on every machine, in every locale and Python version."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

# Python's own float() also takes 1_000, Arabic digits and "infinity".
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", re.ASCII)
_NEEDS_QUOTES = re.compile(r'[";{\r\n]')  # VIA wants its braces in them, too


class BadCell(ValueError):  # noqa: N818 -- it becomes a problem of one row
    """What was expected in a cell, and what came."""


def finite_number(column: str, cell: str) -> float:
    """Raises BadCell for anything but a finite decimal number with a point."""
    text = cell.strip()
    number = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(number):
        raise BadCell(f"{column}: expected a number, got {cell!r}")
    return number


def written_number(number: float) -> str:
    """At most three decimals, without trailing zeros, never -0."""
    text = f"{number:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def written_row(cells: Iterable[str], separator: str = ",") -> str:
    """One line with its line feed; a cell has quotes only if it needs them."""
    cells = tuple(cells)
    line = separator.join(cells)
    if line.count(separator) == len(cells) - 1 and not _NEEDS_QUOTES.search(line):
        return line + "\n"  # as nearly all are, and there may be hundreds of thousands
    quoted = (
        '"' + cell.replace('"', '""') + '"' if separator in cell or _NEEDS_QUOTES.search(cell) else cell
        for cell in cells
    )
    return separator.join(quoted) + "\n"
