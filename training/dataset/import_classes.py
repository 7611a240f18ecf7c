"""The class names of imported files as classes of a project."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from training.dataset.class_colours import colour_for
from training.dataset.formats import class_list
from training.dataset.formats.annotation_rows import AnnotationFile
from training.dataset.records import ClassRecord
from training.dataset.store import ProjectStore


class ImportedClasses:
    """Finds a project's classes by name and makes the missing ones, without changing the project."""

    def __init__(self, store: ProjectStore) -> None:
        self.before = store.classes()
        self._store = store
        self._by_name = {record.name: record for record in self.before}

    def id_of(self, name: str) -> int:
        """The class of that name, made if need be."""
        if name not in self._by_name:
            colour = colour_for(len(self._by_name), {record.colour for record in self._by_name.values()})
            self._by_name[name] = ClassRecord(self._store.new_class_id(), name, colour)
        return self._by_name[name].id

    def make_all(self, names: Iterable[str]) -> None:
        for name in names:
            self.id_of(name)

    @property
    def after(self) -> tuple[ClassRecord, ...]:
        """The classes that were there, then the new ones."""
        return tuple(self._by_name.values())


def listed_classes(path: Path, file: AnnotationFile) -> tuple[str, ...]:
    """The order that the file itself gives, or classes.txt beside it; nothing if there is none or of something else."""
    if file.classes:
        return tuple(file.classes)
    try:
        listed = class_list.read(path.with_name(class_list.FILE_NAME))
    except (OSError, UnicodeDecodeError):
        return ()
    used = {row.label for row in file.rows if row.label is not None}
    return listed if used <= set(listed) else ()
