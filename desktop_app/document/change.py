"""One kind of undo step for every edit: records before, records after, and a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace

from PySide6.QtGui import QUndoCommand

from training.dataset.records import ClassRecord, ImageRecord

_EDITED_FIELDS = tuple(field.name for field in fields(ImageRecord) if field.name != "path")


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit does, both ways. Steps with the same `merge_key` that follow each other become one."""

    text: str
    images: tuple[tuple[ImageRecord, ImageRecord], ...] = ()
    classes: tuple[tuple[ClassRecord, ...], tuple[ClassRecord, ...]] | None = None
    merge_key: str = ""

    @property
    def is_nothing(self) -> bool:
        return all(before == after for before, after in self.images) and (
            self.classes is None or self.classes[0] == self.classes[1]
        )

    def applied(self, nows: Iterable[ImageRecord]) -> Iterator[ImageRecord]:
        """To the images' records as they are now, in the same order."""
        return (_applied(pair, now) for pair, now in zip(self.images, nows, strict=True))

    def inverted(self) -> Change:
        classes = None if self.classes is None else (self.classes[1], self.classes[0])
        return replace(self, images=tuple((after, before) for before, after in self.images), classes=classes)

    def followed_by(self, later: Change) -> Change:
        """Both steps as one; only for steps of which the one `can_be_followed_by` the other."""
        if self._images_touched != later._images_touched:
            return replace(self, text=later.text, images=(*self.images, *later.images))
        images = tuple((first[0], last[1]) for first, last in zip(self.images, later.images, strict=True))
        return replace(self, images=images)

    def can_be_followed_by(self, later: Change) -> bool:
        """Steps that touch the same images in the same order, or quite other images."""
        ours, theirs = self._images_touched, later._images_touched
        fits = ours == theirs or set(ours).isdisjoint(theirs)
        return bool(self.merge_key) and self.merge_key == later.merge_key and fits and later.classes is None

    @property
    def _images_touched(self) -> list[str]:
        return [before.path for before, _ in self.images]


def change_of_records(
    text: str, befores: Iterable[ImageRecord], afters: Iterable[ImageRecord], merge_key: str = ""
) -> Change:
    pairs = tuple((before, after) for before, after in zip(befores, afters, strict=True) if before != after)
    return Change(text, pairs, merge_key=merge_key)


def _applied(change_pair: tuple[ImageRecord, ImageRecord], now: ImageRecord) -> ImageRecord:
    """Only the fields that the step changed are set, so that an undo takes nothing else back (a split, a size)."""
    before, after = change_pair
    changed = {name: getattr(after, name) for name in _EDITED_FIELDS if getattr(before, name) != getattr(after, name)}
    return replace(now, **changed)


class ChangeCommand(QUndoCommand):
    """Carries a Change on the stack. The document applies it first: a step that can't be stored never moves the stack."""

    def __init__(self, change: Change) -> None:
        super().__init__(change.text)
        self.change = change

    def id(self) -> int:
        return 1 if self.change.merge_key else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, ChangeCommand) or not self.change.can_be_followed_by(other.change):
            return False
        self.change = self.change.followed_by(other.change)
        self.setText(self.change.text)
        return True

    def undo(self) -> None:
        """Done by Document.undo before the stack moves."""

    def redo(self) -> None:
        """Done by Document.push and Document.redo before the stack moves."""
