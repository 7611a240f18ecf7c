"""Keeps the scene and the overlay equal to what the document says about the current image."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QImage

from desktop_app.canvas.chips import ChipMaker
from desktop_app.canvas.colours import OUTLINE, UNKNOWN, ClassLooks
from desktop_app.canvas.overlay import Overlay
from desktop_app.canvas.scene import CanvasScene
from desktop_app.canvas.viewpoint import Viewpoint
from desktop_app.decoding import size_of
from desktop_app.document.document import Document
from desktop_app.document.subjects import Subject
from desktop_app.words import on_one_line, score_number
from training.dataset.records import ClassRecord, ImageRecord

PATIENCE_MS = 200  # the last picture stays for so long, so that going through images does not flicker


class ShownImage(QObject):
    """Boxes are shown, and can be drawn, only over the picture they belong to."""

    boxes_replaced = Signal()  # by the document, so whatever a gesture was about is over
    changed = Signal()  # anything that what one can do now depends on

    def __init__(self, document: Document, scene: CanvasScene, viewpoint: Viewpoint, overlay: Overlay) -> None:
        super().__init__(scene)
        self._document = document
        self._scene = scene
        self._viewpoint = viewpoint
        self._overlay = overlay
        self._chips = ChipMaker(QFont(), 1.0)
        self._outline = OUTLINE
        self._classes: tuple[ClassRecord, ...] | None = None
        self._is_drawing = False
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._on_patience_ended)
        document.current_image_changed.connect(self._on_current_image_changed)
        document.boxes_changed.connect(self._on_boxes_changed)
        document.classes_changed.connect(self._on_classes_changed)
        document.proposals.proposals_changed.connect(self._on_proposals_changed)
        document.proposals.chosen_changed.connect(self._show_predicted_class)
        for signal in (document.proposals.many_changed, document.proposals.filter_changed):
            signal.connect(self._on_predictions_changed)

    @property
    def record(self) -> ImageRecord | None:
        """Of the image that is shown; None while there is nothing to draw on."""
        return self._scene.record

    # --- what the window tells

    def show_picture(self, image: str, picture: QImage) -> None:
        """A picture for the current image; one that comes too late for another image is dropped."""
        if image != self._document.current_image or picture.isNull():
            return
        self._patience.stop()
        if not self._document.has_size(image):
            self._document.note_image_size(image, *size_of(picture))
        self._overlay.show_message("", "")
        self._scene.show_record(self._document.record(image))
        self._scene.show_picture(picture)
        self._viewpoint.set_image_size(self._scene.image_size)
        self._show_predictions()
        self._show_badges()
        self.changed.emit()

    def show_loading(self, image: str) -> None:
        if image == self._document.current_image:
            self._clear()
            self._patience.start()

    def show_problem(self, image: str, sentence: str) -> None:
        if image == self._document.current_image:
            self._show_instead(self.tr("%1 can’t be shown").replace("%1", _name_of(image)), sentence)

    def set_looks(self, font: QFont, device_pixel_ratio: float, highlight: QColor) -> None:
        """Another font, screen or appearance."""
        self._chips = ChipMaker(font, device_pixel_ratio)
        self._scene.set_looks(self._looks(), self._chips, highlight)
        self._show_badges()

    def set_outline(self, width: float) -> None:
        """Of boxes, in screen pixels."""
        self._outline = width
        self._scene.set_class_looks(self._looks(), self._chips)

    def set_drawing(self, drawing: bool) -> None:
        self._is_drawing = drawing
        self._show_badges()

    # --- what the document tells

    def _on_current_image_changed(self, image: str) -> None:
        if image:
            self.show_loading(image)
        else:
            self._show_instead("", "")

    def _on_boxes_changed(self, image: str) -> None:
        if self._scene.record is None or image != self._scene.record.path:
            return
        self._scene.record = self._document.record(image)
        self.boxes_replaced.emit()
        self._scene.end_preview()
        self._show_badges()
        self.changed.emit()

    def _on_proposals_changed(self, image: str) -> None:
        if self._scene.record is not None and image == self._scene.record.path:
            self._on_predictions_changed()

    def _on_predictions_changed(self) -> None:
        """They may come before the picture of their image."""
        self._show_predictions()
        self.changed.emit()

    def _on_classes_changed(self) -> None:
        """Counts change with every edit, but only other names and colours are to be seen here."""
        if self._document.classes != self._classes:
            self._classes = self._document.classes
            self._scene.set_class_looks(self._looks(), self._chips)
            self._show_predictions()
            self._show_badges()

    # --- showing

    def _looks(self) -> ClassLooks:
        return ClassLooks(self._document.classes, self._chips.device_pixel_ratio, self._outline)

    def _on_patience_ended(self) -> None:
        self._scene.picture.set_visible(False)
        name = _name_of(self._document.current_image)
        self._overlay.show_message(self.tr("Loading %1…").replace("%1", name), "")

    def _show_instead(self, title: str, text: str) -> None:
        """A sentence where a picture would be."""
        self._patience.stop()
        self._clear()
        self._scene.picture.set_visible(False)
        if not title:
            title, text = self.tr("No image chosen"), self.tr("Choose one from the list, or open a folder of photos.")
        self._overlay.show_message(title, text)

    def _clear(self) -> None:
        """Nothing to draw on until the next picture."""
        self.boxes_replaced.emit()
        self._scene.show_record(None)
        self._scene.show_predictions(())
        self._show_badges()
        self.changed.emit()

    def _show_predictions(self) -> None:
        record, proposals = self._scene.record, self._document.proposals
        if record is None or proposals.subject is Subject.WHOLE_IMAGES:
            self._scene.show_predictions((), of_drawn_boxes=proposals.subject is not Subject.OBJECTS)
        else:
            self._scene.show_predictions(
                proposals.shown_in(record.path),
                proposals.open_in(record.path),
                of_drawn_boxes=proposals.subject is Subject.DRAWN_BOXES,
            )
        self._show_predicted_class()

    def _show_predicted_class(self) -> None:
        """Of the whole image, beside its own class."""
        record, proposals = self._scene.record, self._document.proposals
        is_told = record is not None and proposals.subject is Subject.WHOLE_IMAGES
        found = proposals.shown_in(record.path) if record is not None and is_told else []
        if not found or record is None:
            self._overlay.show_predicted_class("", UNKNOWN, self._chips, is_strong=False)
            return
        seen = found[0]
        name = self._scene.looks.of(seen.class_id).name if seen.class_id in self._scene.looks else seen.label
        text = self.tr("model: %1 %2").replace("%2", score_number(seen.score)).replace("%1", name)
        is_other = record.class_id is not None and record.class_id != seen.class_id
        is_chosen = proposals.chosen is not None
        colour = self._scene.looks.of(seen.class_id).colour
        self._overlay.show_predicted_class(
            f"≠ {text}" if is_other else text, colour, self._chips, is_strong=is_other or is_chosen
        )

    def _show_badges(self) -> None:
        record = self._scene.record
        class_id = None if record is None else record.class_id
        own_class = None if class_id is None else self._scene.looks.of(class_id)
        self._overlay.show_badges(record, own_class, self._chips)
        self._show_predicted_class()
        self._overlay.show_hint(self._hint() if record is not None else "", self._chips)

    def _hint(self) -> str:
        """The first step, until there is a first box in the project, or a first image with a class of its own."""
        counts = (self._document.class_counts, self._document.image_class_counts)
        if any(count > 0 for known in counts for count in known.values()):
            return ""
        if self._is_drawing:
            return self.tr("Drag from one corner of a thing to the opposite one")
        return self.tr("Press W, then drag a box around something")


def _name_of(image: str) -> str:
    return on_one_line(image).rpartition("/")[2]
