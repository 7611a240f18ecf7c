"""What a model sees in the image: dashed, over the person's own boxes. What is still open can be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPen
from PySide6.QtWidgets import QGraphicsPixmapItem, QGraphicsRectItem, QGraphicsScene

from desktop_app.canvas import colours
from desktop_app.canvas.chips import ChipMaker, add_chip
from desktop_app.canvas.colours import ClassLooks
from desktop_app.canvas.depth import Depth
from desktop_app.canvas.geometry import Point, boxes_under, is_on_outline
from training.dataset.box import Rectangle, iou

if TYPE_CHECKING:
    from training.run.answers.prediction import PredictedBox

UNDERLAY_WIDTH, DASH_WIDTH = 2.5, 2.5  # screen pixels
CHOSEN_UNDERLAY_WIDTH, CHOSEN_DASH_WIDTH = 6.0, 3.5
DASHES = [4.0, 3.0]
CHOSEN_DASHES = [3.0, 2.0]
MOST_COMPARED = 20_000  # pairs of boxes; beyond this comparing would be felt while dragging


@dataclass(slots=True)
class _PredictionItem:
    underlay: QGraphicsRectItem
    outline: QGraphicsRectItem
    chip: QGraphicsPixmapItem


class PredictionLayer:
    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self._looks = ClassLooks()
        self._chips = ChipMaker(QFont(), 1.0)
        self._predictions: tuple[PredictedBox, ...] = ()
        self._items: list[_PredictionItem] = []
        self._own: tuple[Rectangle, ...] = ()
        self._open: tuple[PredictedBox, ...] = ()
        self._chosen: PredictedBox | None = None
        self._hovered: PredictedBox | None = None
        self._dragged: PredictedBox | None = None

    @property
    def texts(self) -> list[str]:
        """What the chips say, for assistive technology and tests."""
        return [self._text(predicted) for predicted in self._predictions]

    @property
    def colours(self) -> list[str]:
        return [item.outline.pen().color().name() for item in self._items]

    @property
    def pen_styles(self) -> list[Qt.PenStyle]:
        return [item.outline.pen().style() for item in self._items]

    @property
    def chosen(self) -> PredictedBox | None:
        return self._chosen

    def show(
        self,
        predictions: Sequence[PredictedBox],
        own: tuple[Rectangle, ...],
        to_choose: Sequence[PredictedBox] = (),
    ) -> None:
        """`to_choose` are those of them that a hand can take."""
        self._predictions, self._own, self._open = tuple(predictions), own, tuple(to_choose)
        while len(self._items) > len(self._predictions):
            self._remove(self._items.pop())
        while len(self._items) < len(self._predictions):
            self._items.append(self._made())
        self._redraw()

    def mark(self, chosen: PredictedBox | None, hovered: PredictedBox | None) -> None:
        """The chosen one and the one that a press would choose stand out."""
        if (chosen, hovered) != (self._chosen, self._hovered):
            self._chosen, self._hovered = chosen, hovered
            self._redraw()

    def hide_dragged(self, dragged: PredictedBox | None) -> None:
        """While it is dragged it looks like the box that it will be."""
        self._dragged = dragged
        self._redraw()

    def open_at(self, point: Point, reach: float, scale: float) -> list[PredictedBox]:
        """What can be chosen at a place, by area or by chip, the smallest first; `reach` is in image pixels."""
        found = {id(self._open[index]): self._open[index] for index in boxes_under(self._open, point, reach)}
        found.update((id(one), one) for one in self._open if self._is_on_chip(one, point, scale))
        return sorted(found.values(), key=lambda one: one.area)

    def is_sharply_at(self, predicted: PredictedBox, point: Point, reach: float, scale: float) -> bool:
        """Whether a place is on the line or the chip of a prediction, not only somewhere inside."""
        return is_on_outline(predicted, point, reach) or self._is_on_chip(predicted, point, scale)

    def _is_on_chip(self, predicted: PredictedBox, point: Point, scale: float) -> bool:
        if predicted not in self._predictions:
            return False
        chip = self._items[self._predictions.index(predicted)].chip
        on_chip = QPointF((point.x - chip.x()) * scale, (point.y - chip.y()) * scale)
        return chip.isVisible() and chip.boundingRect().contains(on_chip)

    def compare_with(self, own: tuple[Rectangle, ...]) -> None:
        """The person's boxes changed, maybe in the middle of a drag: only the numbers are new."""
        if own is self._own or len(own) * len(self._predictions) > MOST_COMPARED:
            return
        self._own = own
        for item, predicted in zip(self._items, self._predictions, strict=True):
            self._write(item, predicted)

    def set_looks(self, looks: ClassLooks, chips: ChipMaker) -> None:
        self._looks, self._chips = looks, chips
        self._redraw()

    def _redraw(self) -> None:
        ratio = self._chips.device_pixel_ratio
        for item, predicted in zip(self._items, self._predictions, strict=True):
            for rectangle in (item.underlay, item.outline):
                rectangle.setRect(predicted.xmin, predicted.ymin, predicted.width, predicted.height)
            colour = self._colour(predicted)
            is_chosen, is_hovered = predicted == self._chosen, predicted == self._hovered
            # Between the dashes lies what tells them from the solid line of a box.
            width = CHOSEN_UNDERLAY_WIDTH if is_chosen else UNDERLAY_WIDTH
            item.underlay.setPen(colours.cosmetic_pen(colours.ink_on(colour), width, ratio))
            item.outline.setPen(_dashed_pen(colour, ratio, is_strong=is_chosen or is_hovered))
            item.outline.setBrush(self._tint(colour, is_chosen=is_chosen, is_hovered=is_hovered))
            item.chip.setPos(predicted.xmin, predicted.ymax)
            for part in (item.underlay, item.outline, item.chip):
                part.setVisible(predicted != self._dragged)
            item.underlay.setZValue(Depth.CHOSEN_PREDICTION if is_chosen else Depth.PREDICTION)
            item.outline.setZValue(Depth.CHOSEN_PREDICTION if is_chosen else Depth.PREDICTION)
            item.chip.setZValue(Depth.CHOSEN_PREDICTION_CHIP if is_chosen else Depth.PREDICTION_CHIP)
            self._write(item, predicted)

    def _tint(self, colour: QColor, *, is_chosen: bool, is_hovered: bool) -> QBrush:
        if not (is_chosen or is_hovered):
            return QBrush(Qt.BrushStyle.NoBrush)
        return colours.faint(colour, colours.SELECTED_TINT if is_chosen else colours.HOVERED_TINT)

    def _write(self, item: _PredictionItem, predicted: PredictedBox) -> None:
        text, colour = self._text(predicted), self._colour(predicted)
        is_chosen = predicted == self._chosen
        item.chip.setPixmap(self._chips.of_class(text, colour) if is_chosen else self._chips.dark(text, colour))

    def _text(self, predicted: PredictedBox) -> str:
        name = self._looks.of(predicted.class_id).name if predicted.class_id in self._looks else predicted.label
        text = f"{name} {predicted.score:.2f}"
        if not self._own:
            return text
        best = max(iou(predicted, own) for own in self._own)
        return f"{text} · " + QCoreApplication.translate("Canvas", "IoU %1").replace("%1", f"{best:.2f}")

    def _colour(self, predicted: PredictedBox) -> QColor:
        return self._looks.of(predicted.class_id).colour

    def _made(self) -> _PredictionItem:
        underlay = self._scene.addRect(0, 0, 0, 0)
        outline = self._scene.addRect(0, 0, 0, 0)
        chip = add_chip(self._scene, Depth.PREDICTION_CHIP)
        chip.setOffset(-1.0, 3.0)
        return _PredictionItem(underlay, outline, chip)

    def _remove(self, item: _PredictionItem) -> None:
        for part in (item.underlay, item.outline, item.chip):
            self._scene.removeItem(part)


def _dashed_pen(colour: QColor, ratio: float, *, is_strong: bool) -> QPen:
    pen = colours.cosmetic_pen(colour, CHOSEN_DASH_WIDTH if is_strong else DASH_WIDTH, ratio)
    pen.setDashPattern(CHOSEN_DASHES if is_strong else DASHES)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen
