"""What an import would change, complete before anything is changed."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from training.dataset.bulk_memory import without_collecting
from training.dataset.dataset import Problem
from training.dataset.formats.extras import joined, packed, unpacked, with_classes_called
from training.dataset.records import ClassRecord, ImageRecord

if TYPE_CHECKING:
    from training.dataset.store import ProjectStore


EXTRA_SETTING = "format_extra"
EXTRA_NAMES_SETTING = "format_extra_names"  # of the classes by their ids, as what is kept there calls them


class ImportCancelled(Exception):  # noqa: N818 -- somebody wanted it
    """The person who started an import stopped it; nothing has changed."""


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """The images and classes before and after. `problems` tells what stays out, `notes` what was read differently.

    `images` counts the images that rows were accepted for, changed or not; `boxes`, `own_classes` and `negatives`
    what came for them, `images_with_boxes` those that boxes came for, and `duplicates` the boxes that were there
    already, of which `told_more` get what their file says of them besides; `shared` counts those that an earlier one of the
    files has, too. `extra` is what the files say of the dataset as a whole; the project keeps it as a setting.
    """

    changes: tuple[tuple[ImageRecord, ImageRecord], ...]
    classes_before: tuple[ClassRecord, ...]
    classes_after: tuple[ClassRecord, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    images: int = 0
    images_with_boxes: int = 0
    boxes: int = 0
    own_classes: int = 0
    negatives: int = 0
    duplicates: int = 0
    told_more: int = 0
    shared: int = 0
    extra: str = ""

    @property
    def new_classes(self) -> tuple[ClassRecord, ...]:
        return self.classes_after[len(self.classes_before) :]

    @property
    def is_nothing(self) -> bool:
        return not self.changes and self.classes_before == self.classes_after

    @without_collecting()
    def apply(self, store: ProjectStore) -> None:
        """All of it in one transaction. Raises ProjectError; nothing has changed then."""
        if not self.is_nothing:
            store.write([after for _, after in self.changes], self.classes_after)
            self.keep_extra(store)

    def keep_extra(self, store: ProjectStore) -> None:
        """For who writes the records in another way. Raises ProjectError."""
        if self.extra:
            store.set_setting(EXTRA_SETTING, joined(kept_extra(store, self.classes_after), self.extra))
            names = {str(record.id): record.name for record in self.classes_after}
            store.set_setting(EXTRA_NAMES_SETTING, packed("names", names, sys.maxsize))


def kept_extra(store: ProjectStore, classes: Iterable[ClassRecord]) -> str:
    """What files said of the dataset; of a class that was renamed since, under its name of now."""
    called = unpacked(store.get_setting(EXTRA_NAMES_SETTING) or "", "names")
    now = {str(record.id): record.name for record in classes}
    renamed = {name: now[class_id] for class_id, name in called.items() if isinstance(name, str) and class_id in now}
    return with_classes_called(store.get_setting(EXTRA_SETTING) or "", renamed)
