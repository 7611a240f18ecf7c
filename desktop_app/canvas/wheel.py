"""A wheel zooms at the cursor; fingers on a trackpad pan, and zoom with Ctrl."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputDevice, QWheelEvent

from desktop_app.canvas.viewpoint import Viewpoint

NOTCH = 120.0  # Qt's unit for one click of a wheel
FACTOR_OF_NOTCH = 1.25
PAN_OF_NOTCH = 80.0  # units of the window system


def turn_wheel(viewpoint: Viewpoint, event: QWheelEvent, zooms: bool = True) -> None:
    """Without `zooms` a wheel moves the image; Ctrl and the wheel always zoom."""
    held = event.modifiers()
    angle = event.angleDelta()
    if held & Qt.KeyboardModifier.ControlModifier:
        _zoom(viewpoint, event)
    elif is_trackpad(event):
        viewpoint.pan(event.pixelDelta().x(), event.pixelDelta().y())
    elif held & Qt.KeyboardModifier.ShiftModifier:
        viewpoint.pan(_notches(angle) * PAN_OF_NOTCH, 0.0)
    elif zooms:
        _zoom(viewpoint, event)
    else:
        viewpoint.pan(0.0, _notches(angle) * PAN_OF_NOTCH)
    event.accept()


def is_trackpad(event: QWheelEvent) -> bool:
    """Only trackpads tell how many pixels fingers went; some systems say the same of wheels, without phases."""
    if event.pixelDelta().isNull():
        return False
    is_pad = event.device().type() == QInputDevice.DeviceType.TouchPad
    return is_pad or event.phase() != Qt.ScrollPhase.NoScrollPhase


def _zoom(viewpoint: Viewpoint, event: QWheelEvent) -> None:
    viewpoint.zoom_by(FACTOR_OF_NOTCH ** _notches(event.angleDelta()), event.position())


def _notches(angle: QPoint) -> float:
    """Up is positive. Some systems turn the wheel sideways while a key is held."""
    return (angle.y() or angle.x()) / NOTCH
