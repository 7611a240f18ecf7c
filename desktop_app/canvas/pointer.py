"""From mouse events to gestures: whose turn it is, what the cursor looks like, what lies under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QGraphicsView

from desktop_app.canvas.box_gestures import DrawBox
from desktop_app.canvas.geometry import Point, snapped
from desktop_app.canvas.gestures import Gesture, Pan, Reach
from desktop_app.canvas.proposal_gestures import ProposalGesture
from desktop_app.canvas.tools import Aim, DrawTool, Press, SelectTool, Tool

if TYPE_CHECKING:
    from training.run.answers.prediction import PredictedBox

LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton


class Pointer(QObject):
    """Holds the tool and at most one gesture; panning goes on beside it, so one can pan while drawing."""

    moved = Signal(float, float)  # image pixels
    pan_began = Signal()
    left = Signal()  # the cursor is not over the image any more

    def __init__(self, view: QGraphicsView, reach: Reach) -> None:
        super().__init__(view)
        self._view = view
        self._reach = reach
        self._select_tool = SelectTool(reach)
        self._draw_tool = DrawTool(reach, self._select_tool)
        self._tool: Tool = self._select_tool
        self._gesture: Gesture | None = None
        self._pan: Pan | None = None
        self._pan_button = Qt.MouseButton.NoButton
        self._place: QPointF | None = None
        self._hovered: int | None = None
        self._hovered_proposal: PredictedBox | None = None
        self._right_has_cancelled = False
        self._pans_with_left = False

    @property
    def is_drawing(self) -> bool:
        """Whether a press draws a box."""
        return self._tool is self._draw_tool

    def set_drawing(self, drawing: bool) -> None:
        self.cancel()
        self._tool = self._draw_tool if drawing else self._select_tool
        self.refresh()

    def set_pans_with_left(self, pans: bool) -> None:
        """While Space is held the left button pans."""
        self._pans_with_left = pans
        self.refresh()

    @property
    def is_busy(self) -> bool:
        """Whether a gesture is in progress."""
        return self._gesture is not None

    def cancel(self) -> bool:
        """Take the gesture in progress back; False when there was none."""
        gesture, self._gesture = self._gesture, None
        if gesture is None:
            return False
        gesture.cancel()
        self.refresh()
        return True

    def press(self, event: QMouseEvent) -> None:
        self._place = event.position()
        if self._reach.scene.record is None:
            return
        if event.button() == MIDDLE or (event.button() == LEFT and self._pans_with_left):
            self._begin_pan(event)
        elif event.button() == RIGHT:
            self._right_has_cancelled = self.cancel()
        elif event.button() == LEFT:
            self._press_tool(event)
        self.refresh()

    def _begin_pan(self, event: QMouseEvent) -> None:
        self.pan_began.emit()
        self._pan, self._pan_button = Pan(self._reach), event.button()
        self._pan.press(self._at(event.position()))

    def _press_tool(self, event: QMouseEvent) -> None:
        at = self._at(event.position())
        if self._gesture is None:
            held = event.modifiers()
            shift = bool(held & Qt.KeyboardModifier.ShiftModifier)
            ctrl = bool(held & Qt.KeyboardModifier.ControlModifier)
            self._gesture = self._tool.begin(Press(at, shift=shift, ctrl=ctrl))
        if self._gesture is not None:
            gesture = self._gesture
            gesture.press(at)
            self._drop_finished(gesture)

    def move(self, event: QMouseEvent) -> None:
        self._place = event.position()
        self._notice_lost_release(event.buttons())
        if self._pan is not None:
            self._pan.move(self._at(event.position()))
        self.refresh()

    def _notice_lost_release(self, held: Qt.MouseButton) -> None:
        """The button may have been released over another window or a dialog."""
        if self._pan is not None and not held & self._pan_button:
            self._pan = None
        if self._gesture is not None and not held & LEFT and not isinstance(self._gesture, DrawBox):
            self.cancel()

    def release(self, event: QMouseEvent) -> None:
        self._place = event.position()
        at = self._at(event.position())
        if self._pan is not None and event.button() == self._pan_button:
            self._pan.release(at)
            self._pan = None
        elif event.button() == LEFT and self._gesture is not None:
            # The gesture is over before it edits: the edit's signals must not find and cancel it.
            gesture, self._gesture = self._gesture, None
            gesture.release(at)
            if not gesture.is_finished:
                self._gesture = gesture
        self.refresh()

    def _drop_finished(self, gesture: Gesture) -> None:
        if gesture.is_finished and self._gesture is gesture:
            self._gesture = None

    def choose_for_menu(self, event: QContextMenuEvent) -> bool:
        """Select what a menu at this place will be about; False where there is nothing to have a menu for."""
        if self._reach.scene.record is None:
            return False
        if event.reason() == QContextMenuEvent.Reason.Mouse and self._right_has_cancelled:
            return False
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            under = self._reach.scene.boxes_at(self._at(QPointF(event.pos())))
            proposal = self._reach.scene.proposal_at(self._at(QPointF(event.pos())))
            if proposal is not None:
                self._reach.document.proposals.choose(proposal)
            elif not self._reach.document.selection.intersection(under):
                self._reach.document.proposals.choose(None)
                self._reach.document.select(under[:1])
        return True

    def leave(self) -> None:
        self._place = None
        self._reach.scene.aids.hide_guides()
        self.refresh()
        self.left.emit()

    def set_class_colour(self) -> None:
        """Another class is active: the box being drawn takes its colour."""
        if isinstance(self._gesture, DrawBox):
            self._gesture.set_colour(self._reach.active_colour)
            self.refresh()

    def refresh(self) -> None:
        """Something moved: the cursor, the image under it, or the boxes."""
        scene, place = self._reach.scene, self._place
        if scene.record is None or place is None:
            self._mark(None, None)
            scene.aids.hide_guides()
            self._view.viewport().unsetCursor()
            return
        at = self._at(place)
        if self._gesture is not None and self._pan is None:
            self._gesture.move(at)
        idle = self._gesture is None and self._pan is None and not self._pans_with_left
        aim = self._tool.aim(at) if idle else Aim(self._busy_cursor())
        self._mark(aim.box, aim.proposal)
        self._show_guides(at)
        self._view.viewport().setCursor(aim.cursor)
        self._tell_place(at)

    def show_selection(self) -> None:
        """Other boxes are selected, or another proposal is chosen."""
        self._mark(self._hovered, self._hovered_proposal)

    def _mark(self, hovered: int | None, proposal: PredictedBox | None) -> None:
        self._hovered, self._hovered_proposal = hovered, proposal
        document = self._reach.document
        self._reach.scene.mark(document.selection, hovered)
        if not isinstance(self._gesture, ProposalGesture):
            self._reach.scene.mark_predictions(document.proposals.chosen, proposal)

    def _show_guides(self, at: Point) -> None:
        aims = self.is_drawing and self._pan is None and not self._pans_with_left
        if aims and (self._gesture is None or isinstance(self._gesture, DrawBox)):
            size = self._reach.scene.image_size
            self._reach.scene.aids.show_guides(snapped(at, size), size)
        else:
            self._reach.scene.aids.hide_guides()

    def _tell_place(self, at: Point) -> None:
        width, height = self._reach.scene.image_size
        if 0 <= at.x <= width and 0 <= at.y <= height:
            self.moved.emit(*at)
        else:
            self.left.emit()

    def _busy_cursor(self) -> Qt.CursorShape:
        if self._pan is not None:
            return Qt.CursorShape.ClosedHandCursor
        if self._pans_with_left:
            return Qt.CursorShape.OpenHandCursor
        return self._view.viewport().cursor().shape()

    def _at(self, place: QPointF) -> Point:
        return self._reach.viewpoint.to_image(place)
