"""What is found out about a table while it is looked at: its columns so far, why, and what is to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from training.dataset.formats.format import Choices, Evidence, Sureness
from training.dataset.formats.table_cells import plain_number
from training.dataset.formats.table_layout import TableLayout, Unit
from training.dataset.formats.table_numbers import as_numbers, find_unit, first_pixel_in_words

KEPT_ROWS = 2000  # for looking at texts; numbers are looked at in all
FITS = 0.97


@dataclass(slots=True)
class Table:
    layout: TableLayout
    records: list[list[str]]
    reasons: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    def told(self, sureness: Sureness) -> Evidence:
        sureness = min(sureness, Sureness.MAYBE) if self.questions else sureness
        return Evidence(sureness, tuple(self.reasons), tuple(self.questions), Choices(table=self.layout))

    def tell_unit(self, rows: Sequence[Sequence[float]]) -> None:
        if not rows:
            return
        numbers = as_numbers(rows)
        unit, reason, question = find_unit(numbers)
        self.layout = replace(self.layout, unit=unit)
        self.reasons.append(reason)
        if question:
            self.questions.append(question)
        if unit is Unit.PIXELS and (told := first_pixel_in_words(numbers[:, :2])):
            self.reasons.append(told)

    def rows_of_numbers(self, places: Sequence[int]) -> list[list[float]]:
        """The rows that have a number at all of these places."""
        found = []
        last, comma = max(places), self.layout.decimal_comma
        for record in self.records:
            if len(record) > last:
                row = [plain_number(record[at], comma) for at in places]
                if None not in row:
                    found.append([value for value in row if value is not None and abs(value) < 1e12])
        return [row for row in found if len(row) == len(places)]
