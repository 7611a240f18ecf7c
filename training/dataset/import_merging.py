"""How what files say about one image and what a project holds of it become one record."""

from __future__ import annotations

from collections import Counter, defaultdict
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
    images_with_boxes: int = 0
    boxes: int = 0
    own_classes: int = 0
    negatives: int = 0
    duplicates: int = 0
    told_more: int = 0
    shared: int = 0


def merged(
    record: ImageRecord,
    statements: list[Statement],
    class_id: Callable[[str], int],
    replacing: bool,
    tally: Tally,
) -> ImageRecord:
    """The record after the import; the image's size is known. What can't be used is reported to its file."""
    _note_other_size(record, statements)
    found = _said_once(_boxes(record, statements, class_id), tally)
    without_box = [(file, row) for file, row in statements if row.box is None]
    own_class = _own_class(without_box)
    nothing_there = next(((file, row) for file, row in without_box if row.label is None), None)
    if not found and own_class is None and nothing_there is None:
        return record
    boxes = _all_boxes(record, found, replacing, tally)
    own_class_id, reviewed = record.class_id, record.reviewed
    if own_class is not None:
        own_class_id = _class_of_image(record, own_class, class_id(own_class[1].label or ""), replacing, tally)
    if nothing_there is not None:
        reviewed = _is_reviewed(record, nothing_there, bool(boxes) or own_class_id is not None, tally)
    tally.images += 1
    extra = next((row.image_extra for _, row in statements if row.image_extra), "")
    return ImageRecord(
        record.path,
        record.width,
        record.height,
        boxes,
        own_class_id,
        reviewed,
        _split(record, statements, replacing),
        record.answered,
        joined(record.extra, extra) if extra else record.extra,
    )


def _note_other_size(record: ImageRecord, statements: Iterable[Statement]) -> None:
    real = (record.width, record.height)
    for file, row in statements:
        if row.width and row.height and (row.width, row.height) != real:
            reason = f"the file says {row.width} x {row.height}, but {record.path} is {real[0]} x {real[1]} upright"
            file.note(row, f"{reason}; the box is taken as it is")
            return


def _boxes(
    record: ImageRecord, statements: list[Statement], class_id: Callable[[str], int]
) -> list[tuple[_File, ProjectBox]]:
    assert record.width is not None
    assert record.height is not None
    boxes, edges = [], []
    for file, row in statements:
        if row.box is None or row.label is None:
            continue
        inside = box_inside(file, row, record.width, record.height)
        if inside is not None:
            corners = inside.corners
            edges.append((corners, file, row))
            boxes.append(((id(file), row.file), ProjectBox(*corners, class_id(row.label), extra=row.extra)))
    if len({corners for corners, _, _ in edges}) < len(edges):
        _note_repeated(edges)
    return boxes


def _note_repeated(edges: Iterable[tuple[tuple[float, ...], AnnotationFile, AnnotationRow]]) -> None:
    there = set()
    for corners, file, row in edges:
        said = (id(file), row.file, row.label, corners)
        if said in there:
            file.note_often(row, "the same box of the same class stands before; both are kept")
        there.add(said)


def _said_once(boxes: list[tuple[_File, ProjectBox]], tally: Tally) -> list[ProjectBox]:
    """Lists overlap, as all.csv does with train.csv and test.csv: a box that several files have is one box.

    What each says of it besides is kept.
    """
    if all(file == boxes[0][0] for file, _ in boxes):
        return [box for _, box in boxes]
    said: Counter[tuple[_File, tuple[float, ...]]] = Counter()
    places: defaultdict[tuple[float, ...], list[int]] = defaultdict(list)
    kept: list[ProjectBox] = []
    for file, box in boxes:
        written = _as_written(box)
        at = places[written]
        if said[file, written] < len(at):
            place = at[said[file, written]]
            kept[place] = _with_extra_of(kept[place], box)
        else:
            at.append(len(kept))
            kept.append(box)
        said[file, written] += 1
    tally.shared += len(boxes) - len(kept)
    return kept


def _own_class(without_box: Iterable[Statement]) -> Statement | None:
    """The first statement of a class of the whole image; others are reported."""
    given = [(file, row) for file, row in without_box if row.label is not None]
    for file, row in given[1:]:
        if row.label != given[0][1].label:
            file.report(row, f"the image has the class {given[0][1].label!r} already (line {given[0][1].line})")
    return given[0] if given else None


def _all_boxes(record: ImageRecord, found: list[ProjectBox], replacing: bool, tally: Tally) -> tuple[ProjectBox, ...]:
    """Boxes that were there already are not added again, but get what the file says of them besides.

    Equal ones within a file are what somebody drew.
    """
    if replacing or not record.boxes:
        tally.boxes += len(found)
        tally.images_with_boxes += bool(found)
        return tuple(found)
    boxes = list(record.boxes)
    there: defaultdict[tuple[float, ...], list[int]] = defaultdict(list)
    for place in reversed(range(len(boxes))):
        there[_as_written(boxes[place])].append(place)
    for box in found:
        places = there[_as_written(box)]
        if places:
            place = places.pop()
            known = boxes[place]
            boxes[place] = _with_extra_of(known, box)
            tally.told_more += boxes[place] != known
        else:
            boxes.append(box)
    added = len(boxes) - len(record.boxes)
    tally.boxes += added
    tally.images_with_boxes += bool(added)
    tally.duplicates += len(found) - added
    return tuple(boxes)


def _with_extra_of(box: ProjectBox, same: ProjectBox) -> ProjectBox:
    return replace(box, extra=joined(box.extra, same.extra)) if same.extra else box


def _as_written(box: ProjectBox) -> tuple[float, ...]:
    return (*(round(edge, 3) for edge in box.corners), box.class_id)


def _class_of_image(
    record: ImageRecord, statement: Statement, class_id: int, replacing: bool, tally: Tally
) -> int | None:
    if record.class_id not in (None, class_id) and not replacing:
        file, row = statement
        file.note(row, f"{record.path} has another class in the project, which stays")
        return record.class_id
    tally.own_classes += 1
    return class_id


def _is_reviewed(record: ImageRecord, statement: Statement, is_labelled: bool, tally: Tally) -> bool:
    """A negative counts as looked at."""
    if is_labelled:
        file, row = statement
        file.note(row, f"the file says that nothing is on {record.path}, but it is labelled; that stays")
        return record.reviewed
    tally.negatives += 1
    return True


def _split(record: ImageRecord, statements: Iterable[Statement], replacing: bool) -> Split | None:
    split: Split | None = None
    for file, row in statements:
        if row.split is None or row.split == split:
            continue
        if split is not None or (record.split not in (None, row.split) and not replacing):
            file.note(row, f"{record.path} is in {split or record.split} already and stays there")
            continue
        split = row.split
    return split or record.split
