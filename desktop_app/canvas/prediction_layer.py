"""What a model sees in the image: dashed, over the person's own boxes, and never touched by a click."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor, QFont, QPen
from PySide6.QtWidgets import QGraphicsPixmapItem, QGraphicsRectItem, QGraphicsScene

from desktop_app.canvas import colours
from desktop_app.canvas.chips import ChipMaker, add_chip
from desktop_app.canvas.colours import ClassLooks
from desktop_app.canvas.depth import Depth
from training.dataset.box import Rectangle, iou

if TYPE_CHECKING:
    from training.run.prediction import PredictedBox

UNDERLAY_WIDTH, DASH_WIDTH = 2.5, 2.5  # screen pixels
DASHES = [4.0, 3.0]
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

    def show(self, predictions: Sequence[PredictedBox], own: tuple[Rectangle, ...]) -> None:
        self._predictions, self._own = tuple(predictions), own
        while len(self._items) > len(self._predictions):
            self._remove(self._items.pop())
        while len(self._items) < len(self._predictions):
            self._items.append(self._made())
        self._redraw()

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
            # Between the dashes lies what tells them from the solid line of a box.
            item.underlay.setPen(colours.cosmetic_pen(colours.ink_on(colour), UNDERLAY_WIDTH, ratio))
            item.outline.setPen(_dashed_pen(colour, ratio))
            item.chip.setPos(predicted.xmin, predicted.ymax)
            self._write(item, predicted)

    def _write(self, item: _PredictionItem, predicted: PredictedBox) -> None:
        item.chip.setPixmap(self._chips.dark(self._text(predicted), self._colour(predicted)))

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
        for item in (underlay, outline):
            item.setZValue(Depth.PREDICTION)
        chip = add_chip(self._scene, Depth.PREDICTION_CHIP)
        chip.setOffset(-1.0, 3.0)
        return _PredictionItem(underlay, outline, chip)

    def _remove(self, item: _PredictionItem) -> None:
        for part in (item.underlay, item.outline, item.chip):
            self._scene.removeItem(part)


def _dashed_pen(colour: QColor, ratio: float) -> QPen:
    pen = colours.cosmetic_pen(colour, DASH_WIDTH, ratio)
    pen.setDashPattern(DASHES)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen
