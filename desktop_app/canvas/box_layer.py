"""A person's own boxes. Qt draws them without Python, and only what changed is touched."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFont
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPixmapItem, QGraphicsRectItem, QGraphicsScene

from desktop_app.canvas.chips import ChipMaker, add_chip, chip_size
from desktop_app.canvas.colours import ClassLooks
from desktop_app.canvas.depth import Depth
from desktop_app.canvas.geometry import Point, changed_span
from training.dataset.box import ProjectBox

CHIPS_UP_TO = 200  # with more boxes than this, names hide more than they tell
MOST_SPARE = 2000  # items kept for the next image: showing one again is quicker than making one
PIECEWISE_UP_TO = 40
NO_BRUSH = QBrush(Qt.BrushStyle.NoBrush)


class _Style(NamedTuple):
    class_id: int
    is_selected: bool
    is_hovered: bool
    is_rich: bool  # with its name, and with a shade under its outline


@dataclass(slots=True)
class _Extras:
    """What only rich boxes have."""

    shade: QGraphicsRectItem
    chip: QGraphicsPixmapItem


@dataclass(slots=True)
class _BoxItem:
    outline: QGraphicsRectItem
    extras: _Extras | None = None
    style: _Style | None = None


class BoxLayer:
    """One item for each box, in the order of the record."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self._looks = ClassLooks()
        self._chips = ChipMaker(QFont(), 1.0)
        self._boxes: tuple[ProjectBox, ...] = ()
        self._items: list[_BoxItem] = []
        self._spare: list[_BoxItem] = []
        self._selected: AbstractSet[int] = frozenset()
        self._hovered: int | None = None
        self._names_wanted = True

    @property
    def boxes(self) -> tuple[ProjectBox, ...]:
        """The boxes as they are on the screen, in the middle of a gesture too."""
        return self._boxes

    @property
    def hovered(self) -> int | None:
        """The box that stands out because a press would take it."""
        return self._hovered

    @property
    def items(self) -> list[QGraphicsRectItem]:
        """The outlines, in the order of the boxes."""
        return [item.outline for item in self._items]

    @property
    def names_shown(self) -> list[str]:
        """The names that can be read beside boxes."""
        return [self._looks.of(item.style.class_id).name for item in self._items if item.style and item.style.is_rich]

    def show(self, boxes: tuple[ProjectBox, ...]) -> None:
        start, old_end, new_end = changed_span(self._boxes, boxes)
        kept_end = min(old_end, new_end)
        self._expect(max(old_end, new_end) - start)
        for item in self._items[kept_end:old_end]:
            self._put_aside(item)
        self._items[kept_end:old_end] = [self._taken_or_made() for _ in range(kept_end, new_end)]
        hid_names, self._boxes = self._hides_names, boxes
        for index in range(start, new_end):
            _place(self._items[index], boxes[index])
        if hid_names != self._hides_names:
            start = 0
        self._restyle(range(start, new_end if old_end == new_end else len(boxes)))

    def set_looks(self, looks: ClassLooks, chips: ChipMaker) -> None:
        """Colours and names of classes, or the kind of screen, have changed."""
        self._looks, self._chips = looks, chips
        for item in (*self._items, *self._spare):
            item.style = None
        self._restyle(range(len(self._boxes)))

    def set_names_wanted(self, wanted: bool) -> None:
        """Without names, only the boxes that stand out have one."""
        if wanted != self._names_wanted:
            self._names_wanted = wanted
            self._expect(len(self._boxes))
            self._restyle(range(len(self._boxes)))

    def mark(self, selected: AbstractSet[int], hovered: int | None) -> None:
        touched = {index for index in (hovered, self._hovered) if index is not None}
        if len(selected) > CHIPS_UP_TO or len(self._selected) > CHIPS_UP_TO:
            touched |= selected | self._selected
        else:
            touched |= selected ^ self._selected
        self._selected, self._hovered = selected, hovered
        self._expect(len(touched))
        self._restyle(index for index in touched if index < len(self._boxes))

    def chips_under(self, point: Point, scale: float) -> list[int]:
        """Indices of the boxes whose visible chip is at a place; `scale` is screen pixels for an image pixel."""
        count = len(self._items)
        marked = (index for index in {*self._selected, self._hovered} if index is not None and index < count)
        rich = marked if self._hides_names else range(count)
        return [index for index in rich if _chip_contains(self._items[index], point, scale)]

    def _expect(self, changes: int) -> None:
        """With many changes ahead, painting everything once is quicker than adding up what each of them covers."""
        if changes > PIECEWISE_UP_TO:
            self._scene.update()

    @property
    def _hides_names(self) -> bool:
        return len(self._boxes) > CHIPS_UP_TO or not self._names_wanted

    def _restyle(self, indices: Iterable[int]) -> None:
        selected, hovered = self._selected, self._hovered
        all_rich, selected_rich = not self._hides_names, len(selected) <= CHIPS_UP_TO
        for index in indices:
            is_selected, is_hovered = index in selected, index == hovered
            is_rich = all_rich or is_hovered or (is_selected and selected_rich)
            item, box = self._items[index], self._boxes[index]
            style = _Style(box.class_id, is_selected, is_hovered, is_rich)
            if style != item.style:
                self._apply(item, box, style)

    def _apply(self, item: _BoxItem, box: ProjectBox, style: _Style) -> None:
        look = self._looks.of(style.class_id)
        strong = style.is_selected or style.is_hovered
        item.style = style
        item.outline.setPen(look.strong_pen if strong else look.pen)
        item.outline.setBrush(look.selected_tint if style.is_selected else look.hovered_tint if strong else NO_BRUSH)
        item.outline.setZValue(_by_style(style, Depth.BOX, Depth.HOVERED_BOX, Depth.SELECTED_BOX))
        if style.is_rich and item.extras is None:
            item.extras = self._made_extras(item.outline)
            _place(item, box)
        if item.extras is not None:
            self._apply_extras(item.extras, style)

    def _apply_extras(self, extras: _Extras, style: _Style) -> None:
        extras.shade.setVisible(style.is_rich)
        extras.chip.setVisible(style.is_rich)
        if style.is_rich:
            look = self._looks.of(style.class_id)
            strong = style.is_selected or style.is_hovered
            extras.shade.setPen(look.strong_shade_pen if strong else look.shade_pen)
            extras.chip.setPixmap(self._chips.of_class(look.name, look.colour))
            extras.chip.setOffset(-1.0, -chip_size(extras.chip.pixmap())[1] - 2.0)
            extras.chip.setZValue(_by_style(style, Depth.BOX_CHIP, Depth.HOVERED_CHIP, Depth.SELECTED_CHIP))

    def _made_extras(self, outline: QGraphicsRectItem) -> _Extras:
        shade = self._scene.addRect(QRectF())
        shade.setParentItem(outline)
        shade.setFlag(QGraphicsItem.GraphicsItemFlag.ItemStacksBehindParent)
        return _Extras(shade, add_chip(self._scene, Depth.BOX_CHIP))

    def _taken_or_made(self) -> _BoxItem:
        if not self._spare:
            return _BoxItem(self._scene.addRect(QRectF()))
        item = self._spare.pop()
        item.outline.setVisible(True)
        item.style = None
        return item

    def _put_aside(self, item: _BoxItem) -> None:
        if len(self._spare) < MOST_SPARE:
            self._spare.append(item)
            item.outline.setVisible(False)
            if item.extras is not None:
                item.extras.chip.setVisible(False)
            return
        self._scene.removeItem(item.outline)
        if item.extras is not None:
            self._scene.removeItem(item.extras.chip)


def _place(item: _BoxItem, box: ProjectBox) -> None:
    item.outline.setRect(box.xmin, box.ymin, box.width, box.height)
    if item.extras is not None:
        item.extras.shade.setRect(box.xmin, box.ymin, box.width, box.height)
        item.extras.chip.setPos(box.xmin, box.ymin)


def _by_style(style: _Style, normal: Depth, hovered: Depth, selected: Depth) -> Depth:
    if style.is_selected:
        return selected
    return hovered if style.is_hovered else normal


def _chip_contains(item: _BoxItem, point: Point, scale: float) -> bool:
    if item.extras is None or item.style is None or not item.style.is_rich:
        return False
    chip = item.extras.chip
    on_chip = QPointF((point.x - chip.x()) * scale, (point.y - chip.y()) * scale)
    return chip.boundingRect().contains(on_chip)
