"""The records of an open project: as they are in the store, with their images' sizes as they were last decoded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from training.dataset.records import ClassRecord, ImageRecord
from training.dataset.store import ProjectStore

Records = list[ImageRecord]


class KeptRecords:
    def __init__(self, store: ProjectStore) -> None:
        self._store = store
        self._sizes: dict[str, tuple[int, int]] = {}
        # One edit asks for the same record several times, and it may hold thousands of boxes.
        self._last: ImageRecord | None = None

    def record(self, image: str) -> ImageRecord:
        record = self._last
        if record is None or record.path != image:
            record = self._last = self._store.record(image)
        return self._with_known_size(record)

    def note_size(self, image: str, width: int, height: int) -> None:
        """It is stored with the next edit."""
        self._sizes[image] = (width, height)

    def change(
        self,
        images: Collection[str],
        changed: Callable[[Records], Iterable[ImageRecord]],
        classes: tuple[ClassRecord, ...] | None,
    ) -> tuple[Records, Records]:
        """Stores what becomes of the images' records, in one transaction; gives them before and after.

        Any thread may do it. Raises ProjectError; nothing has changed then.
        """
        if len(images) == 1:
            befores = [self.record(image) for image in images]
        else:
            befores = [self._with_known_size(record) for record in self._store.records(images)]
        afters = list(changed(befores))
        self._store.write(afters, classes)
        last = self._last
        if last is not None:
            self._last = next((record for record in reversed(afters) if record.path == last.path), last)
        return befores, afters

    def _with_known_size(self, record: ImageRecord) -> ImageRecord:
        size = self._sizes.get(record.path)
        if size is None or size == (record.width, record.height):
            return record
        return replace(record, width=size[0], height=size[1])
