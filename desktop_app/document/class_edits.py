"""The verbs of the class list. Ids stay, so no verb but merging and deleting touches a box."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import QObject

from desktop_app.document import verbs
from desktop_app.document.change import Change
from desktop_app.document.document import Document
from training.dataset.class_colours import colour_for
from training.dataset.records import ClassRecord, ImageRecord


def next_class(document: Document, name: str, beside: tuple[ClassRecord, ...] | None = None) -> ClassRecord:
    """A class with an id never used before and a colour that no other class has, not in the project yet."""
    others = document.classes if beside is None else beside
    return ClassRecord(document.store.new_class_id(), name, colour_for(len(others), {c.colour for c in others}))


class ClassEdits(QObject):
    """Add, rename, recolour, reorder, merge and delete classes; each answers with a sentence when it can't."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document

    def add(self, name: str) -> str:
        problem = self._problem_with(name)
        if problem:
            return problem
        made = next_class(self._document, name.strip())
        if self._push(self.tr("Add class"), (*self._document.classes, made)):
            self._document.set_active_class(made.id)
        return ""

    def rename(self, class_id: int, name: str) -> str:
        problem = self._problem_with(name, other_than=class_id)
        if not problem:
            self._replace(self.tr("Rename class"), class_id, lambda record: replace(record, name=name.strip()))
        return problem

    def recolour(self, class_id: int, colour: str) -> None:
        self._replace(self.tr("Recolour class"), class_id, lambda record: replace(record, colour=colour))

    def move(self, class_id: int, position: int) -> None:
        """Put a class at a position of the list, 0 being the first."""
        moved = self._document.class_of_id(class_id)
        if moved is not None:
            rest = [record for record in self._document.classes if record.id != class_id]
            self._push(self.tr("Reorder classes"), (*rest[:position], moved, *rest[position:]))

    def merge(self, class_ids: Iterable[int], into: int) -> None:
        """Boxes of the classes become boxes of one of them; the others go."""
        old = frozenset(class_ids) - {into}
        self._remove(self.tr("Merge classes"), old, into)

    def delete(self, class_id: int) -> None:
        """The class goes, and its boxes with it."""
        self._remove(self.tr("Delete class"), frozenset([class_id]), None)

    def _remove(self, text: str, old: frozenset[int], new: int | None) -> None:
        pairs = [(record, verbs.with_class_replaced(record, old, new)) for record in self._records_with(old)]
        left = tuple(record for record in self._document.classes if record.id not in old)
        changed = tuple(pair for pair in pairs if pair[0] != pair[1])
        self._document.push(Change(text, changed, (self._document.classes, left)))

    def _records_with(self, class_ids: frozenset[int]) -> Iterable[ImageRecord]:
        return self._document.store.records_with_classes(class_ids)

    def _replace(self, text: str, class_id: int, verb: Callable[[ClassRecord], ClassRecord]) -> None:
        changed = (verb(record) if record.id == class_id else record for record in self._document.classes)
        self._push(text, tuple(changed))

    def _push(self, text: str, classes: tuple[ClassRecord, ...]) -> bool:
        return self._document.push(Change(text, classes=(self._document.classes, classes)))

    def _taken(self, name: str, *, is_rename: bool) -> str:
        text = self.tr("There is a class “%1” already.")
        if is_rename:
            text = self.tr("There is a class “%1” already; to make both one, merge them in the menu Classes.")
        return text.replace("%1", name)

    def _problem_with(self, name: str, other_than: int | None = None) -> str:
        name = name.strip()
        if not name:
            return self.tr("A class needs a name.")
        same = self._document.class_named(name)
        if same is not None and same.id != other_than:
            return self._taken(name, is_rename=other_than is not None)
        return ""
