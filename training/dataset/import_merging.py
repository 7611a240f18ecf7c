"""How what files say about one image and what a project holds of it become one record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from training.dataset.box import ProjectBox
from training.dataset.dataset import Split
from training.dataset.formats.annotation_rows import AnnotationFile, AnnotationRow, box_inside
from training.dataset.formats.extras import joined
from training.dataset.records import ImageRecord

Statement = tuple[AnnotationFile, AnnotationRow]
_File = tuple[int, str]


@dataclass(slots=True)
class Tally:
    """What came, over all images."""

    images: int = 0
    boxes: int = 0
    own_classes: int = 0
    negatives: int = 0
    duplicates: int = 0


def merged(
    record: ImageRecord,
    statements: list[Statement],
    class_id: Callable[[str], int],
    replacing: bool,
    tally: Tally,
) -> ImageRecord:
    """The record after the import; the image's size is known. What can't be used is reported to its file."""
    _note_other_size(record, statements)
    boxes = _said_once(_boxes(record, statements, class_id), tally)
    own_class = _own_class(statements)
    is_negative = any(row.box is None and row.label is None for _, row in statements)
    if not boxes and own_class is None and not is_negative:
        return record
    after = _with_boxes(record, boxes, replacing, tally)
    if own_class is not None:
        after = _with_own_class(after, own_class, class_id(own_class[1].label or ""), replacing, tally)
    if is_negative:
        after = _with_negative(after, statements, tally)
    tally.images += 1
    extra = next((row.image_extra for _, row in statements if row.image_extra), "")
    after = replace(after, extra=joined(after.extra, extra)) if extra else after
    return _with_split(after, statements, replacing)


def _note_other_size(record: ImageRecord, statements: Iterable[Statement]) -> None:
    real = (record.width, record.height)
    for file, row in statements:
        if row.width and row.height and (row.width, row.height) != real:
            reason = f"the file says {row.width} x {row.height}, but {record.path} is {real[0]} x {real[1]} upright"
            file.note(row, f"{reason}; the box is taken as it is")
            return


def _boxes(
    record: ImageRecord, statements: Iterable[Statement], class_id: Callable[[str], int]
) -> list[tuple[_File, ProjectBox]]:
    assert record.width is not None
    assert record.height is not None
    boxes = []
    for file, row in statements:
        if row.box is None or row.label is None:
            continue
        inside = box_inside(file, row, record.width, record.height)
        if inside is not None:
            boxes.append(((id(file), row.file), ProjectBox(*inside.corners, class_id(row.label), extra=row.extra)))
    return boxes


def _said_once(boxes: list[tuple[_File, ProjectBox]], tally: Tally) -> list[ProjectBox]:
    """Lists overlap, as all.csv does with train.csv and test.csv: a box that several files have is one box."""
    if len({file for file, _ in boxes}) < 2:
        return [box for _, box in boxes]
    said: Counter[tuple[_File, tuple[float, ...]]] = Counter()
    taken: Counter[tuple[float, ...]] = Counter()
    kept = []
    for file, box in boxes:
        written = _as_written(box)
        said[file, written] += 1
        if said[file, written] > taken[written]:
            taken[written] += 1
            kept.append(box)
    tally.duplicates += len(boxes) - len(kept)
    return kept


def _own_class(statements: Iterable[Statement]) -> Statement | None:
    """The first statement of a class of the whole image; others are reported."""
    given = [(file, row) for file, row in statements if row.box is None and row.label is not None]
    for file, row in given[1:]:
        if row.label != given[0][1].label:
            file.report(row, f"the image has the class {given[0][1].label!r} already (line {given[0][1].line})")
    return given[0] if given else None


def _with_boxes(record: ImageRecord, boxes: list[ProjectBox], replacing: bool, tally: Tally) -> ImageRecord:
    """Boxes that were there already are not added again; equal ones within a file are what somebody drew."""
    if replacing:
        tally.boxes += len(boxes)
        return replace(record, boxes=tuple(boxes))
    if not record.boxes:
        tally.boxes += len(boxes)
        return replace(record, boxes=tuple(boxes)) if boxes else record
    there = Counter(map(_as_written, record.boxes))
    added = []
    for box in boxes:
        if there[_as_written(box)]:
            there[_as_written(box)] -= 1
        else:
            added.append(box)
    tally.boxes += len(added)
    tally.duplicates += len(boxes) - len(added)
    return replace(record, boxes=(*record.boxes, *added))


def _as_written(box: ProjectBox) -> tuple[float, ...]:
    return (*(round(edge, 3) for edge in box.corners), box.class_id)


def _with_own_class(
    record: ImageRecord, statement: Statement, class_id: int, replacing: bool, tally: Tally
) -> ImageRecord:
    if record.class_id not in (None, class_id) and not replacing:
        file, row = statement
        file.note(row, f"{record.path} has another class in the project, which stays")
        return record
    tally.own_classes += 1
    return replace(record, class_id=class_id)


def _with_negative(record: ImageRecord, statements: Iterable[Statement], tally: Tally) -> ImageRecord:
    if record.boxes or record.class_id is not None:
        file, row = next((file, row) for file, row in statements if row.box is None and row.label is None)
        file.note(row, f"the file says that nothing is on {record.path}, but it is labelled; that stays")
        return record
    tally.negatives += 1
    return replace(record, reviewed=True)


def _with_split(record: ImageRecord, statements: Iterable[Statement], replacing: bool) -> ImageRecord:
    split: Split | None = None
    for file, row in statements:
        if row.split is None or row.split == split:
            continue
        if split is not None or (record.split not in (None, row.split) and not replacing):
            file.note(row, f"{record.path} is in {split or record.split} already and stays there")
            continue
        split = row.split
    return record if split in (None, record.split) else replace(record, split=split)
