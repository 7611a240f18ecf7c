"""Figures as lines for a terminal. No Keras."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from training.run.plain_values import to_plain
from training.run.report.measuring import LEAST_FOR_TOP3, ClassFigures, Measured

HEADINGS = ("class", "samples", "precision", "recall", "F1")


def figure_lines(figures: Measured) -> Iterator[str]:
    """One figure a line, those that there are."""
    for name, value in shown_figures(figures).items():
        yield f"{name}: {value:.4g}"


def shown_figures(figures: Measured) -> dict[str, float]:
    return shown_numbers(to_plain(figures))


def shown_numbers(figures: Mapping[str, Any]) -> dict[str, float]:
    """Those of plain values that a terminal shows; to be among the best three of fewer than four classes says nothing."""
    left_out = "top3_accuracy" if len(figures.get("classes", ())) < LEAST_FOR_TOP3 else ""
    return {name: value for name, value in figures.items() if isinstance(value, (int, float)) and name != left_out}


def class_table(classes: Sequence[ClassFigures]) -> Iterator[str]:
    """A line for each class, below its headings; nothing without classes."""
    if not classes:
        return
    rows = [HEADINGS, *map(_row, classes)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *numbers in rows:
        cells = (number.rjust(width) for number, width in zip(numbers, widths[1:], strict=True))
        yield "  ".join([name.ljust(widths[0]), *cells])


def _row(one: ClassFigures) -> tuple[str, ...]:
    shares = ("–" if value is None else f"{value:.3f}" for value in (one.precision, one.recall, one.f1))
    return (one.name, str(one.count), *shares)
