"""Keys that only the canvas understands: everything a mouse can do here, and classes by digit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent

from desktop_app.canvas.space_key import SpaceKey

if TYPE_CHECKING:
    from desktop_app.canvas.canvas_view import CanvasView

Key = Qt.Key
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
ARROWS: dict[int, tuple[int, int]] = {
    Key.Key_Left: (-1, 0),
    Key.Key_Right: (1, 0),
    Key.Key_Up: (0, -1),
    Key.Key_Down: (0, 1),
}
FAR = 10  # pixels of a nudge with Shift
PAN_STEP = 60  # units of the window system

# Where the keys 1 to 9 are, for keyboards on which they give other signs (Shift+1 is "!", on a French one 1 is "&").
SCAN_CODES = {"xcb": range(10, 19), "wayland": range(10, 19), "windows": range(2, 11)}
MAC_KEYS = (18, 19, 20, 21, 23, 22, 26, 28, 25)


class Keyboard:
    def __init__(self, canvas: CanvasView) -> None:
        self._canvas = canvas
        self.space = SpaceKey(canvas)
        self.space.tapped.connect(canvas.action("review").trigger)
        self.space.held_changed.connect(canvas.pointer.set_pans_with_left)
        canvas.pointer.pan_began.connect(self.space.use)

    def press(self, event: QKeyEvent) -> bool:
        """True when the key meant something here."""
        key = event.key()  # a number: letters of many alphabets have no name in Qt
        if key == Key.Key_Space:
            return self._press_space(event)
        if key == Key.Key_Escape:
            return self._canvas.step_back()
        if key in ARROWS:
            return self._press_arrow(*ARROWS[key], event.modifiers())
        if key in (Key.Key_Return, Key.Key_Enter):
            return (
                self._canvas.is_drawing
                and not self._canvas.pointer.is_busy
                and self._canvas.commands.draw_in_the_middle()
            )
        return self._press_digit(event)

    def release(self, event: QKeyEvent) -> bool:
        if event.key() != Key.Key_Space or not self.space.is_held:
            return False
        self.space.release(event)
        return True

    def forget(self) -> None:
        """The canvas lost the keyboard: it won't hear of the release."""
        self.space.forget()

    def _press_space(self, event: QKeyEvent) -> bool:
        if event.modifiers() & (SHIFT | CTRL):
            return False
        self.space.press(event)
        return True

    def _press_arrow(self, x: int, y: int, held: Qt.KeyboardModifier) -> bool:
        if held & Qt.KeyboardModifier.AltModifier:
            return False
        self._canvas.pointer.cancel()
        if not self._canvas.document.selection:
            self._canvas.viewpoint.pan(-x * PAN_STEP, -y * PAN_STEP)
            return True
        step = FAR if held & SHIFT else 1
        edits = self._canvas.edits
        verb = edits.stretch_selected if held & CTRL else edits.nudge_selected
        verb(float(x * step), float(y * step))
        self._canvas.commands.reveal_selected()
        return True

    def _press_digit(self, event: QKeyEvent) -> bool:
        digit = digit_of(event)
        if digit is None or event.modifiers() & (CTRL | Qt.KeyboardModifier.AltModifier):
            return False
        if not event.isAutoRepeat():
            self._canvas.commands.choose_class(digit - 1, of_image=bool(event.modifiers() & SHIFT))
        return True


def digit_of(event: QKeyEvent) -> int | None:
    """Which of the keys 1 to 9 it is, by its place on the keyboard where the platform tells it."""
    platform = QGuiApplication.platformName()
    if platform == "cocoa":
        return MAC_KEYS.index(event.nativeVirtualKey()) + 1 if event.nativeVirtualKey() in MAC_KEYS else None
    codes = SCAN_CODES.get(platform, range(0))
    if event.nativeScanCode() in codes:
        return codes.index(event.nativeScanCode()) + 1
    return event.key() - Key.Key_0 if Key.Key_1 <= event.key() <= Key.Key_9 else None
