"""The menu of the right mouse button: what can be done with the selected boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from desktop_app.canvas.canvas_view import CanvasView

SWATCH = 14


def make_box_menu(canvas: CanvasView) -> QMenu:
    menu = QMenu(canvas)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if canvas.document.selection and canvas.document.classes:
        _add_classes(canvas, menu.addMenu(canvas.tr("C&lass")))
        menu.addSeparator()
    if canvas.document.proposals.chosen is not None:
        for name in ("accept_proposal", "accept_proposals", "reject_proposal"):
            menu.addAction(canvas.action(name))
        menu.addSeparator()
    _add_origin(canvas, menu)
    for name in ("cut", "copy", "paste", "duplicate", "delete"):
        menu.addAction(canvas.action(name))
    menu.addSeparator()
    for name in ("review", "draw", "fit"):
        menu.addAction(canvas.action(name))
    return menu


def _add_origin(canvas: CanvasView, menu: QMenu) -> None:
    """Where the selected boxes come from, if a run proposed them."""
    record = canvas.document.current_record
    boxes = [record.boxes[index] for index in sorted(canvas.document.selection)] if record else []
    for origin in dict.fromkeys(box.origin for box in boxes if box.origin):
        text = canvas.tr("Accepted from run %1").replace("%1", origin.replace("&", "&&"))
        menu.addAction(text).setEnabled(False)


def _add_classes(canvas: CanvasView, menu: QMenu) -> None:
    for record in canvas.document.classes:
        entry = menu.addAction(_swatch(record.colour), record.name.replace("&", "&&"))
        entry.triggered.connect(lambda _checked=False, chosen=record.id: canvas.edits.choose_class(chosen))


def _swatch(colour: str) -> QIcon:
    pixmap = QPixmap(SWATCH, SWATCH)
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)
