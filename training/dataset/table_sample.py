"""The first rows of a table, for somebody who says what its columns mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from training.dataset.formats.table_cells import cells, encoding_of, is_number, separator_of
from training.dataset.formats.table_headers import columns_named
from training.dataset.formats.table_layout import Column, TableLayout

_ROWS = 4


@dataclass(frozen=True, slots=True)
class TableSample:
    """`layout` has a meaning for each of the columns; `header` their names in the file, empty where it has none."""

    layout: TableLayout
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def has_class_numbers(self) -> bool:
        """In the rows that are shown."""
        columns = self.layout.columns
        return Column.BOX_LINE in columns or any(
            column is Column.CLASS and is_number(cell)
            for row in self.rows
            for column, cell in zip(columns, row, strict=False)
        )


def sample(path: Path, layout: TableLayout | None = None) -> TableSample:
    """As `layout` says, else by what the file looks like. Raises AnnotationFileError for what is no text."""
    layout = layout or _guessed(path)
    records = [record for _, record in islice(cells(path, layout.encoding, layout.separator), _ROWS + 1)]
    header = tuple(records[0]) if layout.has_header and records else ()
    rows = records[1:] if layout.has_header else records[:_ROWS]
    width = max((len(record) for record in records), default=0)
    if not layout.columns:  # of a separator that somebody just chose
        layout = replace(layout, columns=columns_named(header))
    missing = (Column.NOTHING,) * (width - len(layout.columns))
    return TableSample(replace(layout, columns=(*layout.columns, *missing)), header, tuple(map(tuple, rows)))


def _guessed(path: Path) -> TableLayout:
    encoding = encoding_of(path)
    separator = separator_of(path, encoding) or ","
    first: Sequence[str] = next((record for _, record in cells(path, encoding, separator)), ())
    return TableLayout((), not any(map(is_number, first)), separator, encoding=encoding)
