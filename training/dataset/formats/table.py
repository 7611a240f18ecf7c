"""Any table of boxes: the known dialects of CSV, and others by what somebody says their columns mean.

Tables of our own form are `boxwright_csv`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from training.dataset.box import Rectangle
from training.dataset.dataset import AnnotationFileError, Split
from training.dataset.formats import createml, label_studio
from training.dataset.formats.annotation_rows import AnnotationFile, AnnotationRow
from training.dataset.formats.boxwright_csv import label_in, split_of_file_name
from training.dataset.formats.csv_cells import BadCell
from training.dataset.formats.extras import packed
from training.dataset.formats.format import NOT_THIS, Choices, Format
from training.dataset.formats.image_names import image_name, shortened
from training.dataset.formats.readings import LARGEST_NUMBER, ImageRows, class_name, number, rectangle_of_size, size
from training.dataset.formats.split_names import split_named
from training.dataset.formats.table_cells import cells, numbers_in_cell, parsed, plain_number
from training.dataset.formats.table_classes import class_numbers
from training.dataset.formats.table_dialects import DIALECTS
from training.dataset.formats.table_guessing import ONE_IMAGE, TURI_CREATE, recognise
from training.dataset.formats.table_layout import Column, TableLayout, Unit
from training.dataset.formats.table_writing import SPREADSHEET, write_for_spreadsheet, writer
from training.dataset.formats.via_regions import box_of, class_attribute, class_in, others
from training.dataset.plain_files import open_text

_UNNAMED = "object"
_FRAME_DIGITS = 6  # as MOT numbers its images


def read(place: Path, file: AnnotationFile, choices: Choices) -> Iterator[AnnotationRow]:
    layout = choices.table or recognise(place).choices.table
    if layout is None:
        raise AnnotationFileError(place, "this is no table of boxes that is known here; say what its columns mean")
    if layout.title == "napari":
        yield from _read_corners(place, layout, file)
        return
    names_images = layout.says_an_image or Column.BOX_LINE in layout.columns or layout.title == ONE_IMAGE
    if not (layout.says_a_box and names_images):
        raise AnnotationFileError(place, "the columns must say the image and a box")
    reading = _Reading(place, layout, file, choices.class_names)
    if Column.BOX_LINE in layout.columns:
        yield from reading.lines()
    else:
        yield from reading.rows()


class _Reading:
    def __init__(
        self, place: Path, layout: TableLayout, file: AnnotationFile, class_names: Sequence[str] | None
    ) -> None:
        self._place, self._layout, self._file = place, layout, file
        self._at: dict[Column, list[int]] = {}
        for at, column in enumerate(layout.columns):
            self._at.setdefault(column, []).append(at)
        self._split = split_of_file_name(place)
        self._numbers: Mapping[str, str] = class_numbers(place, class_names)
        self._names = dict.fromkeys(self._numbers.values())
        file.classes.extend(self._names)
        self._attribute: str | None = None

    def rows(self) -> Iterator[AnnotationRow]:
        if Column.REGION_SHAPE in self._at:
            self._attribute = class_attribute(map(parsed, self._column(Column.REGION_ATTRIBUTES)))
        if self._layout.encoding == "cp1252":
            self._file.note_at(None, "its text is no UTF-8: it is read as Windows-1252, so look at the names")
        records = cells(self._place, self._layout.encoding, self._layout.separator)
        if self._layout.has_header:
            next(records, None)
        count = 0
        try:
            for line, record in records:
                count += 1
                try:
                    yield from self._read(line, record)
                except BadCell as error:
                    self._file.report_at(line, str(error))
        except AnnotationFileError as error:
            if not count:
                raise
            self._file.report_at(None, f"{error.reason}; what stands before that is read")

    def lines(self) -> Iterator[AnnotationRow]:
        """keras-yolo3: a name, then boxes with spaces between; the name may have spaces itself."""
        try:
            with open_text(self._place, self._layout.encoding) as file:
                for line, text in enumerate(file, start=1):
                    if text.strip():
                        try:
                            yield from self._read_line(line, text.split())
                        except BadCell as error:
                            self._file.report_at(line, str(error))
        except (OSError, UnicodeDecodeError) as error:
            raise AnnotationFileError(self._place, f"the file cannot be read: {error}") from error

    def _read_line(self, line: int, words: list[str]) -> Iterator[AnnotationRow]:
        boxes: list[str] = []
        while len(words) > 1 and words[-1].count(",") == 4:
            boxes.append(words.pop())
        rows = ImageRows(self._file, image_name(" ".join(words)), split=self._split)
        for box in reversed(boxes):
            *edges, label = box.split(",")
            corners = [number("the box", edge) for edge in edges]
            yield rows.in_order(line, self._label(label), corners)
        if not boxes:
            yield rows.nothing(line)

    def _read(self, line: int, record: list[str]) -> Iterator[AnnotationRow]:
        rows = ImageRows(
            self._file,
            self._name(record),
            size(self._cell(record, Column.WIDTH)),
            size(self._cell(record, Column.HEIGHT)),
            self._split_in(record),
            second_name=(self._cell(record, Column.FRAME) or "").strip(),
        )
        if Column.RESULTS in self._at:
            yield from self._read_results(rows, line, record)
        elif Column.REGION_SHAPE in self._at:
            yield from self._read_region(rows, line, record)
        else:
            yield from self._read_boxes(rows, line, record)

    def _read_boxes(self, rows: ImageRows, line: int, record: list[str]) -> Iterator[AnnotationRow]:
        firsts = (Column.XMIN, Column.XCENTRE, Column.BOX_XYWH, Column.BOX_XYXY)
        places = max(len(self._at.get(column, ())) for column in firsts)
        for nth in range(places):
            values = self._box_cells(record, nth)
            label = (self._cell(record, Column.CLASS, nth) or "").strip()
            if any(value.strip() for value in values):
                yield self._box(rows, line, values, label)
            elif label and places == 1:
                yield rows.own_class(line, self._label(label))
            elif nth == 0:
                yield rows.nothing(line)

    def _box(self, rows: ImageRows, line: int, values: list[str], label: str) -> AnnotationRow:
        if not all(value.strip() for value in values):
            raise BadCell("the box has not all of its four numbers")
        name = self._label(label) if Column.CLASS in self._at else _UNNAMED
        first, second, third, fourth = (self._number(value) for value in values)
        scale = {Unit.PIXELS: 1.0, Unit.SHARES: 1.0, Unit.PERCENT: 0.01}[self._layout.unit]
        is_relative = self._layout.unit is not Unit.PIXELS
        if {Column.XMAX, Column.BOX_XYXY} & self._at.keys():
            shift = self._layout.first_pixel
            corners = [(first - shift) * scale, (second - shift) * scale, third * scale, fourth * scale]
            return rows.in_order(line, name, corners, is_relative=is_relative)
        if Column.XCENTRE in self._at:
            first, second = first - third / 2, second - fourth / 2
        shift = self._layout.first_pixel
        box = rectangle_of_size(first - shift, second - shift, third, fourth)
        scaled = Rectangle(*(edge * scale for edge in box.corners)) if scale != 1 else box
        return rows.box(line, name, scaled, is_relative=is_relative)

    def _box_cells(self, record: list[str], nth: int) -> list[str]:
        for column in (Column.BOX_XYXY, Column.BOX_XYWH):
            if column in self._at:
                cell = self._cell(record, column, nth) or ""
                found = numbers_in_cell(cell)
                if found and len(found) != 4:
                    raise BadCell(f"the box: expected four numbers, got {shortened(cell)}")
                return found or [""]
        if Column.XMAX in self._at:
            wanted = (Column.XMIN, Column.YMIN, Column.XMAX, Column.YMAX)
        elif Column.XCENTRE in self._at:
            wanted = (Column.XCENTRE, Column.YCENTRE, Column.BOX_WIDTH, Column.BOX_HEIGHT)
        else:
            wanted = (Column.XMIN, Column.YMIN, Column.BOX_WIDTH, Column.BOX_HEIGHT)
        return [self._cell(record, column, nth) or "" for column in wanted]

    def _read_region(self, rows: ImageRows, line: int, record: list[str]) -> Iterator[AnnotationRow]:
        shape = parsed(self._cell(record, Column.REGION_SHAPE))
        if not shape:
            yield rows.nothing(line)
            return
        attributes = parsed(self._cell(record, Column.REGION_ATTRIBUTES))
        label = _UNNAMED if self._attribute is None else class_in(attributes, self._attribute)
        row = rows.box(line, label, box_of(shape), packed("via", others(attributes, self._attribute)))
        if isinstance(shape, dict) and shape.get("name") != "rect":
            self._file.note_often(row, f"{shape.get('name')}: the box around it was taken")
        yield row

    def _read_results(self, rows: ImageRows, line: int, record: list[str]) -> Iterator[AnnotationRow]:
        values = parsed(self._cell(record, Column.RESULTS)) or []
        values = values if isinstance(values, list) else []
        if self._layout.title == TURI_CREATE:
            yield from createml.rows_of_boxes(rows, line, values)
        else:
            yield from label_studio.rows_of_values(rows, line, values)

    def _name(self, record: list[str]) -> str:
        if Column.IMAGE not in self._at:
            frame = (self._cell(record, Column.FRAME) or "").strip()
            return frame.zfill(_FRAME_DIGITS) if Column.FRAME in self._at else self._place.stem
        name = image_name(self._cell(record, Column.IMAGE) or "")
        folder = (self._cell(record, Column.FOLDER) or "").strip()
        return image_name(f"{folder}/{name}") if folder else name

    def _split_in(self, record: list[str]) -> Split | None:
        cell = self._cell(record, Column.SPLIT)
        return (split_named(cell) if cell else None) or self._split

    def _label(self, cell: str) -> str:
        """Numbers become names where there are names for them."""
        name = label_in(cell) or ""
        return class_name(name if name in self._names else self._numbers.get(name, name))

    def _number(self, cell: str) -> float:
        value = plain_number(cell, self._layout.decimal_comma)
        if value is not None and -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
            return value
        return number("the box", cell if value is None else value)

    def _cell(self, record: list[str], column: Column, nth: int = 0) -> str | None:
        places = self._at.get(column, ())
        at = places[min(nth, len(places) - 1)] if places else len(record)
        return record[at] if at < len(record) else None

    def _column(self, column: Column) -> Iterator[str | None]:
        for _, record in cells(self._place, self._layout.encoding, self._layout.separator):
            yield self._cell(record, column)


def _read_corners(place: Path, layout: TableLayout, file: AnnotationFile) -> Iterator[AnnotationRow]:
    """Shapes of napari, of the one image that is called like the file."""
    records = cells(place, layout.encoding, layout.separator)
    header = [name.strip().lower() for name in next(records)[1]]
    *stack, down, across = sorted(name for name in header if name.startswith("axis-"))
    shapes: dict[str, list[tuple[int, float, float]]] = {}
    first: list[str] | None = None
    for line, record in records:
        cell = dict(zip(header, record, strict=False))
        try:
            where = [cell.get(axis, "") for axis in stack]
            first = first or where
            if where != first:
                raise BadCell("it lies in another slice of a stack than the rows before; an image has only one")
            x, y = number(across, cell.get(across)), number(down, cell.get(down))
        except BadCell as error:
            file.report_at(line, str(error))
            continue
        shapes.setdefault(cell.get("index", ""), []).append((line, x, y))
    rows = ImageRows(file, place.stem)
    for points in shapes.values():
        line, xs, ys = points[0][0], [x for _, x, _ in points], [y for _, _, y in points]
        try:
            yield rows.in_order(line, _UNNAMED, (min(xs), min(ys), max(xs), max(ys)))
        except BadCell as error:
            file.report_at(line, str(error))


FORMAT = Format(
    name="table",
    title="Table of boxes (CSV)",
    recognise=recognise,
    read=read,
    write=writer(DIALECTS["vott"]),
    file_name="boxes.csv",
    suffixes=(".csv", ".tsv", ".txt", ".tab"),
)

# The same reader; each name writes its own form.
_WRITERS = {name: (dialect.title, writer(dialect)) for name, dialect in DIALECTS.items()}
_WRITERS["spreadsheet"] = (SPREADSHEET, write_for_spreadsheet)
DIALECT_FORMATS = tuple(
    replace(FORMAT, name=name, title=title, recognise=lambda _: NOT_THIS, write=write)
    for name, (title, write) in _WRITERS.items()
)
