"""A person at the canvas: hands and keys in image coordinates and in the user's words."""

from __future__ import annotations

from unittest import mock

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QKeySequence, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from desktop_app.canvas.canvas_view import CanvasView
from desktop_app.canvas.geometry import Point
from training.dataset.records import ImageRecord

Place = tuple[float, float]
LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
NO_BUTTON = Qt.MouseButton.NoButton
NO_KEYS = Qt.KeyboardModifier.NoModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
STEPS_OF_A_DRAG = 3


class CanvasDriver:
    """Mouse events carry fractions of screen pixels, so that a place on the image is hit exactly at every zoom."""

    def __init__(self, canvas: CanvasView) -> None:
        self.canvas = canvas
        self._held = NO_BUTTON

    # --- what one sees

    @property
    def record(self) -> ImageRecord:
        record = self.canvas.document.current_record
        assert record is not None
        return record

    @property
    def boxes(self) -> list[tuple[float, float, float, float]]:
        """The corners of the current image's boxes as they are stored."""
        return [box.corners for box in self.record.boxes]

    @property
    def boxes_on_screen(self) -> list[tuple[float, float, float, float]]:
        return [box.corners for box in self.canvas.canvas_scene.boxes.boxes]

    @property
    def class_names(self) -> list[str]:
        """Of each box, in their order."""
        names = {known.id: known.name for known in self.canvas.document.classes}
        return [names[box.class_id] for box in self.record.boxes]

    @property
    def selected(self) -> set[int]:
        return set(self.canvas.document.selection)

    @property
    def size_shown(self) -> str:
        return self.canvas.canvas_scene.aids.size_text

    @property
    def cursor(self) -> Qt.CursorShape:
        return self.canvas.viewport().cursor().shape()

    @property
    def badges(self) -> list[str]:
        return self.canvas.overlay.texts

    def on_screen(self, place: Place) -> QPointF:
        """Where in the viewport a place of the image is."""
        return self.canvas.viewpoint.to_viewport(Point(*place))

    def image_place(self, viewport_place: QPointF) -> Point:
        return self.canvas.viewpoint.to_image(viewport_place)

    # --- hands

    def draw_box(self, xmin: float, ymin: float, xmax: float, ymax: float) -> None:
        """Press W, drag, and go back to selecting."""
        if not self.canvas.is_drawing:
            self.press_key("W")
        self.drag((xmin, ymin), (xmax, ymax))
        self.press_key("V")

    def drag(
        self, start: Place, end: Place, keys: Qt.KeyboardModifier = NO_KEYS, button: Qt.MouseButton = LEFT
    ) -> None:
        self.press(start, keys, button)
        first, last = self.on_screen(start), self.on_screen(end)
        for step in range(1, STEPS_OF_A_DRAG + 1):
            self._send(QEvent.Type.MouseMove, first + (last - first) * (step / STEPS_OF_A_DRAG), NO_BUTTON, keys)
        self._release_at(last, keys, button)

    def click(self, place: Place, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        self.move_to(place, keys)
        self.press(place, keys)
        self.release(place, keys)

    def press(self, place: Place, keys: Qt.KeyboardModifier = NO_KEYS, button: Qt.MouseButton = LEFT) -> None:
        self.canvas.setFocus(Qt.FocusReason.MouseFocusReason)
        self._held |= button
        self._send(QEvent.Type.MouseButtonPress, self.on_screen(place), button, keys)

    def move_to(self, place: Place, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        self._send(QEvent.Type.MouseMove, self.on_screen(place), NO_BUTTON, keys)

    def lose_release(self) -> None:
        """Release the buttons where the canvas does not hear of it."""
        self._held = NO_BUTTON

    def cursor_after_move(self, place: Place) -> Qt.CursorShape:
        self.move_to(place)
        return self.cursor

    def release(self, place: Place, keys: Qt.KeyboardModifier = NO_KEYS, button: Qt.MouseButton = LEFT) -> None:
        self._release_at(self.on_screen(place), keys, button)

    def open_menu(self, place: Place) -> QMenu | None:
        """Press the right mouse button; None where no menu opens."""
        self.press(place, button=RIGHT)
        self.release(place, button=RIGHT)
        on_screen = self.on_screen(place).toPoint()
        viewport = self.canvas.viewport()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, on_screen, viewport.mapToGlobal(on_screen))
        opened: list[QMenu] = []
        # The offscreen platform can't show a popup: it can't give it the keyboard.
        with mock.patch.object(QMenu, "popup", lambda menu, _place: opened.append(menu)):
            QApplication.sendEvent(viewport, event)
        return opened[0] if opened else None

    def turn_wheel(self, notches: float, at: Place, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        self._send_wheel(QPoint(0, round(120 * notches)), QPoint(), at, keys, Qt.ScrollPhase.NoScrollPhase)

    def swipe(self, dx: int, dy: int, at: Place) -> None:
        """Two fingers on a trackpad."""
        self._send_wheel(QPoint(dx, dy), QPoint(dx, dy), at, NO_KEYS, Qt.ScrollPhase.ScrollUpdate)

    # --- keys

    def press_key(self, keys: str) -> None:
        """One key with what is held, as it is written in menus: "W", "Ctrl+D", "Shift+1"."""
        combination = QKeySequence(keys)[0]
        key = combination.key()
        if key == Qt.Key.Key_Tab and combination.keyboardModifiers() & SHIFT:
            key = Qt.Key.Key_Backtab  # what every platform sends
        QTest.keyClick(self._listener, key, combination.keyboardModifiers())

    def hold_space(self) -> None:
        QTest.keyPress(self._listener, Qt.Key.Key_Space)

    def let_space_go(self) -> None:
        QTest.keyRelease(self._listener, Qt.Key.Key_Space)

    # --- how

    @property
    def _listener(self):
        return QApplication.focusWidget() or self.canvas

    def _release_at(self, place: QPointF, keys: Qt.KeyboardModifier, button: Qt.MouseButton) -> None:
        self._held &= ~button
        self._send(QEvent.Type.MouseButtonRelease, place, button, keys)

    def _send(self, kind: QEvent.Type, place: QPointF, button: Qt.MouseButton, keys: Qt.KeyboardModifier) -> None:
        viewport = self.canvas.viewport()
        event = QMouseEvent(kind, place, viewport.mapToGlobal(place), button, self._held, keys)
        QApplication.sendEvent(viewport, event)

    def _send_wheel(
        self, angle: QPoint, pixels: QPoint, at: Place, keys: Qt.KeyboardModifier, phase: Qt.ScrollPhase
    ) -> None:
        place, viewport = self.on_screen(at), self.canvas.viewport()
        event = QWheelEvent(place, viewport.mapToGlobal(place), pixels, angle, NO_BUTTON, keys, phase, False)
        QApplication.sendEvent(viewport, event)
