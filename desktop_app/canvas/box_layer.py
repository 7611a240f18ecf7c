"""A person's own boxes. Qt draws them without Python, and only what changed is touched."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFont
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPixmapItem, QGraphicsRectItem, QGraphicsScene

from desktop_app.canvas.chips import ChipMaker, add_chip, chip_size
from desktop_app.canvas.colours import ClassLooks
from desktop_app.canvas.depth import Depth
from desktop_app.canvas.geometry import Point, changed_span
from training.dataset.box import ProjectBox

CHIPS_UP_TO = 200  # with more boxes than this, names hide more than they tell
NO_BRUSH = QBrush(Qt.BrushStyle.NoBrush)


@dataclass(frozen=True, slots=True)
class _Style:
    class_id: int
    is_selected: bool
    is_hovered: bool
    has_chip: bool


@dataclass(slots=True)
class _BoxItem:
    outline: QGraphicsRectItem
    shade: QGraphicsRectItem
    chip: QGraphicsPixmapItem | None = None
    style: _Style | None = None


class BoxLayer:
    """One item for each box, in the order of the record."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self._looks = ClassLooks()
        self._chips = ChipMaker(QFont(), 1.0)
        self._boxes: tuple[ProjectBox, ...] = ()
        self._items: list[_BoxItem] = []
        self._selected: AbstractSet[int] = frozenset()
        self._hovered: int | None = None

    @property
    def boxes(self) -> tuple[ProjectBox, ...]:
        """The boxes as they are on the screen, in the middle of a gesture too."""
        return self._boxes

    def show(self, boxes: tuple[ProjectBox, ...]) -> None:
        start, old_end, new_end = changed_span(self._boxes, boxes)
        kept_end = min(old_end, new_end)
        for item in self._items[kept_end:old_end]:
            self._remove(item)
        self._items[kept_end:old_end] = [self._made() for _ in range(kept_end, new_end)]
        self._boxes = boxes
        for index in range(start, new_end):
            _place(self._items[index], boxes[index])
        self._restyle()

    def set_looks(self, looks: ClassLooks, chips: ChipMaker) -> None:
        """Colours and names of classes, or the kind of screen, have changed."""
        self._looks, self._chips = looks, chips
        for item in self._items:
            item.style = None
        self._restyle()

    def mark(self, selected: AbstractSet[int], hovered: int | None) -> None:
        if (selected, hovered) != (self._selected, self._hovered):
            self._selected, self._hovered = selected, hovered
            self._restyle()

    def chips_under(self, point: Point, scale: float) -> list[int]:
        """Indices of the boxes whose visible chip is at a place; `scale` is screen pixels for an image pixel."""
        return [index for index, item in enumerate(self._items) if _chip_contains(item, point, scale)]

    def _restyle(self) -> None:
        few = len(self._boxes) <= CHIPS_UP_TO
        selected, hovered = self._selected, self._hovered
        for index, (item, box) in enumerate(zip(self._items, self._boxes, strict=True)):
            is_selected, is_hovered = index in selected, index == hovered
            style = _Style(box.class_id, is_selected, is_hovered, few or is_selected or is_hovered)
            if style != item.style:
                self._apply(item, box, style)

    def _apply(self, item: _BoxItem, box: ProjectBox, style: _Style) -> None:
        look = self._looks.of(style.class_id)
        item.style = style
        strong = style.is_selected or style.is_hovered
        item.shade.setPen(look.strong_shade_pen if strong else look.shade_pen)
        item.shade.setVisible(style.has_chip)
        item.outline.setPen(look.strong_pen if strong else look.pen)
        item.outline.setBrush(look.selected_tint if style.is_selected else look.hovered_tint if strong else NO_BRUSH)
        item.outline.setZValue(_by_style(style, Depth.BOX, Depth.HOVERED_BOX, Depth.SELECTED_BOX))
        if style.has_chip and item.chip is None:
            item.chip = add_chip(self._scene, Depth.BOX_CHIP)
            _place(item, box)
        if item.chip is not None:
            item.chip.setVisible(style.has_chip)
            item.chip.setPixmap(self._chips.of_class(look.name, look.colour))
            item.chip.setOffset(-1.0, -chip_size(item.chip.pixmap())[1] - 2.0)
            item.chip.setZValue(_by_style(style, Depth.BOX_CHIP, Depth.HOVERED_CHIP, Depth.SELECTED_CHIP))

    def _made(self) -> _BoxItem:
        outline = self._scene.addRect(QRectF())
        shade = self._scene.addRect(QRectF())
        shade.setParentItem(outline)
        shade.setFlag(QGraphicsItem.GraphicsItemFlag.ItemStacksBehindParent)
        return _BoxItem(outline, shade)

    def _remove(self, item: _BoxItem) -> None:
        self._scene.removeItem(item.outline)
        if item.chip is not None:
            self._scene.removeItem(item.chip)


def _place(item: _BoxItem, box: ProjectBox) -> None:
    item.outline.setRect(box.xmin, box.ymin, box.width, box.height)
    item.shade.setRect(box.xmin, box.ymin, box.width, box.height)
    if item.chip is not None:
        item.chip.setPos(box.xmin, box.ymin)


def _by_style(style: _Style, normal: Depth, hovered: Depth, selected: Depth) -> Depth:
    if style.is_selected:
        return selected
    return hovered if style.is_hovered else normal


def _chip_contains(item: _BoxItem, point: Point, scale: float) -> bool:
    if item.chip is None or item.style is None or not item.style.has_chip:
        return False
    on_chip = QPointF((point.x - item.chip.x()) * scale, (point.y - item.chip.y()) * scale)
    return item.chip.boundingRect().contains(on_chip)
