"""What actions and keys do with boxes, without a hand on the canvas."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF

from desktop_app.canvas import box_clipboard
from desktop_app.canvas.geometry import Point, spanned
from desktop_app.canvas.gestures import Reach


class BoxCommands(QObject):
    def __init__(self, reach: Reach, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._edits = reach.document, reach.edits
        self._scene, self._viewpoint = reach.scene, reach.viewpoint

    def choose_class(self, position: int, of_image: bool) -> None:
        classes = self._document.classes
        if position >= len(classes):
            if self._document.is_open:
                text = self.tr("There is no class number %1.").replace("%1", str(position + 1))
                self._document.message_sent.emit(text)
        elif of_image:
            self._edits.set_image_class(classes[position].id)
        else:
            self._edits.choose_class(classes[position].id)

    def copy(self) -> None:
        box_clipboard.copy_selected(self._document)

    def cut(self) -> None:
        box_clipboard.cut_selected(self._document, self._edits)

    def paste(self) -> None:
        if not box_clipboard.paste(self._document, self._edits):
            self._document.message_sent.emit(self.tr("There are no boxes on the clipboard."))

    def select_all(self) -> None:
        self._document.select(range(len(self._scene.boxes.boxes)))

    def step(self, step: int) -> None:
        """Proposals come first: once they are answered, one goes through one's own boxes."""
        if not self.step_to_proposal(step):
            self.step_to_box(step)

    def step_to_proposal(self, step: int) -> bool:
        found = self._edits.proposals.step(step)
        self._reveal_chosen()
        return found

    def accept_proposal(self) -> None:
        self._edits.proposals.accept_chosen()
        self._reveal_chosen()

    def reject_proposal(self) -> None:
        self._edits.proposals.reject_chosen()
        self._reveal_chosen()

    def delete(self) -> None:
        """Of boxes and proposals only one can be chosen."""
        if self._document.selection:
            self._edits.delete_selected()
        else:
            self.reject_proposal()

    def _reveal_chosen(self) -> None:
        chosen = self._document.proposals.chosen
        if chosen is not None:
            self._viewpoint.reveal(QRectF(chosen.xmin, chosen.ymin, chosen.width, chosen.height))

    def step_to_box(self, step: int) -> None:
        count = len(self._scene.boxes.boxes)
        if count:
            chosen = self._document.selection
            start = (max(chosen) if step > 0 else min(chosen)) if chosen else (-1 if step > 0 else count)
            self._document.select([(start + step) % count])
            self.reveal_selected()

    def reveal_selected(self) -> None:
        boxes = self._scene.boxes.boxes
        area = QRectF()
        for index in self._document.selection:
            area = area.united(QRectF(boxes[index].xmin, boxes[index].ymin, boxes[index].width, boxes[index].height))
        if not area.isNull():
            self._viewpoint.reveal(area)

    def draw_in_the_middle(self) -> bool:
        """A box for hands that can't use a mouse: arrows move it, Ctrl+arrows give it its size."""
        size = self._scene.image_size
        if 0 in size:
            return False
        centre = self._viewpoint.centre
        half_width, half_height = max(size.width // 8, 1), max(size.height // 8, 1)
        x = min(max(round(centre.x), half_width), size.width - half_width)
        y = min(max(round(centre.y), half_height), size.height - half_height)
        corners = Point(x - half_width, y - half_height), Point(x + half_width, y + half_height)
        if self._edits.add_box(spanned(*corners).clipped(*size)):
            self._document.message_sent.emit(self.tr("Box drawn in the middle: move it with the arrow keys."))
        return True
