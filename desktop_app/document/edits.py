"""The verbs of the current image: each makes a Change and pushes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import QObject

from desktop_app.document import verbs
from desktop_app.document.change import Change, change_of_records
from desktop_app.document.class_edits import next_class
from desktop_app.document.document import Document
from desktop_app.document.proposal_edits import ProposalEdits
from training.dataset.box import Box, ProjectBox, Rectangle
from training.dataset.dataset import Split
from training.dataset.records import ImageRecord


class Edits(QObject):
    """Draw, move, resize, relabel, delete, duplicate, paste, review: always on the document's current image."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document
        self.proposals = ProposalEdits(document)

    def add_box(self, rectangle: Rectangle) -> bool:
        """A new box of the active class; with no class yet, one is made in the same step. False if there is none."""
        record = self._document.current_record
        if record is None or record.width is None:
            return False
        active = self._document.active_class_id
        classes = self._document.classes
        if active is None:
            made = next_class(self._document, self.tr("object"))
            active, classes = made.id, (*classes, made)
        after = verbs.with_boxes_added(record, [ProjectBox(*rectangle.corners, active)])
        is_first_class = not self._document.classes
        change = Change(self.tr("Draw box"), ((record, after),), (self._document.classes, classes))
        if after == record or not self._document.push(change):
            return False
        self._document.set_active_class(active)
        self._document.select([len(after.boxes) - 1])
        if is_first_class:
            self._tell_name_of_first_class(classes[0].name)
        return True

    def _tell_name_of_first_class(self, name: str) -> None:
        text = self.tr("The first class is called “%1”: double-click it in the class list to rename it.")
        self._document.message_sent.emit(text.replace("%1", name))

    def resize_box(self, index: int, rectangle: Rectangle) -> None:
        self._edit(self.tr("Resize box"), lambda record: verbs.with_box_at(record, index, rectangle))

    def move_selected(self, dx: float, dy: float) -> None:
        """One step for one drag."""
        chosen = self._document.selection
        self._edit(
            self.tr("Move boxes", "", len(chosen)), lambda record: verbs.with_boxes_moved(record, chosen, dx, dy)
        )

    def nudge_selected(self, dx: float, dy: float) -> None:
        """Nudges of the same boxes that follow each other are one step to undo."""
        chosen = self._document.selection
        key = f"nudge {self._document.current_image} {sorted(chosen)}"
        self._edit(
            self.tr("Nudge boxes", "", len(chosen)),
            lambda record: verbs.with_boxes_moved(record, chosen, dx, dy),
            merge_key=key,
        )

    def stretch_selected(self, dx: float, dy: float) -> None:
        """Move the right and lower edges; steps of the same boxes that follow each other are one step to undo."""
        chosen = self._document.selection
        key = f"stretch {self._document.current_image} {sorted(chosen)}"
        self._edit(
            self.tr("Resize boxes", "", len(chosen)),
            lambda record: verbs.with_boxes_stretched(record, chosen, dx, dy),
            merge_key=key,
        )

    def delete_selected(self) -> None:
        self._take_away(self.tr("Delete boxes", "", len(self._document.selection)))

    def cut_selected(self) -> None:
        self._take_away(self.tr("Cut boxes", "", len(self._document.selection)))

    def _take_away(self, text: str) -> None:
        chosen = self._document.selection
        if self._edit(text, lambda record: verbs.without_boxes(record, chosen)):
            self._document.select([])

    def duplicate_selected(self) -> None:
        chosen = self._document.selection
        self._add(self.tr("Duplicate boxes", "", len(chosen)), lambda r: verbs.with_boxes_duplicated(r, chosen))

    def paste(self, boxes: Iterable[ProjectBox]) -> None:
        """Boxes at their own places; what lies outside this image is cut off."""
        pasted = list(boxes)
        self._add(self.tr("Paste boxes", "", len(pasted)), lambda record: verbs.with_boxes_added(record, pasted))

    def paste_labelled(self, boxes: Iterable[Box]) -> None:
        """Boxes with names of classes; names that the project does not know become classes in the same step."""
        record, pasted = self._document.current_record, list(boxes)
        if record is None or record.width is None:
            return
        known = {existing.name: existing for existing in self._document.classes}
        for box in pasted:
            if box.label not in known:
                known[box.label] = next_class(self._document, box.label, tuple(known.values()))
        made = [ProjectBox(*box.corners, known[box.label].id, extra=box.extra) for box in pasted]
        after = verbs.with_boxes_added(record, made)
        text = self.tr("Paste boxes", "", len(pasted))
        used = {box.class_id for box in after.boxes} | {existing.id for existing in self._document.classes}
        classes = tuple(existing for existing in known.values() if existing.id in used)
        change = Change(text, ((record, after),), (self._document.classes, classes))
        if after != record and self._document.push(change):
            self._document.select(range(len(record.boxes), len(after.boxes)))

    def relabel_selected(self, class_id: int) -> None:
        chosen = self._document.selection
        self._edit(self.tr("Change class"), lambda record: verbs.with_boxes_relabelled(record, chosen, class_id))

    def choose_class(self, class_id: int) -> None:
        """A digit key or a click in the class list: the next box's class, and the selected boxes'."""
        self._document.set_active_class(class_id)
        if self._document.selection:
            self.relabel_selected(class_id)

    def set_image_class(self, class_id: int | None) -> None:
        """The class of the whole image; the same class again takes it away."""

        def toggled(record: ImageRecord) -> ImageRecord:
            return replace(record, class_id=None if record.class_id == class_id else class_id)

        self._edit(self.tr("Set image class"), toggled)

    def set_split(self, split: Split) -> None:
        """By hand: whether the current image trains, validates or tests."""
        record = self._document.current_record
        if record is not None:
            moved = replace(record, split=split)
            self._document.push(change_of_records(self.tr("Change split"), [record], [moved]))

    def toggle_reviewed(self) -> None:
        record = self._document.current_record
        if record is not None:
            text = self.tr("Mark as not reviewed") if record.reviewed else self.tr("Mark as reviewed")
            self._edit(text, lambda record: replace(record, reviewed=not record.reviewed))

    def _add(self, text: str, verb: Callable[[ImageRecord], ImageRecord]) -> None:
        """An edit that adds boxes selects what it added."""
        before = self._document.current_record
        if before is not None and self._edit(text, verb):
            count = len(self._document.record(before.path).boxes)
            self._document.select(range(len(before.boxes), count))

    def _edit(self, text: str, verb: Callable[[ImageRecord], ImageRecord], *, merge_key: str = "") -> bool:
        record = self._document.current_record
        if record is None or record.width is None:
            return False
        return self._document.push(change_of_records(text, [record], [verb(record)], merge_key=merge_key))
