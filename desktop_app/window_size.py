"""How large a window is when it is opened for the first time."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

FRAME = QSize(16, 40)  # about what the system puts around a window; it tells only once the window is shown


def resize_within_screen(window: QWidget, usual: QSize) -> None:
    """On a small screen a window is smaller than usual: what lies outside could not be reached."""
    window.resize(usual.boundedTo(window.screen().availableGeometry().size() - FRAME))
