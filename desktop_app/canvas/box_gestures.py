"""The gestures that change boxes. Each shows the record its verb would make and pushes one edit at the end."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor

from desktop_app.canvas.geometry import Handle, Point, resized, snapped, spanned
from desktop_app.canvas.gestures import Gesture, Reach
from desktop_app.document import verbs
from training.dataset.box import Rectangle
from training.dataset.records import ImageRecord


def show_size_beside(reach: Reach, rectangle: Rectangle, cursor: Point) -> None:
    view = reach.viewpoint
    on_screen: QPointF = view.to_viewport(cursor)
    room = view.viewport_size
    reach.scene.aids.show_size(rectangle, cursor, room.width() - on_screen.x(), room.height() - on_screen.y())


class DrawBox(Gesture):
    """Drag from corner to corner, or click both corners."""

    def __init__(self, reach: Reach, colour: QColor) -> None:
        super().__init__(reach)
        self._colour = colour
        self._start: Point | None = None
        self._pressed = Point(0.0, 0.0)
        self._selected_before = reach.document.selection

    def press(self, at: Point) -> None:
        if self._start is not None:
            self._finish(at)
            return
        self._pressed = at
        self._start = snapped(at, self.reach.scene.image_size)
        # A digit pressed while drawing is meant for the box being drawn, not for the last one.
        self.reach.document.select([])
        self.reach.document.proposals.choose(None)

    def move(self, at: Point) -> None:
        if self._start is None:
            return
        rectangle = spanned(self._start, snapped(at, self.reach.scene.image_size))
        self.reach.scene.aids.show_drawn(rectangle, self._colour)
        show_size_beside(self.reach, rectangle, at)

    def set_colour(self, colour: QColor) -> None:
        """Another class was chosen while drawing."""
        self._colour = colour

    def release(self, at: Point) -> None:
        if not self.is_finished and not self.reach.is_click(self._pressed, at):
            self._finish(at)

    def cancel(self) -> None:
        self._end()
        self.reach.document.select(self._selected_before)

    def _finish(self, at: Point) -> None:
        assert self._start is not None
        rectangle = spanned(self._start, snapped(at, self.reach.scene.image_size))
        self._end()
        if verbs.is_big_enough(rectangle):
            self.reach.edits.add_box(rectangle)

    def _end(self) -> None:
        self.reach.scene.aids.hide_drawn()
        self.is_finished = True


class MoveBoxes(Gesture):
    """Moves the selected boxes together by whole pixels. A press without a move is a click: it may cycle."""

    _start = Point(0.0, 0.0)

    def __init__(self, reach: Reach, record: ImageRecord, select_on_click: int | None) -> None:
        super().__init__(reach)
        self._record = record
        self._select_on_click = select_on_click
        self._has_moved = False

    def press(self, at: Point) -> None:
        self._start = at

    def move(self, at: Point) -> None:
        self._has_moved = self._has_moved or not self.reach.is_click(self._start, at)
        if self._has_moved:
            chosen = self.reach.document.selection
            after = verbs.with_boxes_moved(self._record, chosen, *self._distance(at))
            self.reach.scene.preview(after.boxes)

    def release(self, at: Point) -> None:
        self.move(at)
        self.is_finished = True
        if self._has_moved:
            self.reach.edits.move_selected(*self._distance(at))
            self.reach.scene.end_preview()
        elif self._select_on_click is not None:
            self.reach.document.select([self._select_on_click])

    def cancel(self) -> None:
        self.is_finished = True
        self.reach.scene.end_preview()

    def _distance(self, at: Point) -> tuple[float, float]:
        return float(round(at.x - self._start.x)), float(round(at.y - self._start.y))


class ResizeBox(Gesture):
    """Drags one handle. The edge keeps its distance to the cursor, so that a press alone changes nothing."""

    def __init__(self, reach: Reach, record: ImageRecord, index: int, handle: Handle) -> None:
        super().__init__(reach)
        self._record = record
        self._index = index
        self._handle = handle
        self._box = record.boxes[index]
        self._offset = Point(0.0, 0.0)
        self._pressed = Point(0.0, 0.0)
        self._has_moved = False

    def press(self, at: Point) -> None:
        place = self._handle.place_on(self._box)
        self._offset = Point(place.x - at.x, place.y - at.y)
        self._pressed = at

    def move(self, at: Point) -> None:
        self._has_moved = self._has_moved or not self.reach.is_click(self._pressed, at)
        if self._has_moved:
            after = self._resized(at)
            record = verbs.with_box_at(self._record, self._index, after)
            self.reach.scene.preview(record.boxes)
            show_size_beside(self.reach, after, at)

    def release(self, at: Point) -> None:
        self.move(at)
        self.is_finished = True
        if self._has_moved:
            self.reach.edits.resize_box(self._index, self._resized(at))
        self._end()

    def cancel(self) -> None:
        self.is_finished = True
        self._end()

    def _resized(self, at: Point) -> Rectangle:
        edge = Point(at.x + self._offset.x, at.y + self._offset.y)
        return resized(self._box, self._handle, edge, self.reach.scene.image_size)

    def _end(self) -> None:
        self.reach.scene.aids.hide_size()
        self.reach.scene.end_preview()
