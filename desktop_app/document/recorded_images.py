"""Images that were recorded for a class: those of one burst get it in one step that can be undone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from desktop_app.document.change import Change, ChangeCommand
from desktop_app.document.class_edits import next_class
from desktop_app.document.document import Document
from desktop_app.words import counted, filled
from training.dataset.records import ClassRecord

LONGEST_PAUSE_S = 1.5  # between two images of one burst; the slowest recording takes one a second


@dataclass(frozen=True, slots=True)
class Recording:
    """A class, by its id or else by its name, and the burst that an image belongs to."""

    class_id: int | None
    class_name: str
    burst: int


class RecordedImages(QObject):
    """The first images of a burst make an undo step, and it grows with those that follow: nothing waits to be stored."""

    told = Signal(str)  # a sentence: how many there are
    failed = Signal(str)  # a sentence

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document
        self._last: tuple[Recording, float] | None = None
        self._bursts = 0

    def next(self, class_id: int | None, class_name: str) -> Recording:
        """Of an image that was recorded now."""
        now, last = time.monotonic(), self._last
        if (
            last is None
            or (last[0].class_id, last[0].class_name) != (class_id, class_name)
            or (now - last[1] > LONGEST_PAUSE_S)
        ):
            self._bursts += 1
        recording = Recording(class_id, class_name, self._bursts)
        self._last = (recording, now)
        return recording

    def end_burst(self) -> None:
        """What is recorded next is another step to undo."""
        self._last = None

    def label(self, images: Sequence[tuple[str, Recording]]) -> None:
        """Images that have just joined the project, in the order in which they were recorded."""
        for burst in dict.fromkeys(recording for _, recording in images):
            self._label_burst([image for image, recording in images if recording == burst], burst)

    def _label_burst(self, images: Sequence[str], burst: Recording) -> None:
        document = self._document
        made = self._class_of(burst)
        if made is None:
            self.failed.emit(self.tr("The class was deleted while images were recorded: they came without one."))
            return
        is_new = document.class_of_id(made.id) is None
        befores = [document.record(image) for image in images]
        key = f"recorded {burst.burst}"
        text = self._text(self._count_until_now(key) + len(images), made.name)
        change = Change(
            text,
            tuple((before, replace(before, class_id=made.id, reviewed=True)) for before in befores),
            (document.classes, (*document.classes, made)) if is_new else None,
            merge_key=key,
        )
        if document.push(change):
            self.told.emit(text)

    def _class_of(self, burst: Recording) -> ClassRecord | None:
        if burst.class_id is not None:
            return self._document.class_of_id(burst.class_id)
        return self._document.class_named(burst.class_name) or next_class(self._document, burst.class_name)

    def _count_until_now(self, key: str) -> int:
        """Images in the step that the next ones will be joined to; a burst that was undone begins anew."""
        stack = self._document.undo_stack
        top = stack.command(stack.index() - 1) if stack.index() else None
        return len(top.change.images) if isinstance(top, ChangeCommand) and top.change.merge_key == key else 0

    def _text(self, number: int, name: str) -> str:
        return filled(counted(number, self.tr("Recorded 1 image of “%1”"), self.tr("Recorded %n images of “%1”")), name)
