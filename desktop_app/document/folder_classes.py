"""Images that lie in folders called like their classes get them, in one step that can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.background import Job
from desktop_app.document.change import Change
from desktop_app.document.class_edits import next_class
from desktop_app.document.document import Document
from training.dataset.folder_classes import folder_classes
from training.dataset.records import ImageRecord
from training.dataset.store import ProjectError, ProjectStore


class FolderClasses(QObject):
    """The records are read beside the event loop; images that have a class of their own keep it."""

    done = Signal()

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document
        self._names: dict[str, str] = {}

    def use_names(self) -> None:
        """`done` follows, whether anything changed or not."""
        document = self._document
        place, number = document.place_for_reading, document.project_file
        self._names = folder_classes(document.images)
        wanted = [image for image in self._names if document.summary(image).class_id is None]
        job = Job(lambda _progress: (number, _records_of(place, wanted)), (ProjectError, OSError))
        job.done.connect(self._on_read)
        job.failed.connect(document.problem_reported)
        job.start()

    def _on_read(self, answer: tuple[Path, list[ImageRecord]]) -> None:
        project_file, records = answer
        document = self._document
        if not document.is_open or document.project_file != project_file:
            return
        # What was edited while they were read counts as it is now.
        open_ones = [record for record in records if document.summary(record.path).class_id is None]
        classes = {known.name: known for known in document.classes}
        for name in dict.fromkeys(self._names[record.path] for record in open_ones):
            if name not in classes:
                classes[name] = next_class(document, name, tuple(classes.values()))
        pairs = tuple((record, _with_class(record, classes[self._names[record.path]].id)) for record in open_ones)
        text = self.tr("Use folders' names as classes")
        document.push(Change(text, pairs, (document.classes, tuple(classes.values()))))
        self.done.emit()


def _records_of(place: Path, images: Sequence[str]) -> list[ImageRecord]:
    with closing(ProjectStore.open(place, read_only=True)) as store:
        return list(store.records(images))


def _with_class(record: ImageRecord, class_id: int) -> ImageRecord:
    return replace(record, class_id=class_id)
