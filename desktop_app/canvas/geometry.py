"""Where things are on an image, in image pixels: no Qt in here."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from training.dataset.box import Rectangle

SMALLEST_SIDE = 1.0


class Point(NamedTuple):
    """A place on the upright image; whole numbers are edges between pixels."""

    x: float
    y: float

    def distance(self, other: Point) -> float:
        return max(abs(self.x - other.x), abs(self.y - other.y))


class ImageSize(NamedTuple):
    width: int
    height: int


class Handle(Enum):
    """Which edges a handle carries: -1 is left or top, 1 is right or bottom, 0 is neither."""

    TOP_LEFT = (-1, -1)
    TOP = (0, -1)
    TOP_RIGHT = (1, -1)
    RIGHT = (1, 0)
    BOTTOM_RIGHT = (1, 1)
    BOTTOM = (0, 1)
    BOTTOM_LEFT = (-1, 1)
    LEFT = (-1, 0)

    @property
    def is_corner(self) -> bool:
        return 0 not in self.value

    def place_on(self, rectangle: Rectangle) -> Point:
        dx, dy = self.value
        return Point(
            (rectangle.xmin + rectangle.xmax + dx * rectangle.width) / 2,
            (rectangle.ymin + rectangle.ymax + dy * rectangle.height) / 2,
        )


def snapped(point: Point, size: ImageSize) -> Point:
    """The nearest corner of a pixel inside the image.

    Edges that are drawn lie between pixels, like the edges of things in a photo: the size shown while drawing is the
    size that is stored, and the numbers of an export stay short. Edges that came from a file keep their fractions.
    """
    return Point(min(max(float(round(point.x)), 0.0), size.width), min(max(float(round(point.y)), 0.0), size.height))


def spanned(first: Point, second: Point) -> Rectangle:
    """The rectangle with these opposite corners."""
    return Rectangle(min(first.x, second.x), min(first.y, second.y), max(first.x, second.x), max(first.y, second.y))


def resized(rectangle: Rectangle, handle: Handle, at: Point, size: ImageSize) -> Rectangle:
    """The rectangle after a handle was dragged to a place; beyond the opposite edge it turns over."""
    at = snapped(at, size)
    xmin, xmax = _edges(rectangle.xmin, rectangle.xmax, handle.value[0], at.x, size.width)
    ymin, ymax = _edges(rectangle.ymin, rectangle.ymax, handle.value[1], at.y, size.height)
    return Rectangle(xmin, ymin, xmax, ymax)


def _edges(low: float, high: float, side: int, at: float, limit: float) -> tuple[float, float]:
    if side == 0:
        return low, high
    fixed, moving = (high, low) if side < 0 else (low, high)
    if abs(at - fixed) < SMALLEST_SIDE:
        outward = 1.0 if moving > fixed else -1.0
        at = fixed + outward * SMALLEST_SIDE
        if not 0.0 <= at <= limit:
            at = fixed - outward * SMALLEST_SIDE
    return min(fixed, at), max(fixed, at)


def boxes_under(boxes: Sequence[Rectangle], point: Point, reach: float) -> list[int]:
    """Indices of the boxes at a place; `reach` is how far outside an edge still counts."""
    x, y = point
    return [
        index
        for index, box in enumerate(boxes)
        if box.xmin - reach <= x <= box.xmax + reach and box.ymin - reach <= y <= box.ymax + reach
    ]


def boxes_touching(boxes: Sequence[Rectangle], area: Rectangle) -> list[int]:
    """Indices of the boxes that a rubber band takes: those with any part inside it."""
    return [
        index
        for index, box in enumerate(boxes)
        if box.xmin <= area.xmax and box.xmax >= area.xmin and box.ymin <= area.ymax and box.ymax >= area.ymin
    ]


def is_on_outline(box: Rectangle, point: Point, reach: float) -> bool:
    x, y = point
    inside_outer = box.xmin - reach <= x <= box.xmax + reach and box.ymin - reach <= y <= box.ymax + reach
    inside_inner = box.xmin + reach < x < box.xmax - reach and box.ymin + reach < y < box.ymax - reach
    return inside_outer and not inside_inner


def handle_places(rectangle: Rectangle, scale: float, handle_size: float) -> dict[Handle, Point]:
    """Where the handles are, with `scale` screen pixels for an image pixel and handles of `handle_size` screen pixels.

    Handles in the middle of an edge go where the edge is too short for three. On a tiny box the corners stand a
    little outside, so that there is something left to take hold of and move.
    """
    roomy = 4 * handle_size
    wide, high = rectangle.width * scale >= roomy, rectangle.height * scale >= roomy
    outset_x = 0.0 if rectangle.width * scale >= roomy / 2 else handle_size / 2 / scale
    outset_y = 0.0 if rectangle.height * scale >= roomy / 2 else handle_size / 2 / scale
    places: dict[Handle, Point] = {}
    for handle in Handle:
        dx, dy = handle.value
        if handle.is_corner or (wide if dx == 0 else high):
            at = handle.place_on(rectangle)
            places[handle] = Point(at.x + dx * outset_x, at.y + dy * outset_y)
    return places


def handle_at(places: dict[Handle, Point], point: Point, reach: float) -> Handle | None:
    """The nearest handle within reach of a place."""
    near = {handle: at.distance(point) for handle, at in places.items() if at.distance(point) <= reach}
    return min(near, key=near.__getitem__) if near else None


def changed_span(before: Sequence[object], after: Sequence[object]) -> tuple[int, int, int]:
    """Start, end in `before` and end in `after` of the part that differs."""
    shortest = min(len(before), len(after))
    start = next((at for at in range(shortest) if not _same(before[at], after[at])), shortest)
    same_tail = 0
    while same_tail < shortest - start and _same(before[-1 - same_tail], after[-1 - same_tail]):
        same_tail += 1
    return start, len(before) - same_tail, len(after) - same_tail


def _same(one: object, other: object) -> bool:
    # Most boxes are the very same object before and after an edit, and that is a hundred times quicker to see.
    return one is other or one == other
