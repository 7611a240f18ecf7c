"""The canvas: the current image, the boxes on it, and what hands do there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPalette,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from desktop_app.canvas import viewpoint
from desktop_app.canvas.actions import Situation, enable, make_canvas_actions
from desktop_app.canvas.box_commands import BoxCommands
from desktop_app.canvas.box_menu import make_box_menu
from desktop_app.canvas.box_tooltips import show_tooltip
from desktop_app.canvas.class_keys import make_class_keys
from desktop_app.canvas.colours import surround
from desktop_app.canvas.gestures import Reach
from desktop_app.canvas.keyboard import Keyboard
from desktop_app.canvas.overlay import Overlay
from desktop_app.canvas.pointer import Pointer
from desktop_app.canvas.scene import CanvasScene
from desktop_app.canvas.shown_image import ShownImage
from desktop_app.canvas.space_key import SpaceKey
from desktop_app.canvas.viewpoint import Viewpoint
from desktop_app.canvas.wheel import turn_wheel
from desktop_app.document.document import Document
from desktop_app.document.edits import Edits

LOOK_EVENTS = (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.DevicePixelRatioChange)


class CanvasView(QGraphicsView):
    """Joins the parts: the scene shows, the pointer and the keyboard act, the document decides what is true."""

    cursor_moved = Signal(float, float)  # image pixels
    cursor_left = Signal()
    zoom_changed = Signal(float)  # 1.0 is one pixel of the image on one of the screen
    drawing_changed = Signal(bool)

    def __init__(self, document: Document, edits: Edits, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.edits = edits
        self.canvas_scene = CanvasScene(self)
        self.setScene(self.canvas_scene)
        self._prepare()
        self.viewpoint = Viewpoint(self)
        reach = Reach(document, edits, self.canvas_scene, self.viewpoint)
        self.pointer = Pointer(self, reach)
        self.commands = BoxCommands(reach, self)
        self.overlay = Overlay(self)
        self.shown = ShownImage(document, self.canvas_scene, self.viewpoint, self.overlay)
        self._actions = make_canvas_actions(self)
        self._keyboard = Keyboard(self)
        self._wheel_zooms = True
        self.addActions(list(self._actions.values()))
        make_class_keys(self, self.commands.choose_class)
        self._connect()
        self._apply_look()
        self._update_actions()

    def _prepare(self) -> None:
        viewpoint.keep_quiet(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # Folders are dropped on the window, not on the scene.
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.setAccessibleName(self.tr("Canvas"))
        self.setMinimumSize(240, 180)

    def _connect(self) -> None:
        self.pointer.moved.connect(self.cursor_moved)
        self.pointer.left.connect(self.cursor_left)
        self.viewpoint.changed.connect(self._on_viewpoint_changed)
        self.viewpoint.zoom_changed.connect(self.zoom_changed)
        self.viewpoint.rested.connect(lambda: self.canvas_scene.picture.sharpen(self.viewpoint.zoom))
        self.shown.boxes_replaced.connect(self.pointer.cancel)
        self.shown.changed.connect(self._on_shown_changed)
        self.document.selection_changed.connect(self._on_selection_changed)
        self.document.proposals.chosen_changed.connect(self._on_selection_changed)
        self.document.active_class_changed.connect(self.pointer.set_class_colour)
        self.document.classes_changed.connect(self._describe)

    # --- what the window tells

    def show_picture(self, image: str, picture: QImage) -> None:
        self.shown.show_picture(image, picture)

    def show_loading(self, image: str) -> None:
        self.shown.show_loading(image)

    def show_problem(self, image: str, sentence: str) -> None:
        self.shown.show_problem(image, sentence)

    # --- what a person has chosen (preferences.py)

    def set_outline(self, width: float) -> None:
        """Of boxes, in screen pixels."""
        self.shown.set_outline(width)

    def set_names_shown(self, shown: bool) -> None:
        self.canvas_scene.boxes.set_names_wanted(shown)

    def set_guides_wanted(self, wanted: bool) -> None:
        self.canvas_scene.aids.guides_wanted = wanted
        self.pointer.refresh()

    def set_wheel_zooms(self, zooms: bool) -> None:
        self._wheel_zooms = zooms

    @property
    def space(self) -> SpaceKey:
        return self._keyboard.space

    def action(self, name: str) -> QAction:
        """By the name in the table of `actions.py`."""
        return self._actions[name]

    # --- what actions and keys ask for

    @property
    def is_drawing(self) -> bool:
        return self.pointer.is_drawing

    def start_drawing(self) -> None:
        self._set_drawing(True)

    def start_selecting(self) -> None:
        self._set_drawing(False)

    def _set_drawing(self, drawing: bool) -> None:
        self.pointer.set_drawing(drawing)
        self._actions["draw" if drawing else "select"].setChecked(True)
        self.shown.set_drawing(drawing)
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.drawing_changed.emit(drawing)

    def step_back(self) -> bool:
        """Esc: first the gesture in progress, then drawing, then the selection or the chosen proposal."""
        if self.pointer.cancel():
            return True
        if self.is_drawing:
            self._set_drawing(False)
        elif self.document.selection:
            self.document.select([])
        elif self.document.proposals.chosen is not None:
            self.document.proposals.choose(None)
        else:
            return False
        return True

    # --- following

    def _on_viewpoint_changed(self) -> None:
        self.canvas_scene.set_scale(self.viewpoint.scale)
        self.canvas_scene.picture.set_zoom(self.viewpoint.zoom)
        self.pointer.refresh()

    def _on_shown_changed(self) -> None:
        self.pointer.refresh()
        self._update_actions()
        self._describe()

    def _on_selection_changed(self) -> None:
        self.pointer.show_selection()
        self._update_actions()
        self._describe()

    def _update_actions(self) -> None:
        record = self.shown.record
        selected = len(self.document.selection)
        if record is None:
            now = Situation(has_image=False, is_reviewed=False, box_count=0, selected_count=selected)
        else:
            proposals = self.document.proposals
            count, chosen = proposals.count_in(record.path) if proposals.is_shown else 0, proposals.chosen is not None
            can_accept = proposals.is_shown and self.edits.proposals.to_accept is not None
            now = Situation(True, record.reviewed, len(record.boxes), selected, count, chosen, can_accept)
        enable(self._actions, now)

    def _describe(self) -> None:
        """For screen readers: what one would see."""
        self.setAccessibleDescription(self.canvas_scene.description(self.document.selection))

    def _apply_look(self) -> None:
        self.setBackgroundBrush(surround())
        highlight = self.palette().color(QPalette.ColorRole.Highlight)
        self.shown.set_looks(self.font(), self.devicePixelRatioF(), highlight)

    # --- Qt's events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pointer.press(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Two quick clicks are two clicks: they draw, or go through the boxes below."""
        self.pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointer.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.pointer.release(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.pointer.choose_for_menu(event):
            make_box_menu(self).popup(event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn_wheel(self.viewpoint, event, self._wheel_zooms)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.setAccepted(self._keyboard.press(event))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.setAccepted(self._keyboard.release(event))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._keyboard.forget()
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.overlay.setGeometry(self.viewport().geometry())
        self.viewpoint.refit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.viewpoint.refit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # Space is the shortcut of "reviewed" for menus to show; here a tap and a hold mean different things.
            if event.key() == Qt.Key.Key_Space:
                event.accept()
                return True
        elif event.type() in LOOK_EVENTS and hasattr(self, "shown"):
            self._apply_look()
            self.viewpoint.refit()
        return super().event(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.pointer.leave()
        elif isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            show_tooltip(self, event)
            return True
        elif isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.viewpoint.zoom_by(1.0 + event.value(), event.position())
            return True
        return super().viewportEvent(event)
