"""Which table a file is: by the names of its columns, or by what all of its rows hold."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from training.dataset.dataset import AnnotationFileError
from training.dataset.formats.format import NOT_THIS, Choices, Evidence, Sureness
from training.dataset.formats.table_box_cells import boxes_in_cells, limits_in
from training.dataset.formats.table_cells import (
    cells,
    column_cells,
    encoding_of,
    has_decimal_comma,
    is_number,
    plain_number,
    separator_of,
)
from training.dataset.formats.table_headers import columns_named, known_title
from training.dataset.formats.table_layout import EDGES, Column, TableLayout, Unit
from training.dataset.formats.table_numbers import (
    CELL_ORDERS,
    ORDERS,
    as_numbers,
    find_cell_order,
    find_order,
    find_unit,
    first_pixel_in_words,
    share_that_fits,
)
from training.dataset.image_folder import IMAGE_SUFFIXES

_MOST_ROWS = 2_000_000
_KEPT_ROWS = 2000  # for looking at texts; numbers are looked at in all
_SETS = frozenset({"TRAIN", "TRAINING", "VALIDATION", "VALIDATE", "TEST", "UNASSIGNED", "UNASSIGN"})
_YOLO3_BOX = re.compile(r"-?\d+(?:\.\d+)?(?:,-?\d+(?:\.\d+)?){3},\w+")
_FITS = 0.97


@dataclass(slots=True)
class _Table:
    layout: TableLayout
    records: list[list[str]]
    reasons: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    def told(self, sureness: Sureness) -> Evidence:
        sureness = min(sureness, Sureness.MAYBE) if self.questions else sureness
        return Evidence(sureness, tuple(self.reasons), tuple(self.questions), Choices(table=self.layout))


def recognise(path: Path) -> Evidence:
    try:
        encoding = encoding_of(path)
        if _is_yolo3(path, encoding):
            layout = TableLayout((Column.BOX_LINE,), False, "\n", encoding=encoding, title="keras-yolo3")
            return Evidence(
                Sureness.SURE,
                ("its lines are an image and boxes as x1,y1,x2,y2,class, as keras-yolo3 reads them",),
                choices=Choices(table=layout),
            )
        separator = separator_of(path, encoding)
        if separator is None:
            return NOT_THIS
        first = next(cells(path, encoding, separator))[1]
        has_header = not any(is_number(cell) for cell in first) and not _has_image(first)
        columns = columns_named(first) if has_header else ()
        layout = TableLayout(columns, has_header, separator, encoding=encoding)
        records = _records(path, layout)
    except (AnnotationFileError, StopIteration, OSError, UnicodeDecodeError):
        return NOT_THIS
    if not records and not layout.says_a_box:
        return NOT_THIS
    layout = replace(layout, decimal_comma=_decimal_comma(records))
    table = _Table(layout, records)
    _tell_spelling(table)
    return _by_header(table, first) if has_header else _without_header(table)


def _records(path: Path, layout: TableLayout) -> list[list[str]]:
    records = []
    try:
        for _, record in cells(path, layout.encoding, layout.separator):
            records.append(record)
            if len(records) == _MOST_ROWS:
                break
    except AnnotationFileError:  # reading tells it, with what comes before
        pass
    return records[1:] if layout.has_header else records


def _tell_spelling(table: _Table) -> None:
    names = {";": "semicolons", "\t": "tabs", "|": "bars"}
    if table.layout.separator in names:
        table.reasons.append(f"columns are separated by {names[table.layout.separator]}")
    if table.layout.decimal_comma:
        table.reasons.append("numbers are written with a decimal comma")
    if table.layout.encoding != "utf-8-sig":
        table.reasons.append(f"it is not UTF-8; it is read as {table.layout.encoding}")


def _by_header(table: _Table, header: Sequence[str]) -> Evidence:
    layout = table.layout = replace(table.layout, title=known_title(header))
    if layout.title:
        table.reasons.insert(0, f"its columns are those of {layout.title}")
    if _is_napari(header):
        table.layout = replace(layout, title="napari", columns=layout.columns)
        return _napari(table, header)
    if layout.says_a_box:
        at = len(table.reasons)
        _tell_numbers(table)
        named = [
            f"{name.strip()} = {column}"
            for name, column in zip(header, table.layout.columns, strict=True)
            if column is not Column.NOTHING
        ]
        table.reasons.insert(at, f"the first line names the columns: {', '.join(named)}")
    else:
        results = _results_column(table.records, len(header))
        if results is None:
            return _unknown(table, header)
        table.layout = replace(
            layout,
            columns=tuple(Column.RESULTS if at == results else column for at, column in enumerate(layout.columns)),
            title="Label Studio",
        )
        table.reasons.append(f"{header[results].strip()} holds lists of boxes in percent, as Label Studio writes them")
    if not table.layout.says_an_image:
        table.questions.append("which column names the image?")
    if Column.CLASS not in table.layout.columns and not {Column.REGION_SHAPE, Column.RESULTS} & set(
        table.layout.columns
    ):
        table.reasons.append("no column has the class: all boxes become 'object'")
    return table.told(Sureness.SURE if layout.title else Sureness.LIKELY)


def _unknown(table: _Table, header: Sequence[str]) -> Evidence:
    """A table whose names say too little: what the rows hold may say the rest."""
    if not table.records or len(header) < 4 or not any(map(is_number, table.records[0])):
        return NOT_THIS
    named = {column: at for at, column in enumerate(table.layout.columns) if column in (Column.IMAGE, Column.CLASS)}
    evidence = _without_header(table)
    layout = evidence.choices.table
    if layout is None:
        return NOT_THIS
    columns = [column if column not in named else Column.NOTHING for column in layout.columns]
    for column, at in named.items():
        columns[at] = column
    question = f"what do the columns mean? Their names are {', '.join(name.strip() for name in header)}"
    choices = Choices(table=replace(layout, columns=tuple(columns)))
    return Evidence(Sureness.MAYBE, evidence.reasons, (*evidence.questions, question), choices)


def _tell_numbers(table: _Table) -> None:
    """Whether the rows agree with the names, and which unit they are in."""
    columns = table.layout.columns
    order = next((order for order, wanted in ORDERS.items() if set(wanted) <= set(columns)), None)
    if order is None:
        if {Column.XCENTRE, Column.YCENTRE} <= set(columns):
            rows = _numbers_in(table, (Column.XCENTRE, Column.YCENTRE, Column.BOX_WIDTH, Column.BOX_HEIGHT))
            _tell_unit(table, rows)
        elif Column.BOX_XYWH in columns:
            _tell_cells(table)
        return
    rows = _numbers_in(table, ORDERS[order])
    if not rows:
        return
    found = as_numbers(rows)
    share = share_that_fits(found, order)
    _tell_unit(table, rows)
    if order == "x, y, width, height" or share >= _FITS:
        return
    as_sizes = share_that_fits(as_numbers(rows), "x, y, width, height")
    said = f"the names say edges, but only {round(share * len(rows))} of {len(rows)} rows are boxes so"
    if share < 0.5 and as_sizes >= _FITS:
        table.questions.append(f"{said}; are the last two numbers width and height? All rows fit that")
    else:
        table.reasons.append(said)


def _tell_cells(table: _Table) -> None:
    """Boxes in one cell: the name of the column says neither edges nor sizes."""
    rows, sizes = boxes_in_cells(table.records, table.layout)
    if not rows:
        return
    _tell_unit(table, rows)
    found = find_cell_order(as_numbers(rows), limits_in(table.layout.unit, sizes), table.layout.title)
    columns = (CELL_ORDERS[found.order] if one is Column.BOX_XYWH else one for one in table.layout.columns)
    table.layout = replace(table.layout, columns=tuple(columns))
    table.reasons.extend(found.reasons)
    table.questions.extend(found.questions)


def _tell_unit(table: _Table, rows: list[list[float]]) -> None:
    if not rows:
        return
    numbers = as_numbers(rows)
    unit, reason, question = find_unit(numbers)
    table.layout = replace(table.layout, unit=unit)
    table.reasons.append(reason)
    if question:
        table.questions.append(question)
    if unit is Unit.PIXELS and (told := first_pixel_in_words(numbers[:, :2])):
        table.reasons.append(told)


def _numbers_in(table: _Table, wanted: Sequence[Column]) -> list[list[float]]:
    """The rows that have all of these numbers."""
    places = [table.layout.columns.index(column) for column in wanted]
    return _rows_of_numbers(table, places)


def _rows_of_numbers(table: _Table, places: Sequence[int]) -> list[list[float]]:
    found = []
    last, comma = max(places), table.layout.decimal_comma
    for record in table.records:
        if len(record) > last:
            row = [plain_number(record[at], comma) for at in places]
            if None not in row:
                found.append([value for value in row if value is not None and abs(value) < 1e12])
    return [row for row in found if len(row) == len(places)]


def _without_header(table: _Table) -> Evidence:
    """By the texts that are images, and four columns of numbers."""
    width = max((len(record) for record in table.records[:_KEPT_ROWS]), default=0)
    some = table.records[:_KEPT_ROWS]
    texts = [column_cells(some, at) for at in range(width)]
    if texts and texts[0] and set(texts[0]) <= _SETS and width >= 9:
        return _automl(table)
    is_numeric = [bool(column) and sum(map(is_number, column)) >= _FITS * len(column) for column in texts]
    image = _image_column(texts, is_numeric)
    numeric = [at for at in range(width) if is_numeric[at] and at != image]
    if image is None and width >= 7 and len(numeric) >= 7:
        return _mot(table, width)
    if image == 0 and width == 6 and not any(texts[1:]):
        return _only_negatives(table)
    if image is None or len(numeric) < 4:
        return NOT_THIS
    words = [at for at in range(width) if texts[at] and not is_numeric[at] and at != image]
    places = numeric[:4]
    columns = [Column.NOTHING] * width
    columns[image] = Column.IMAGE
    label = next((at for at in words if at > image), next(iter(words), None))
    if label is None and len(numeric) > 4:
        label = numeric[4] if numeric[4] > places[-1] else None
    if label is not None:
        columns[label] = Column.CLASS
    rows = _rows_of_numbers(table, places)
    if not rows:
        return NOT_THIS
    found = find_order(as_numbers(rows))
    for at, column in zip(places, ORDERS[found.order], strict=True):
        columns[at] = column
    retinanet = (Column.IMAGE, *EDGES, Column.CLASS)
    table.layout = replace(
        table.layout, columns=tuple(columns), title="Keras RetinaNet" if tuple(columns) == retinanet else ""
    )
    table.reasons.append(f"column {image + 1} names images; {'; '.join(found.reasons)}")
    table.questions.extend(found.questions)
    _tell_unit(table, rows)
    return table.told(Sureness.LIKELY)


def _only_negatives(table: _Table) -> Evidence:
    columns = (Column.IMAGE, *EDGES, Column.CLASS)
    table.layout = replace(table.layout, columns=columns, title="Keras RetinaNet")
    table.reasons.append("its rows are an image and five empty cells, as Keras RetinaNet has images without boxes")
    return table.told(Sureness.LIKELY)


def _automl(table: _Table) -> Evidence:
    """set, path, label, xmin, ymin, , , xmax, ymax, , in shares of the image."""
    none = Column.NOTHING
    columns = (Column.SPLIT, Column.IMAGE, Column.CLASS, Column.XMIN, Column.YMIN, none, none, Column.XMAX, Column.YMAX)
    table.layout = replace(table.layout, columns=columns, unit=Unit.SHARES, title="Google AutoML Vision")
    table.reasons.append("its first column is TRAIN, VALIDATION, TEST or UNASSIGNED, as AutoML Vision has it")
    return table.told(Sureness.SURE)


def _mot(table: _Table, width: int) -> Evidence:
    columns = [Column.FRAME, Column.NOTHING, Column.XMIN, Column.YMIN, Column.BOX_WIDTH, Column.BOX_HEIGHT]
    columns += [Column.NOTHING] * (width - 6)
    table.layout = replace(table.layout, columns=tuple(columns), first_pixel=1, title="MOT")
    table.reasons.append("its rows are seven or more numbers: frame, id, left, top, width, height, as MOT has them")
    table.questions.append("are these boxes on numbered frames (MOT), counted from 1? Images are found by their number")
    return table.told(Sureness.MAYBE)


def _is_napari(header: Sequence[str]) -> bool:
    return {"index", "shape-type", "vertex-index", "axis-0", "axis-1"} <= {name.strip().lower() for name in header}


def _napari(table: _Table, header: Sequence[str]) -> Evidence:
    table.reasons.append("its columns are those of napari's shapes: a row for each corner, axis-0 downwards")
    table.layout = replace(table.layout, columns=tuple(Column.NOTHING for _ in header))
    return table.told(Sureness.SURE)


def _image_column(texts: list[list[str]], is_numeric: list[bool]) -> int | None:
    """The first whose cells have an image's suffix, else the first of texts with many different ones."""
    for at, column in enumerate(texts):
        if column and sum(_is_image(cell) for cell in column) >= 0.5 * len(column):
            return at
    candidates = [at for at, column in enumerate(texts) if column and not is_numeric[at]]
    return max(candidates, key=lambda at: len(set(texts[at])), default=None) if len(candidates) > 1 else None


def _has_image(first: Sequence[str]) -> bool:
    return any(_is_image(cell) for cell in first)


def _is_image(cell: str) -> bool:
    return os.path.splitext(cell.strip().partition("?")[0])[1].lower() in IMAGE_SUFFIXES  # noqa: PTH122 -- a text


def _decimal_comma(records: Sequence[Sequence[str]]) -> bool:
    some = [cell for record in records[:_KEPT_ROWS] for cell in record if cell.strip()]
    return sum(map(has_decimal_comma, some)) > 0


def _results_column(records: Sequence[Sequence[str]], width: int) -> int | None:
    for at in range(width):
        for cell in column_cells(records[:_KEPT_ROWS], at)[:20]:
            if cell.startswith("[{") and '"width"' in cell and "labels" in cell:
                return at
    return None


def _is_yolo3(path: Path, encoding: str) -> bool:
    """All of the first lines that have boxes at all have them so."""
    seen = 0
    with path.open(encoding=encoding) as file:
        for _ in range(50):
            words = file.readline(20_000).split()
            if len(words) < 2:
                continue
            # A name may have spaces; the boxes stand at the end.
            if not _YOLO3_BOX.fullmatch(words[-1]):
                return False
            seen += 1
    return seen > 0
