"""The first steps: look at images and boxes, draw a box, choose its class."""

from __future__ import annotations

from desktop_app.tour.placing import Side
from desktop_app.tour.said import Said
from desktop_app.tour.sample_images import go_to_unlabelled
from desktop_app.tour.step import CLASS, DRAW, LOOK, Step
from desktop_app.tour.toolbar import tool_button

BESIDE_CANVAS = (Side.RIGHT, Side.LEFT)
BESIDE_CLASSES = (Side.BELOW, Side.LEFT)


class LookStep(Step):
    name = LOOK

    def begin(self) -> None:
        self.hear(self.window.document.current_image_changed, self._on_current_image_changed)

    def said(self) -> Said:
        text = self.tr(
            "Somebody has drawn a box around each toy, as you would in photos of your own. Press D for the next picture, "
            "or click one in the list at the left."
        )
        return Said(
            self.tr("Pictures with boxes"), text, (self.window.canvas,), BESIDE_CANVAS, self.tr("Next")
        )  # fmt: skip

    def _on_current_image_changed(self, image: str) -> None:
        if image:
            self.done.emit()


class DrawStep(Step):
    """Another box in any image will do."""

    name = DRAW

    def begin(self) -> None:
        document = self.window.document
        go_to_unlabelled(document)
        self._trouble = self.take_trouble()
        self._counts = self._count()
        self.hear(document.boxes_changed, self._on_boxes_changed)
        self.hear(document.current_image_changed, self._on_current_image_changed)
        self.hear(self.window.canvas.drawing_changed, self._on_drawing_changed)

    def said(self) -> Said:
        title = self.tr("Draw a box")
        if self._counts:
            text = self.tr("This picture has a box already. Click one in the list that has none: its square is dashed.")
            return Said(title, text, (self.window.images, self.window.canvas), BESIDE_CANVAS)
        if self.window.canvas.is_drawing:
            text = self.tr("Drag from one corner of the toy to the other.")
            return Said(title, text, (self.window.canvas,), BESIDE_CANVAS)
        text = self._trouble or self.tr("Here is a picture without a box.")
        text = self.tr("%1 Press W, or Draw up here.").replace("%1", text)
        return Said(title, text, (tool_button(self.window, "draw"), self.window.canvas))

    def _count(self) -> int:
        record = self.window.document.current_record
        return 0 if record is None else len(record.boxes)

    def _on_boxes_changed(self, image: str) -> None:
        before, self._counts = self._counts, self._count()
        if self._counts > before:
            self.way.own_image = image
            self.done.emit()

    def _on_current_image_changed(self, _image: str) -> None:
        self._counts = self._count()
        self.said_changed.emit()

    def _on_drawing_changed(self, _drawing: bool) -> None:
        self.said_changed.emit()


class ClassStep(Step):
    """A box that is taken back has to be drawn again; one whose class is right already can stay so."""

    name = CLASS

    def begin(self) -> None:
        document = self.window.document
        self._image = document.current_image
        record = document.current_record
        self._before = () if record is None else record.boxes
        self.hear(document.boxes_changed, self._on_boxes_changed)

    def said(self) -> Said:
        if not self._before:  # the step before was skipped
            text = self.tr("Every box has a class. Draw one (W), and click here what it is; or just go on.")
            return Said(self.tr("Say what it is"), text, (self.window.classes.list,), BESIDE_CLASSES, self.tr("Next"))
        text = self.tr(
            "The box got the class “%1”. Click the right one here, or press its number; Ctrl+Z takes any edit back."
        ).replace("%1", self._class_name())
        next_text = self.tr("It is right")
        return Said(self.tr("Say what it is"), text, (self.window.classes.list,), BESIDE_CLASSES, next_text)

    def _class_name(self) -> str:
        document = self.window.document
        record = document.class_of_id(self._before[-1].class_id)
        return "" if record is None else record.name

    def _on_boxes_changed(self, image: str) -> None:
        record = self.window.document.current_record
        if image != self._image or record is None:
            return
        before, self._before = self._before, record.boxes
        if len(record.boxes) < len(before):
            self.way.trouble = self.tr("The box is gone again.")
            self.fell_back.emit(DRAW)
        elif len(record.boxes) == len(before) and _classes(record.boxes) != _classes(before):
            self.done.emit()
        else:
            self.said_changed.emit()


def _classes(boxes: tuple[object, ...]) -> list[int]:
    return [box.class_id for box in boxes]  # type: ignore[attr-defined]
