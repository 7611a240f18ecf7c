"""What the classifier of the run that is shown says about what is chosen on the canvas."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop_app.document.document import Document
from desktop_app.document.subjects import Subject, has_same_corners
from desktop_app.runs.run_answers import RunAnswers
from desktop_app.runs.top_classes import Bar
from desktop_app.words import filled
from training.dataset.box import Rectangle
from training.run.answers.prediction import ClassAnswer


class ClassesSeen(QObject):
    """The one box that is selected, or whose proposal is chosen; else the whole image, where that is classified."""

    changed = Signal()

    def __init__(self, document: Document, answers: RunAnswers) -> None:
        super().__init__(answers)
        self._document = document
        self._answers = answers
        for signal in (document.selection_changed, document.proposals.chosen_changed, document.classes_changed):
            signal.connect(self.changed)
        document.boxes_changed.connect(self.changed)
        answers.current_changed.connect(self.changed)

    @property
    def is_there(self) -> bool:
        """Whether a classifier has said anything about the image that is open."""
        return bool(self._answers.current_classes)

    @property
    def title(self) -> str:
        found = self._answers.current_classes
        if not found:
            return ""
        if self._answers.subject is Subject.WHOLE_IMAGES or found[0].box is None:
            return self.tr("The model takes this image for:")
        if self._looked_at(found) is not None:
            return self.tr("The model takes this box for:")
        return self._agreement(found)

    @property
    def bars(self) -> list[Bar]:
        answer = self._looked_at(self._answers.current_classes)
        if answer is None:
            return []
        true = self._true_class(answer)
        classes = {known.id: known.colour for known in self._document.classes}
        return [Bar(one.label, one.score, classes.get(one.class_id, ""), one.class_id == true) for one in answer.top]

    def _looked_at(self, found: list[ClassAnswer]) -> ClassAnswer | None:
        if len(found) == 1 and found[0].box is None:
            return found[0]
        chosen = self._chosen_box()
        if chosen is None:
            return found[0] if len(found) == 1 else None
        return next((one for one in found if one.box is not None and has_same_corners(one.box, chosen)), None)

    def _chosen_box(self) -> Rectangle | None:
        document = self._document
        record = document.current_record
        if document.proposals.chosen is not None:
            return document.proposals.chosen
        if record is None or len(document.selection) != 1:
            return None
        return record.boxes[next(iter(document.selection))]

    def _true_class(self, answer: ClassAnswer) -> int | None:
        record = self._document.current_record
        if record is None or answer.box is None:
            return None if record is None else record.class_id
        place = answer.box
        return next((box.class_id for box in record.boxes if has_same_corners(box, place)), None)

    def _agreement(self, found: list[ClassAnswer]) -> str:
        about = [one for one in found if self._true_class(one) is not None]
        right = sum(one.top[0].class_id == self._true_class(one) for one in about)
        text = self.tr("Boxes as you say: %1 of %2. Select one to see more.")
        return filled(text, right, len(about))
