"""Which table a file is: by the names of its columns, or by what all of its rows hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
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
    may_be_thousands,
    parsed,
    separator_of,
)
from training.dataset.formats.table_evidence import FITS, Records, Table
from training.dataset.formats.table_headers import columns_named, known_title
from training.dataset.formats.table_layout import Column, TableLayout
from training.dataset.formats.table_numbers import (
    CELL_ORDERS,
    ORDERS,
    Numbers,
    find_cell_order,
    share_that_fits,
)
from training.dataset.formats.table_without_header import is_image, without_header
from training.dataset.formats.via_regions import class_attribute
from training.dataset.plain_files import open_text

ONE_IMAGE = "boxes of one image"  # the one that is called like the file
TURI_CREATE = "Turi Create"
_MOST_COLUMNS = 10_000  # a row has several boxes in some tables, but not thousands
_CENTRED = (Column.XCENTRE, Column.YCENTRE, Column.BOX_WIDTH, Column.BOX_HEIGHT)
_YOLO3_BOX = re.compile(r"-?\d+(?:\.\d+)?(?:,-?\d+(?:\.\d+)?){3},\w+")


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
        has_header = _are_names(first)
        columns = columns_named(first) if has_header else ()
        layout = TableLayout(columns, has_header, separator, encoding=encoding)
        records = Records(path, layout)
    except (AnnotationFileError, StopIteration, OSError, UnicodeDecodeError):
        return NOT_THIS
    if not records.first and not layout.says_a_box:
        return NOT_THIS
    if max(map(len, records.first), default=0) > _MOST_COLUMNS:
        return NOT_THIS
    layout = replace(layout, decimal_comma=_decimal_comma(records.first))
    table = Table(layout, records)
    _tell_spelling(table)
    return _by_header(table, first) if has_header else _by_rows(table, len(first))


def with_columns(path: Path, columns: tuple[Column, ...]) -> Evidence:
    """How a table is spelled whose columns somebody named, and which unit its numbers have. Raises AnnotationFileError."""
    encoding = encoding_of(path)
    separator = separator_of(path, encoding) or ","
    first = next(cells(path, encoding, separator), (1, []))[1]
    layout = TableLayout(columns, _are_names(first), separator, encoding=encoding)
    records = Records(path, layout)
    table = Table(replace(layout, decimal_comma=_decimal_comma(records.first)), records)
    one_cell = tuple(Column.BOX_XYWH if column is Column.BOX_XYXY else column for column in columns)
    rows = boxes_in_cells(records, replace(table.layout, columns=one_cell))[0]
    for wanted in (*ORDERS.values(), _CENTRED):
        if not len(rows) and set(wanted) <= set(columns):
            rows = _numbers_in(table, wanted)
    table.tell_unit(rows)
    return table.told(Sureness.LIKELY)


def _tell_spelling(table: Table) -> None:
    names = {";": "semicolons", "\t": "tabs", "|": "bars"}
    if table.layout.separator in names:
        table.reasons.append(f"columns are separated by {names[table.layout.separator]}")
    if table.layout.decimal_comma:
        table.reasons.append("numbers are written with a decimal comma")
        with_comma = [cell for cell in _some_cells(table.records.first) if has_decimal_comma(cell)]
        if all(map(may_be_thousands, with_comma)):
            table.questions.append(f"is the comma in {with_comma[0].strip()} a decimal one, or does it part thousands?")
    if table.layout.encoding != "utf-8-sig":
        table.reasons.append(f"it is not UTF-8; it is read as {table.layout.encoding}")


def _by_header(table: Table, header: Sequence[str]) -> Evidence:
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
        _tell_attribute(table)
    else:
        results = _results_column(table.records.first, len(header))
        if results is None:
            return _unknown(table, header)
        _tell_results(table, header[results].strip(), results)
    if not table.layout.says_an_image:
        table.layout = replace(table.layout, title=table.layout.title or ONE_IMAGE)
        table.questions.append(
            "which column names the image? If none does, all is on the one that is called like the file"
        )
    if Column.CLASS not in table.layout.columns and not {Column.REGION_SHAPE, Column.RESULTS} & set(
        table.layout.columns
    ):
        table.reasons.append("no column has the class: all boxes become 'object'")
    return table.told(Sureness.SURE if layout.title else Sureness.LIKELY)


def _tell_attribute(table: Table) -> None:
    if Column.REGION_ATTRIBUTES in table.layout.columns:
        at = table.layout.columns.index(Column.REGION_ATTRIBUTES)
        key = class_attribute(parsed(record[at]) for record in table.records if at < len(record))
        said = (
            "no region has a class" if key is None else f"the attribute {key!r} of the regions is taken for the class"
        )
        table.reasons.append(said)


def _by_rows(table: Table, width: int) -> Evidence:
    results = _results_column(table.records.first, width)
    if results is None:
        return without_header(table)
    columns = [Column.NOTHING] * width
    for at in range(width):
        if any(map(is_image, column_cells(table.records.first, at))) and at != results:
            columns[at] = Column.IMAGE
            break
    table.layout = replace(table.layout, columns=tuple(columns))
    _tell_results(table, f"column {results + 1}", results)
    return table.told(Sureness.LIKELY) if table.layout.says_an_image else NOT_THIS


def _unknown(table: Table, header: Sequence[str]) -> Evidence:
    """A table whose names say too little: what the rows hold may say the rest."""
    if not table.records.first or len(header) < 4 or not any(map(is_number, table.records.first[0])):
        return NOT_THIS
    named = {column: at for at, column in enumerate(table.layout.columns) if column in (Column.IMAGE, Column.CLASS)}
    evidence = without_header(table)
    layout = evidence.choices.table
    if layout is None:
        return NOT_THIS
    columns = [column if column not in named else Column.NOTHING for column in layout.columns]
    columns += [Column.NOTHING] * (len(header) - len(columns))  # the rows may be shorter
    for column, at in named.items():
        columns[at] = column
    question = f"what do the columns mean? Their names are {', '.join(name.strip() for name in header)}"
    choices = Choices(table=replace(layout, columns=tuple(columns)))
    return Evidence(Sureness.MAYBE, evidence.reasons, (*evidence.questions, question), choices)


def _tell_numbers(table: Table) -> None:
    """Whether the rows agree with the names, and which unit they are in."""
    columns = table.layout.columns
    order = next((order for order, wanted in ORDERS.items() if set(wanted) <= set(columns)), None)
    if order is None:
        if {Column.XCENTRE, Column.YCENTRE} <= set(columns):
            rows = _numbers_in(table, _CENTRED)
            table.tell_unit(rows)
        elif Column.BOX_XYWH in columns:
            _tell_cells(table)
        return
    rows = _numbers_in(table, ORDERS[order])
    if not len(rows):
        return
    share = share_that_fits(rows, order)
    table.tell_unit(rows)
    if order == "x, y, width, height" or share >= FITS:
        return
    as_sizes = share_that_fits(rows, "x, y, width, height")
    said = f"the names say edges, but only {round(share * len(rows))} of {len(rows)} rows are boxes so"
    if share < 0.5 and as_sizes >= FITS:
        table.questions.append(f"{said}; are the last two numbers width and height? All rows fit that")
    else:
        table.reasons.append(said)


def _tell_cells(table: Table) -> None:
    """Boxes in one cell: the name of the column says neither edges nor sizes."""
    rows, sizes = boxes_in_cells(table.records, table.layout)
    if not len(rows):
        return
    table.tell_unit(rows)
    found = find_cell_order(rows, limits_in(table.layout.unit, sizes), table.layout.title)
    columns = (CELL_ORDERS[found.order] if one is Column.BOX_XYWH else one for one in table.layout.columns)
    table.layout = replace(table.layout, columns=tuple(columns))
    table.reasons.extend(found.reasons)
    table.questions.extend(found.questions)


def _numbers_in(table: Table, wanted: Sequence[Column]) -> Numbers:
    """The rows that have all of these numbers."""
    return table.rows_of_numbers([table.layout.columns.index(column) for column in wanted])


def _are_names(first: Sequence[str]) -> bool:
    """Of the columns, which the first row is then."""
    return not any(is_number(cell) or _is_no_name(cell) for cell in first)


def _is_no_name(cell: str) -> bool:
    """Of a column: an image or a list of boxes."""
    return is_image(cell) or cell.lstrip().startswith(("[{", "[["))


def _is_napari(header: Sequence[str]) -> bool:
    return {"index", "shape-type", "vertex-index", "axis-0", "axis-1"} <= {name.strip().lower() for name in header}


def _napari(table: Table, header: Sequence[str]) -> Evidence:
    table.reasons.append("its columns are those of napari's shapes: a row for each corner, axis-0 downwards")
    table.layout = replace(table.layout, columns=tuple(Column.NOTHING for _ in header))
    return table.told(Sureness.SURE)


def _decimal_comma(records: Sequence[Sequence[str]]) -> bool:
    return any(has_decimal_comma(cell) for cell in _some_cells(records))


def _some_cells(records: Sequence[Sequence[str]]) -> Iterator[str]:
    return (cell for record in records for cell in record)


def _results_column(records: Sequence[Sequence[str]], width: int) -> int | None:
    for at in range(width):
        for cell in column_cells(records, at)[:20]:
            if cell.startswith("[{") and '"width"' in cell and "label" in cell:
                return at
    return None


def _tell_results(table: Table, name: str, at: int) -> None:
    cells = column_cells(table.records.first, at)
    title = TURI_CREATE if any('"coordinates"' in cell for cell in cells) else "Label Studio"
    columns = tuple(Column.RESULTS if place == at else one for place, one in enumerate(table.layout.columns))
    table.layout = replace(table.layout, columns=columns, title=title)
    measure = "pixels from its centre" if title == TURI_CREATE else "percent"
    table.reasons.append(f"{name} holds lists of boxes in {measure}, as {title} writes them")


def _is_yolo3(path: Path, encoding: str) -> bool:
    """All of the first lines that have boxes at all have them so."""
    seen = 0
    with open_text(path, encoding) as file:
        for _ in range(50):
            words = file.readline(20_000).split()
            if len(words) < 2:
                continue
            # A name may have spaces; the boxes stand at the end.
            if not _YOLO3_BOX.fullmatch(words[-1]):
                return False
            seen += 1
    return seen > 0
