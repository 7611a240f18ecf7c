"""What a person can do to an image's record: each verb takes a record and gives the record after it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from training.dataset.box import ProjectBox, Rectangle
from training.dataset.formats.extras import of_a_copy
from training.dataset.records import ImageRecord

SMALLEST_SIDE = 1.0  # pixels; a click that slipped is no box
DUPLICATE_OFFSET = 10.0  # pixels


def with_boxes_added(record: ImageRecord, boxes: Iterable[ProjectBox]) -> ImageRecord:
    """The boxes clipped to the image; what lies outside or is too small to see is left out."""
    clipped = [_inside(record, box) for box in boxes]
    return replace(record, boxes=(*record.boxes, *(box for box in clipped if is_big_enough(box))))


def with_box_at(record: ImageRecord, index: int, corners: Rectangle) -> ImageRecord:
    """One box with other corners, kept inside the image."""
    box = _inside(record, record.boxes[index].with_corners(*corners.corners))
    if not is_big_enough(box):
        return record
    return replace(record, boxes=(*record.boxes[:index], box, *record.boxes[index + 1 :]))


def with_boxes_moved(record: ImageRecord, indices: Iterable[int], dx: float, dy: float) -> ImageRecord:
    """The boxes moved together, no further than the image's edges, keeping their places to each other."""
    chosen = sorted(indices)
    if not chosen:
        return record
    width, height = _size(record)
    group = bounding_rectangle([record.boxes[index] for index in chosen])
    moved = group.moved(dx, dy, width, height)
    dx, dy = moved.xmin - group.xmin, moved.ymin - group.ymin
    boxes = list(record.boxes)
    for index in chosen:
        boxes[index] = boxes[index].moved(dx, dy, width, height)
    return replace(record, boxes=tuple(boxes))


def with_boxes_stretched(record: ImageRecord, indices: Iterable[int], dx: float, dy: float) -> ImageRecord:
    """The right edges moved by dx and the lower edges by dy, inside the image, no box getting too small."""
    boxes = list(record.boxes)
    for index in indices:
        box = boxes[index]
        wider = max(box.xmax + dx, box.xmin + SMALLEST_SIDE) if dx else box.xmax
        higher = max(box.ymax + dy, box.ymin + SMALLEST_SIDE) if dy else box.ymax
        boxes[index] = _inside(record, box.with_corners(box.xmin, box.ymin, wider, higher))
    return replace(record, boxes=tuple(boxes))


def without_boxes(record: ImageRecord, indices: Iterable[int]) -> ImageRecord:
    gone = set(indices)
    return replace(record, boxes=tuple(box for index, box in enumerate(record.boxes) if index not in gone))


def with_boxes_relabelled(record: ImageRecord, indices: Iterable[int], class_id: int) -> ImageRecord:
    chosen = set(indices)
    boxes = (replace(box, class_id=class_id) if index in chosen else box for index, box in enumerate(record.boxes))
    return replace(record, boxes=tuple(boxes))


def with_boxes_duplicated(record: ImageRecord, indices: Iterable[int]) -> ImageRecord:
    """Copies a little to the lower right, or to the upper left where the image ends."""
    width, height = _size(record)
    originals = [record.boxes[index] for index in sorted(indices)]
    if not originals:
        return record
    group = bounding_rectangle(originals)
    dx = DUPLICATE_OFFSET if group.xmax + DUPLICATE_OFFSET <= width else -DUPLICATE_OFFSET
    dy = DUPLICATE_OFFSET if group.ymax + DUPLICATE_OFFSET <= height else -DUPLICATE_OFFSET
    # A copy is the person's own: no run proposed it.
    moved = (box.moved(dx, dy, width, height) for box in originals)
    copies = (replace(box, origin="", extra=of_a_copy(box.extra)) for box in moved)
    return replace(record, boxes=(*record.boxes, *copies))


def with_class_replaced(record: ImageRecord, old: frozenset[int], new: int | None) -> ImageRecord:
    """Boxes and own class of the old classes become the new one; with no new one they go."""
    if new is None:
        boxes = tuple(box for box in record.boxes if box.class_id not in old)
    else:
        boxes = tuple(replace(box, class_id=new) if box.class_id in old else box for box in record.boxes)
    own = new if record.class_id in old else record.class_id
    return replace(record, boxes=boxes, class_id=own)


def bounding_rectangle(boxes: Sequence[Rectangle]) -> Rectangle:
    return Rectangle(
        min(box.xmin for box in boxes),
        min(box.ymin for box in boxes),
        max(box.xmax for box in boxes),
        max(box.ymax for box in boxes),
    )


def is_big_enough(box: Rectangle) -> bool:
    return box.width >= SMALLEST_SIDE and box.height >= SMALLEST_SIDE


def _inside(record: ImageRecord, box: ProjectBox) -> ProjectBox:
    return box.clipped(*_size(record))


def _size(record: ImageRecord) -> tuple[int, int]:
    if record.width is None or record.height is None:
        raise ValueError(f"{record.path}: its size is not known yet, boxes can't be edited before it was read")
    return record.width, record.height
