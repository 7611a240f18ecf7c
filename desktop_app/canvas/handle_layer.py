"""Eight handles around the one selected box, equally large at every zoom."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QGraphicsScene

from desktop_app.canvas import colours
from desktop_app.canvas.depth import Depth
from desktop_app.canvas.geometry import Handle, Point, handle_at, handle_places
from training.dataset.box import Rectangle

HANDLE_SIZE = 9.0  # screen pixels
HANDLE_REACH = 8.0  # how far from a handle's middle a press still takes it

CURSORS = {
    Handle.TOP_LEFT: Qt.CursorShape.SizeFDiagCursor,
    Handle.BOTTOM_RIGHT: Qt.CursorShape.SizeFDiagCursor,
    Handle.TOP_RIGHT: Qt.CursorShape.SizeBDiagCursor,
    Handle.BOTTOM_LEFT: Qt.CursorShape.SizeBDiagCursor,
    Handle.TOP: Qt.CursorShape.SizeVerCursor,
    Handle.BOTTOM: Qt.CursorShape.SizeVerCursor,
    Handle.LEFT: Qt.CursorShape.SizeHorCursor,
    Handle.RIGHT: Qt.CursorShape.SizeHorCursor,
}


class HandleLayer:
    def __init__(self, scene: QGraphicsScene) -> None:
        self._items = {handle: _made(scene) for handle in Handle}
        self._places: dict[Handle, Point] = {}

    def show(self, rectangle: Rectangle | None, scale: float) -> None:
        """`scale` is screen pixels for an image pixel."""
        self._places = {} if rectangle is None else handle_places(rectangle, scale, HANDLE_SIZE)
        for handle, item in self._items.items():
            place = self._places.get(handle)
            if place is not None:
                item.setPos(place.x, place.y)
            item.setVisible(place is not None)

    def set_device_pixel_ratio(self, ratio: float) -> None:
        for item in self._items.values():
            item.setPen(colours.cosmetic_pen(colours.DARK_INK, 1.0, ratio))

    def at(self, point: Point, scale: float) -> Handle | None:
        return handle_at(self._places, point, HANDLE_REACH / scale)


def _made(scene: QGraphicsScene) -> QGraphicsRectItem:
    half = HANDLE_SIZE / 2
    item = scene.addRect(QRectF(-half, -half, HANDLE_SIZE, HANDLE_SIZE))
    item.setBrush(colours.LIGHT_INK)
    item.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
    item.setZValue(Depth.HANDLE)
    item.setVisible(False)
    return item
