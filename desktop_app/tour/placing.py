"""Where a bubble stands beside what it speaks of: arithmetic only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from PySide6.QtCore import QPoint, QRect, QSize

EDGE = 14  # around the bubble's body: room for its arrow and its shadow
GAP = 2  # between the arrow's tip and what it points at
FROM_WINDOW = 4  # what stays free at the window's edges
FROM_CORNER = 24  # of the body: no arrow comes out of a round corner


class Side(Enum):
    """Of what the bubble speaks of."""

    RIGHT = auto()
    BELOW = auto()
    LEFT = auto()
    ABOVE = auto()


@dataclass(frozen=True, slots=True)
class Place:
    """`rect` is the whole bubble with its edge; `tip` is where its arrow ends, in the same coordinates.

    Without a side there is no arrow: there was no room beside it.
    """

    rect: QRect
    side: Side | None = None
    tip: QPoint = field(default_factory=QPoint)


def place_beside(target: QRect, size: QSize, room: QRect, sides: Sequence[Side]) -> Place:
    """The first side that has room for all of the bubble; else the lower right corner of the room.

    All in the window's coordinates; `size` is the bubble's with its edge, `room` is where it may be.
    """
    room = room.adjusted(FROM_WINDOW, FROM_WINDOW, -FROM_WINDOW, -FROM_WINDOW)
    seen = target & room
    if not seen.isEmpty():
        for side in sides:
            rect = _beside(seen, size, side)
            shifted = _shifted(rect, room, along_x=side in (Side.ABOVE, Side.BELOW))
            if room.contains(shifted):
                return Place(shifted, side, _tip(seen, shifted, side))
    corner = QRect(room.bottomRight() - QPoint(size.width() - 1, size.height() - 1), size)
    return Place(_inside(corner, room))


def _beside(target: QRect, size: QSize, side: Side) -> QRect:
    """In the middle of that side."""
    rect = QRect(QPoint(), size)
    rect.moveCenter(target.center())
    if side is Side.RIGHT:
        rect.moveLeft(target.right() + 1 + GAP)
    elif side is Side.LEFT:
        rect.moveRight(target.left() - 1 - GAP)
    elif side is Side.BELOW:
        rect.moveTop(target.bottom() + 1 + GAP)
    else:
        rect.moveBottom(target.top() - 1 - GAP)
    return rect


def _shifted(rect: QRect, room: QRect, *, along_x: bool) -> QRect:
    """Along the side only, as far as the room asks for."""
    inside = _inside(rect, room)
    return QRect(QPoint(inside.x(), rect.y()) if along_x else QPoint(rect.x(), inside.y()), rect.size())


def _inside(rect: QRect, room: QRect) -> QRect:
    """Moved into the room; of what is too large the top left is seen."""
    x = max(room.left(), min(rect.x(), room.right() - rect.width() + 1))
    y = max(room.top(), min(rect.y(), room.bottom() - rect.height() + 1))
    return QRect(QPoint(x, y), rect.size())


def _tip(target: QRect, rect: QRect, side: Side) -> QPoint:
    """At the target's middle, as far as the bubble reaches."""
    body = rect.adjusted(EDGE, EDGE, -EDGE, -EDGE)
    if side in (Side.LEFT, Side.RIGHT):
        y = max(body.top() + FROM_CORNER, min(target.center().y(), body.bottom() - FROM_CORNER))
        return QPoint(rect.left() if side is Side.RIGHT else rect.right(), y)
    x = max(body.left() + FROM_CORNER, min(target.center().x(), body.right() - FROM_CORNER))
    return QPoint(x, rect.top() if side is Side.BELOW else rect.bottom())
