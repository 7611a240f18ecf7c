"""What stands where on a page, in words and numbers: the widgets that are seen, and a picture of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QScrollBar,
    QSplitterHandle,
    QTabBar,
    QToolButton,
    QWidget,
)

from desktop_app.elided_choice import ElidedChoice
from tests.helpers.looks.ink import contrast_of, fingerprint_of

INTERNAL = (QScrollBar, QSplitterHandle, QHeaderView)
EDGE = 2  # pixels of a label's or button's frame
Pixels = npt.NDArray[np.uint8]


def survey_of(window: QWidget) -> tuple[dict[str, Any], QImage]:
    """Everything that the checks ask about, and the picture that it was read from."""
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    pixels = pixels_of(image)
    numbers: dict[QWidget, int] = {}
    widgets: list[dict[str, Any]] = []
    for widget in [window, *window.findChildren(QWidget)]:
        if _belongs_to(widget, window):
            numbers[widget] = len(widgets)
            widgets.append(_told(widget, window, numbers, pixels, image.devicePixelRatio()))
    least = window.minimumSizeHint().expandedTo(window.minimumSize())
    surveyed = {
        "title": window.windowTitle(),
        "size": [window.width(), window.height()],
        "least": [least.width(), least.height()],
        "widgets": widgets,
        "fingerprint": fingerprint_of(pixels),
    }
    return surveyed, image


def pixels_of(image: QImage) -> Pixels:
    """(H, W, 3) of an RGB888 image."""
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return lines[:, : image.width() * 3].reshape(image.height(), image.width(), 3)


def place_of(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def _belongs_to(widget: QWidget, window: QWidget) -> bool:
    """Seen, no window of its own, and no part of a control that Qt made of several."""
    if widget is window:
        return True
    is_part = widget.objectName().startswith("qt_") and not isinstance(widget, QLineEdit)
    is_its_own = widget.isWindow() or widget.window() is not window
    return widget.isVisible() and not is_its_own and not (is_part and not isinstance(widget, QAbstractScrollArea))


def _told(
    widget: QWidget, window: QWidget, numbers: dict[QWidget, int], pixels: Pixels, ratio: float
) -> dict[str, Any]:
    place = place_of(widget, window)
    parent = widget.parentWidget()
    seen = QRect(widget.visibleRegion().boundingRect()).translated(place.topLeft())
    text = text_of(widget)
    told: dict[str, Any] = {
        "class": _class_of(widget),
        "object": widget.objectName(),
        "text": text,
        "parent": -1 if parent is None or widget is window else numbers.get(parent, -1),
        "place": _plain(place),
        "internal": isinstance(widget, INTERNAL),
        "scrolled": _is_scrolled(widget, window),
        "enabled": widget.isEnabled(),
        "cut": "" if not text else _cut(widget, text),
        "control": _is_control(widget),
        "focus": int(widget.focusPolicy().value) if widget.focusProxy() is None else 0,
        "tooltip": widget.toolTip(),
        "keys": keys_of(widget),
        "seen": not seen.isEmpty(),
        **_accessible(widget),
    }
    if text and widget.isEnabled() and seen.width() > EDGE and seen.height() > EDGE:
        told["contrast"] = contrast_of(_cropped(pixels, seen, ratio))
    return told


def _class_of(widget: QWidget) -> str:
    return type(widget).__name__


def _plain(place: QRect) -> list[int]:
    return [place.x(), place.y(), place.width(), place.height()]


def _cropped(pixels: Pixels, place: QRect, ratio: float) -> Pixels:
    left, top = round(place.x() * ratio), round(place.y() * ratio)
    return pixels[top : top + round(place.height() * ratio), left : left + round(place.width() * ratio)]


def text_of(widget: QWidget) -> str:
    if isinstance(widget, QToolButton) and widget.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly:
        return "" if not widget.icon().isNull() else widget.text()
    if isinstance(widget, QAbstractButton):
        return widget.text().replace("&&", "\0").replace("&", "").replace("\0", "&")
    if isinstance(widget, QLabel):
        return "" if widget.text().startswith("<img") else widget.text()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    return ""


def _cut(widget: QWidget, text: str) -> str:
    """What of a text has no room; a control that is made to elide shows that by its least size."""
    size, hint = widget.size(), widget.sizeHint()
    if isinstance(widget, QLabel):
        if widget.wordWrap():
            needed = widget.heightForWidth(size.width())
            return f"{needed} high in {size.height()}" if needed > size.height() + EDGE else ""
        if widget.minimumSizeHint().width() + EDGE < hint.width():
            return ""  # it elides
    elif isinstance(widget, ElidedChoice):
        return ""
    elif isinstance(widget, QComboBox):
        hint = QSize(widget.minimumSizeHint().width(), hint.height())
    elif widget.minimumSizeHint().width() + EDGE < hint.width():
        return ""
    is_cut = hint.width() > size.width() + EDGE or hint.height() > size.height() + 2 * EDGE
    return f"{hint.width()} x {hint.height()} in {size.width()} x {size.height()}" if is_cut else ""


def _is_scrolled(widget: QWidget, window: QWidget) -> bool:
    """Whether it can be brought to sight."""
    above = widget.parentWidget()
    while above is not None and above is not window:
        if isinstance(above.parentWidget(), QAbstractScrollArea):
            return True
        above = above.parentWidget()
    return False


def _is_control(widget: QWidget) -> bool:
    if isinstance(widget, QLineEdit) and isinstance(widget.parentWidget(), QComboBox | QAbstractSpinBox):
        return False  # a part of it
    return isinstance(widget, QAbstractButton | QComboBox | QAbstractSpinBox | QLineEdit | QTabBar)


def keys_of(widget: QWidget) -> str:
    """The first shortcut of the action that a button stands for."""
    action = widget.defaultAction() if isinstance(widget, QToolButton) else None
    return "" if action is None or action.shortcut().isEmpty() else action.shortcut().toString()


def _accessible(widget: QWidget) -> dict[str, Any]:
    known = QAccessible.queryAccessibleInterface(widget)
    if known is None:
        return {"name": "", "role": ""}
    return {"name": known.text(QAccessible.Text.Name), "role": known.role().name}
