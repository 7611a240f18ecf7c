"""Everything on the canvas, in image pixels, and the one place that says which box is where."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QGraphicsScene

from desktop_app.canvas.box_layer import BoxLayer
from desktop_app.canvas.chips import ChipMaker
from desktop_app.canvas.colours import ClassLooks
from desktop_app.canvas.drawing_aids import DrawingAids, size_text
from desktop_app.canvas.geometry import Handle, ImageSize, Point, boxes_under, is_on_outline
from desktop_app.canvas.handle_layer import HandleLayer
from desktop_app.canvas.picture_layer import PictureLayer
from desktop_app.canvas.prediction_layer import PredictionLayer
from desktop_app.words import score_number
from training.dataset.box import ProjectBox, Rectangle
from training.dataset.records import ImageRecord

if TYPE_CHECKING:
    from training.run.answers.prediction import PredictedBox

MOST_DESCRIBED = 5
REACH = 4.0  # screen pixels outside an edge that still belong to a box


class CanvasScene(QGraphicsScene):
    """Holds the layers. The record is the document's; a gesture may show other boxes until it ends."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.picture = PictureLayer(self)
        self.boxes = BoxLayer(self)
        self.predictions = PredictionLayer(self)
        self.handles = HandleLayer(self)
        self.aids = DrawingAids(self)
        self.looks = ClassLooks()
        self.record: ImageRecord | None = None
        self.scale = 1.0  # screen pixels for an image pixel
        self._selected: AbstractSet[int] = frozenset()
        self._dragged: Rectangle | None = None

    @property
    def image_size(self) -> ImageSize:
        """Of the image that is shown, (0, 0) when there is none."""
        record = self.record
        if record is None or record.width is None or record.height is None:
            return ImageSize(0, 0)
        return ImageSize(record.width, record.height)

    def show_record(self, record: ImageRecord | None) -> None:
        """The boxes of a record; None leaves nothing to draw on."""
        self.record = record
        self.preview(() if record is None else record.boxes)

    def show_picture(self, picture: QImage) -> None:
        self.picture.show(picture, self.image_size)

    def preview(self, boxes: tuple[ProjectBox, ...]) -> None:
        """Boxes as they would be if the gesture in progress ended now."""
        self.boxes.show(boxes)
        self.predictions.compare_with(boxes)
        self._show_handles()

    def preview_proposal(self, proposal: PredictedBox, corners: Rectangle) -> None:
        """The box that a proposal would become."""
        self._dragged = corners
        self.predictions.hide_dragged(proposal)
        own = () if self.record is None else self.record.boxes
        self.preview((*own, ProjectBox(*corners.corners, proposal.class_id)))

    def end_proposal(self) -> None:
        self._dragged = None
        self.predictions.hide_dragged(None)
        self.end_preview()

    def end_preview(self) -> None:
        self.preview(() if self.record is None else self.record.boxes)

    def show_predictions(
        self,
        predictions: Sequence[PredictedBox],
        to_choose: Sequence[PredictedBox] = (),
        *,
        of_drawn_boxes: bool = False,
    ) -> None:
        self.predictions.set_view(self.scale, self.image_size.width)
        self.predictions.show(predictions, self.boxes.boxes, to_choose, of_drawn_boxes=of_drawn_boxes)

    def mark_predictions(self, chosen: PredictedBox | None, hovered: PredictedBox | None) -> None:
        self.predictions.mark(chosen, hovered)
        self._show_handles()

    def mark(self, selected: AbstractSet[int], hovered: int | None) -> None:
        self._selected = selected
        self.boxes.mark(selected, hovered)
        self._show_handles()

    def set_looks(self, looks: ClassLooks, chips: ChipMaker, highlight: QColor) -> None:
        """Another font, screen or appearance."""
        self.set_class_looks(looks, chips)
        self.aids.set_chips(chips, highlight)
        self.handles.set_device_pixel_ratio(chips.device_pixel_ratio)
        self.picture.set_device_pixel_ratio(chips.device_pixel_ratio)

    def set_class_looks(self, looks: ClassLooks, chips: ChipMaker) -> None:
        """Other names and colours of classes."""
        self.looks = looks
        self.boxes.set_looks(looks, chips)
        self.predictions.set_looks(looks, chips)

    def set_scale(self, scale: float) -> None:
        self.scale = scale
        self.predictions.set_view(scale, self.image_size.width)
        self._show_handles()

    def boxes_at(self, point: Point) -> list[int]:
        """Indices of the boxes at a place, by their area or by the chip with their name, the smallest first."""
        boxes = self.boxes.boxes
        found = {*boxes_under(boxes, point, REACH / self.scale), *self.boxes.chips_under(point, self.scale)}
        return sorted(found, key=lambda index: boxes[index].area)

    def proposals_at(self, point: Point) -> list[PredictedBox]:
        """What could be chosen at a place if there were no own boxes, the smallest first."""
        return self.predictions.open_at(point, REACH / self.scale, self.scale)

    def proposal_at(self, point: Point) -> PredictedBox | None:
        """The proposal that a press takes. Own boxes win, but a line that is hit wins over an area around it.

        The chosen proposal is taken anywhere inside, unless an own box there is smaller.
        """
        found, own = self.proposals_at(point), self.boxes_at(point)
        chosen, boxes, reach = self.predictions.chosen, self.boxes.boxes, REACH / self.scale
        if chosen in found and all(boxes[index].area > chosen.area for index in own):
            return chosen
        if not own:
            return found[0] if found else None
        if self.boxes.chips_under(point, self.scale) or any(is_on_outline(boxes[at], point, reach) for at in own):
            return None
        sharp = (one for one in found if self.predictions.is_sharply_at(one, point, reach, self.scale))
        return next(sharp, None)

    def handle_at(self, point: Point) -> Handle | None:
        return self.handles.at(point, self.scale)

    @property
    def handled_box(self) -> int | None:
        """The one selected box, which has the handles."""
        inside = [index for index in self._selected if index < len(self.boxes.boxes)]
        return inside[0] if len(inside) == 1 else None

    def description(self, selection: AbstractSet[int]) -> str:
        """What a person would see, in words."""
        if self.record is None:
            return ""
        boxes = self.boxes.boxes
        parts = [self.record.path, self.tr("1 box") if len(boxes) == 1 else self.tr("%n boxes", "", len(boxes))]
        for index in sorted(selection)[:MOST_DESCRIBED]:
            if index < len(boxes):
                name = self.looks.of(boxes[index].class_id).name
                text = self.tr("box %1 selected: %2").replace("%1", str(index + 1)).replace("%2", name)
                parts.append(f"{text}, {size_text(boxes[index])}{self._origin_text(boxes[index])}")
        parts += [self.tr("predicted: %1").replace("%1", text) for text in self.predictions.texts]
        chosen = self.predictions.chosen
        if chosen is not None:
            text = self.tr("proposal chosen: %1").replace("%1", f"{chosen.label} {score_number(chosen.score)}")
            parts.append(text if self.predictions.of_drawn_boxes else f"{text}, {size_text(chosen)}")
        return "; ".join(parts)

    def _origin_text(self, box: ProjectBox) -> str:
        return ", " + self.tr("accepted from run %1").replace("%1", box.origin) if box.origin else ""

    def _show_handles(self) -> None:
        index = self.handled_box
        proposed = None if self.predictions.of_drawn_boxes else self.predictions.chosen
        around = self._dragged or proposed if index is None else self.boxes.boxes[index]
        self.handles.show(around, self.scale)
