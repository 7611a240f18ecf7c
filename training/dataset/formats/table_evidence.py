"""What is found out about a table while it is looked at: its columns so far, why, and what is to be asked."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import numpy as np

from training.dataset.dataset import AnnotationFileError
from training.dataset.formats.format import Choices, Evidence, Sureness
from training.dataset.formats.table_cells import cells, column_cells, is_number, plain_number
from training.dataset.formats.table_layout import TableLayout, Unit
from training.dataset.formats.table_numbers import Numbers, find_unit, first_pixel_in_words

KEPT_ROWS = 2000  # for looking at texts; numbers are looked at in all
FITS = 0.97
_MOST_ROWS = 2_000_000
_LARGEST = 1e12


class Records:
    """A table's rows: the first ones are kept; who goes through all of them reads the file again."""

    def __init__(self, path: Path, layout: TableLayout) -> None:
        self._path, self._layout = path, layout
        self.first = list(islice(self, KEPT_ROWS))

    def __iter__(self) -> Iterator[list[str]]:
        rows = islice(cells(self._path, self._layout.encoding, self._layout.separator), _MOST_ROWS)
        with suppress(AnnotationFileError):  # reading tells it, with what comes before
            yield from (record for at, (_, record) in enumerate(rows) if at or not self._layout.has_header)


@dataclass(slots=True)
class Table:
    layout: TableLayout
    records: Records
    reasons: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    _columns: dict[int, Numbers] = field(default_factory=dict)

    def told(self, sureness: Sureness) -> Evidence:
        sureness = min(sureness, Sureness.MAYBE) if self.questions else sureness
        return Evidence(sureness, tuple(self.reasons), tuple(self.questions), Choices(table=self.layout))

    def tell_unit(self, numbers: Numbers) -> None:
        if not len(numbers):
            return
        unit, reason, question = find_unit(numbers, may_be_percent=not self.layout.title)
        self.layout = replace(self.layout, unit=unit)
        self.reasons.append(reason)
        if question:
            self.questions.append(question)
        if unit is Unit.PIXELS and (told := first_pixel_in_words(numbers[:, :2])):
            self.reasons.append(told)

    def rows_of_numbers(self, places: Sequence[int]) -> Numbers:
        """The rows that have a number at all of these places."""
        if not self._columns.keys() >= set(places):
            self._read_columns({*places, *self._places_of_numbers()} - self._columns.keys())
        rows = np.column_stack([self._columns[at] for at in places])
        return rows[(np.abs(rows) < _LARGEST).all(axis=1)]  # which is so of no NaN

    def _places_of_numbers(self) -> Iterator[int]:
        """By the first rows: who asks for some will ask for others, and going through all rows takes long."""
        width = max((len(record) for record in self.records.first), default=0)
        return (at for at in range(width) if any(map(is_number, column_cells(self.records.first, at))))

    def _read_columns(self, places: set[int]) -> None:
        """As numbers, NaN where there is none: the texts of millions of rows would take gigabytes."""
        found = {at: array("d") for at in sorted(places)}
        comma = self.layout.decimal_comma
        for record in self.records:
            for at, column in found.items():
                value = plain_number(record[at], comma) if at < len(record) else None
                column.append(math.nan if value is None else value)
        self._columns |= {at: np.array(column, dtype=np.float64) for at, column in found.items()}
