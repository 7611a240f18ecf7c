"""What a model sees in the image: dashed, over the person's own boxes. What is still open can be chosen.

What a classifier says about the drawn boxes stands below them; only around what it sees otherwise is a frame, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPen
from PySide6.QtWidgets import QGraphicsPixmapItem, QGraphicsRectItem, QGraphicsScene

from desktop_app.canvas import colours
from desktop_app.canvas.chips import ChipMaker, add_chip, chip_size
from desktop_app.canvas.colours import ClassLooks
from desktop_app.canvas.depth import Depth
from desktop_app.canvas.geometry import Point, boxes_under, is_on_outline
from desktop_app.document.subjects import has_same_corners
from desktop_app.words import score_number
from training.dataset.box import ProjectBox, Rectangle, iou

if TYPE_CHECKING:
    from training.run.answers.prediction import PredictedBox

UNDERLAY_WIDTH, DASH_WIDTH = 2.5, 2.5  # screen pixels
CHOSEN_UNDERLAY_WIDTH, CHOSEN_DASH_WIDTH = 6.0, 3.5
DASHES = [4.0, 3.0]
CHOSEN_DASHES = [3.0, 2.0]
FEW_BOXES = 8  # with more of them, what a classifier agrees about would hide where it does not
AGREES, OTHERWISE = "✓", "≠"  # what a classifier says about a drawn box, against its class
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
        self._own: tuple[ProjectBox, ...] = ()
        self._drawn_at: dict[tuple[float, ...], ProjectBox] = {}
        self._open: tuple[PredictedBox, ...] = ()
        self._chosen: PredictedBox | None = None
        self._hovered: PredictedBox | None = None
        self._dragged: PredictedBox | None = None
        self._scale, self._image_width = 1.0, 0.0
        self.of_drawn_boxes = False

    @property
    def texts(self) -> list[str]:
        """What the chips say, for assistive technology and tests."""
        return [self._text(one) for one, item in self._shown() if item.chip.isVisible()]

    @property
    def colours(self) -> list[str]:
        return [item.outline.pen().color().name() for item in self._items if item.outline.isVisible()]

    @property
    def pen_styles(self) -> list[Qt.PenStyle]:
        return [item.outline.pen().style() for item in self._items if item.outline.isVisible()]

    @property
    def chosen(self) -> PredictedBox | None:
        return self._chosen

    def show(
        self,
        predictions: Sequence[PredictedBox],
        own: tuple[ProjectBox, ...],
        to_choose: Sequence[PredictedBox] = (),
        *,
        of_drawn_boxes: bool = False,
    ) -> None:
        """`to_choose` are those of them that a hand can take; `of_drawn_boxes`: they say what lies in the person's."""
        self.of_drawn_boxes = of_drawn_boxes
        self._predictions, self._open = tuple(predictions), tuple(to_choose)
        self._set_own(own)
        while len(self._items) > len(self._predictions):
            self._remove(self._items.pop())
        while len(self._items) < len(self._predictions):
            self._items.append(self._made())
        self._redraw()

    def set_view(self, scale: float, image_width: float) -> None:
        """Screen pixels for an image pixel, and how far the picture goes: chips stay above it."""
        if (scale, image_width) != (self._scale, self._image_width):
            self._scale, self._image_width = scale, image_width
            for predicted, item in self._shown():
                self._place_chip(item, predicted)

    def _place_chip(self, item: _PredictionItem, predicted: PredictedBox) -> None:
        """Below the left corner; as far to the left of it as the right edge of the picture asks for."""
        beyond = (predicted.xmin - self._image_width) * self._scale + chip_size(item.chip.pixmap())[0]
        item.chip.setOffset(-1.0 - min(max(0.0, beyond), predicted.xmin * self._scale), 3.0)

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

    def compare_with(self, own: tuple[ProjectBox, ...]) -> None:
        """The person's boxes changed, maybe in the middle of a drag: only the numbers are new."""
        if own is self._own or len(own) * len(self._predictions) > MOST_COMPARED:
            return
        self._set_own(own)
        for predicted, item in self._shown():
            self._write(item, predicted)
            self._set_visible(item, predicted)

    def set_looks(self, looks: ClassLooks, chips: ChipMaker) -> None:
        self._looks, self._chips = looks, chips
        self._redraw()

    def _redraw(self) -> None:
        ratio = self._chips.device_pixel_ratio
        for predicted, item in self._shown():
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
            self._set_visible(item, predicted)
            item.underlay.setZValue(Depth.CHOSEN_PREDICTION if is_chosen else Depth.PREDICTION)
            item.outline.setZValue(Depth.CHOSEN_PREDICTION if is_chosen else Depth.PREDICTION)
            item.chip.setZValue(Depth.CHOSEN_PREDICTION_CHIP if is_chosen else Depth.PREDICTION_CHIP)
            self._write(item, predicted)

    def _shown(self) -> Iterator[tuple[PredictedBox, _PredictionItem]]:
        return zip(self._predictions, self._items, strict=True)

    def _set_visible(self, item: _PredictionItem, predicted: PredictedBox) -> None:
        """The person's own frame is enough around what both say lies in it; while it is moved nothing is said about it."""
        is_there = predicted != self._dragged
        has_frame = is_there
        if self.of_drawn_boxes:
            is_otherwise = self._is_otherwise(predicted)
            is_told = len(self._own) <= FEW_BOXES or is_otherwise
            is_there = is_told and self._drawn_box(predicted) is not None
            has_frame = is_there and (is_otherwise or predicted in (self._chosen, self._hovered))
        item.chip.setVisible(is_there)
        for part in (item.underlay, item.outline):
            part.setVisible(has_frame)

    def _set_own(self, own: tuple[ProjectBox, ...]) -> None:
        self._own = own
        self._drawn_at = {_key(box): box for box in own} if self.of_drawn_boxes else {}

    def _drawn_box(self, predicted: PredictedBox) -> ProjectBox | None:
        """The one that the prediction is about; none after it was moved."""
        found = self._drawn_at.get(_key(predicted))
        return found or next((own for own in self._own if has_same_corners(own, predicted)), None)

    def _tint(self, colour: QColor, *, is_chosen: bool, is_hovered: bool) -> QBrush:
        if not (is_chosen or is_hovered):
            return QBrush(Qt.BrushStyle.NoBrush)
        return colours.faint(colour, colours.SELECTED_TINT if is_chosen else colours.HOVERED_TINT)

    def _write(self, item: _PredictionItem, predicted: PredictedBox) -> None:
        text, colour = self._text(predicted), self._colour(predicted)
        is_strong = predicted == self._chosen or (self.of_drawn_boxes and self._is_otherwise(predicted))
        item.chip.setPixmap(self._chips.of_class(text, colour) if is_strong else self._chips.dark(text, colour))
        self._place_chip(item, predicted)

    def _is_otherwise(self, predicted: PredictedBox) -> bool:
        """The model takes what lies in a drawn box for another class."""
        drawn = self._drawn_box(predicted)
        return drawn is not None and drawn.class_id != predicted.class_id

    def _text(self, predicted: PredictedBox) -> str:
        name = self._looks.of(predicted.class_id).name if predicted.class_id in self._looks else predicted.label
        if self.of_drawn_boxes:
            sign = OTHERWISE if self._is_otherwise(predicted) else AGREES
            score = score_number(predicted.score)
            return f"{sign} {name} {score}" if sign == OTHERWISE else f"{sign} {score}"
        text = f"{name} {score_number(predicted.score)}"
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
        return _PredictionItem(underlay, outline, chip)

    def _remove(self, item: _PredictionItem) -> None:
        for part in (item.underlay, item.outline, item.chip):
            self._scene.removeItem(part)


def _key(box: Rectangle) -> tuple[float, ...]:
    """Nearly always finds a box at once; the few that it does not are looked for."""
    return tuple(round(edge, 2) for edge in box.corners)


def _dashed_pen(colour: QColor, ratio: float, *, is_strong: bool) -> QPen:
    pen = colours.cosmetic_pen(colour, CHOSEN_DASH_WIDTH if is_strong else DASH_WIDTH, ratio)
    pen.setDashPattern(CHOSEN_DASHES if is_strong else DASHES)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen
