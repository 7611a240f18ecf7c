"""Which table a file without names of columns is: by the texts that are images, and the numbers that make boxes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from training.dataset.formats.format import NOT_THIS, Evidence, Sureness
from training.dataset.formats.split_names import split_named
from training.dataset.formats.table_cells import column_cells, is_number
from training.dataset.formats.table_evidence import FITS, Table
from training.dataset.formats.table_layout import EDGES, Column, Unit
from training.dataset.formats.table_numbers import ORDERS, Numbers, find_order, is_inside, share_that_fits
from training.dataset.image_folder import IMAGE_SUFFIXES

_SETS = frozenset({"TRAIN", "TRAINING", "VALIDATION", "VALIDATE", "TEST", "UNASSIGNED", "UNASSIGN"})
_MOST_NUMBERS = 32  # columns of them: each four are tried with each two; what has more is another kind of file
_XYWH = "x, y, width, height"
_SIZES = (Column.WIDTH, Column.HEIGHT)
_MIN_MAX = ORDERS["xmin, xmax, ymin, ymax"]
_MAKESENSE = (Column.CLASS, *ORDERS[_XYWH], Column.IMAGE, *_SIZES)
_TITLES = {
    (Column.IMAGE, *EDGES, Column.CLASS): "Keras RetinaNet",
    (Column.IMAGE, *_SIZES, Column.CLASS, *EDGES): "TensorFlow Object Detection API",
    (Column.IMAGE, Column.NOTHING, Column.CLASS, *_MIN_MAX): "Simple Image Annotator",
    (Column.IMAGE, Column.CLASS, *_MIN_MAX): "BCCD",
    _MAKESENSE: "makesense",
}


@dataclass(frozen=True, slots=True)
class _Box:
    """Four columns that hold one, and two that bound it: its image's width and height; the rows are their numbers."""

    places: tuple[int, ...]
    sizes: tuple[int, ...]
    rows: Numbers

    def fits(self, order: str) -> float:
        rows = self.rows
        if not self.sizes:
            return share_that_fits(rows, order)
        return share_that_fits(rows[:, :4], order) * float(is_inside(rows[:, :4], order, rows[:, 4:]).mean())


def without_header(table: Table) -> Evidence:
    width = max((len(record) for record in table.records.first), default=0)
    texts = [column_cells(table.records.first, at) for at in range(width)]
    if texts and texts[0] and set(texts[0]) <= _SETS and width >= 9:
        return _automl(table)
    is_numeric = [bool(column) and sum(map(is_number, column)) >= FITS * len(column) for column in texts]
    image = _image_column(texts, is_numeric)
    numeric = [at for at in range(width) if is_numeric[at] and at != image]
    if image is None and width >= 7 and len(numeric) >= 7:
        return _mot(table, width)
    if image == 0 and width == 6 and not any(texts[1:]):
        return _only_negatives(table)
    if image is None or not 4 <= len(numeric) <= _MOST_NUMBERS:
        return NOT_THIS
    words = [at for at in range(width) if texts[at] and not is_numeric[at] and at != image]
    columns = [Column.NOTHING] * width
    columns[image] = Column.IMAGE
    for at in words:
        if all(split_named(cell) for cell in texts[at][:100]):
            columns[at] = Column.SPLIT
    words = [at for at in words if columns[at] is Column.NOTHING]
    box = _box(table, numeric, [at for at in range(width) if texts[at]])
    return NOT_THIS if box is None else _told(table, columns, words, numeric, box)


def _told(table: Table, columns: list[Column], words: list[int], numeric: list[int], box: _Box) -> Evidence:
    image = columns.index(Column.IMAGE)
    rest = [at for at in numeric if at > box.places[-1] and at not in box.sizes]
    label = next((at for at in words if at > image), next(iter((*words, *rest)), None))
    if label is not None:
        columns[label] = Column.CLASS
    for at, column in zip(box.sizes, _SIZES, strict=False):
        columns[at] = column
    rows = box.rows[:, :4]
    found = find_order(rows)
    order, questions = found.order, found.questions
    if tuple(_with(columns, box, _XYWH)) == _MAKESENSE and box.fits(_XYWH) >= FITS:
        order, questions = _XYWH, _about_makesense(found.order)
    table.layout = replace(table.layout, columns=tuple(_with(columns, box, order)))
    title = _TITLES.get(table.layout.columns, "")
    table.layout = replace(table.layout, title=title)
    if title:
        table.reasons.append(f"its columns stand as those of {title} without their names")
    table.reasons.append(f"column {image + 1} names images; {'; '.join(found.reasons)}")
    if box.sizes:
        table.reasons.append(
            f"columns {box.sizes[0] + 1} and {box.sizes[1] + 1} are the image's size: boxes lie inside"
        )
    table.questions.extend(questions)
    table.tell_unit(rows)
    return table.told(Sureness.LIKELY)


def _about_makesense(other: str) -> tuple[str, ...]:
    if other == _XYWH:
        return ()
    return (f"are the numbers {_XYWH}, as makesense has them, or {other}? All rows fit both",)


def _with(columns: Sequence[Column], box: _Box, order: str) -> list[Column]:
    meanings = dict(zip(box.places, ORDERS[order], strict=True))
    return [meanings.get(at, column) for at, column in enumerate(columns)]


def _box(table: Table, numeric: list[int], used: list[int]) -> _Box | None:
    """Four columns side by side, best those that lie inside two others; asks where several others would do, too."""
    windows = [tuple(numeric[at : at + 4]) for at in range(len(numeric) - 3)]
    beside = [four for four in windows if used.index(four[3]) - used.index(four[0]) == 3]
    boxes = [box for four in beside or windows for box in _boxes(table, numeric, four)]
    if not boxes:
        return None
    sized = [box for box in boxes if box.sizes]
    fitting = sized or [box for box in boxes if _fits_as_edges(box)] or (boxes if beside else [])
    if not fitting:
        return None
    if not beside or (len(fitting) > 1 and not sized):
        listed = " or ".join(", ".join(str(at + 1) for at in box.places) for box in fitting[:3])
        table.questions.append(f"which columns hold the box? It may be {listed}")
    return fitting[0]


def _boxes(table: Table, numeric: list[int], four: tuple[int, ...]) -> Iterator[_Box]:
    """With each two columns beside each other that bound it, else without."""
    rest = [at for at in numeric if at not in four]
    found = False
    for sizes in pairwise(rest):
        box = _Box(four, sizes, table.rows_of_numbers((*four, *sizes)))
        if sizes[1] - sizes[0] == 1 and len(box.rows) and max(map(box.fits, ORDERS)) >= FITS and _are_sizes(box):
            found = True
            yield box
    rows = table.rows_of_numbers(four)
    if len(rows) and not found:
        yield _Box(four, (), rows)


def _are_sizes(box: _Box) -> bool:
    sizes = box.rows[:, 4:]
    return bool((sizes == sizes.round()).all() and np.median(sizes) > 1)


def _fits_as_edges(box: _Box) -> bool:
    return any(box.fits(order) >= FITS for order in list(ORDERS)[:2])


def _only_negatives(table: Table) -> Evidence:
    columns = (Column.IMAGE, *EDGES, Column.CLASS)
    table.layout = replace(table.layout, columns=columns, title="Keras RetinaNet")
    table.reasons.append("its rows are an image and five empty cells, as Keras RetinaNet has images without boxes")
    return table.told(Sureness.LIKELY)


def _automl(table: Table) -> Evidence:
    """set, path, label, xmin, ymin, , , xmax, ymax, , in shares of the image."""
    none = Column.NOTHING
    columns = (Column.SPLIT, Column.IMAGE, Column.CLASS, Column.XMIN, Column.YMIN, none, none, Column.XMAX, Column.YMAX)
    table.layout = replace(table.layout, columns=columns, unit=Unit.SHARES, title="Google AutoML Vision")
    table.reasons.append("its first column is TRAIN, VALIDATION, TEST or UNASSIGNED, as AutoML Vision has it")
    return table.told(Sureness.SURE)


def _mot(table: Table, width: int) -> Evidence:
    columns = [Column.FRAME, Column.NOTHING, Column.XMIN, Column.YMIN, Column.BOX_WIDTH, Column.BOX_HEIGHT]
    columns += [Column.NOTHING] * (width - 6)
    table.layout = replace(table.layout, columns=tuple(columns), first_pixel=1, title="MOT")
    table.reasons.append("its rows are seven or more numbers: frame, id, left, top, width, height, as MOT has them")
    question = "are these boxes on numbered frames (MOT), counted from 1? Frame 1 is the image 000001 or 1"
    table.questions.append(question)
    return table.told(Sureness.MAYBE)


def _image_column(texts: list[list[str]], is_numeric: list[bool]) -> int | None:
    """The first whose cells have an image's suffix, else the first of texts with many different ones."""
    for at, column in enumerate(texts):
        if column and sum(is_image(cell) for cell in column) >= 0.5 * len(column):
            return at
    candidates = [at for at, column in enumerate(texts) if column and not is_numeric[at]]
    return max(candidates, key=lambda at: len(set(texts[at])), default=None) if len(candidates) > 1 else None


def is_image(cell: str) -> bool:
    return os.path.splitext(cell.strip().partition("?")[0])[1].lower() in IMAGE_SUFFIXES  # noqa: PTH122 -- a text
