"""The classes of another project as classes of this one, by name."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from training.dataset.box import ProjectBox
from training.dataset.class_colours import colour_for
from training.dataset.project_errors import ProjectError
from training.dataset.records import ClassRecord, ImageRecord
from training.dataset.store import ProjectStore

_COLOUR = re.compile("#[0-9a-f]{6}", re.IGNORECASE)


class MergedClasses:
    """Classes of the same name (case as it is) are one; new ones come at the end and keep their colour."""

    def __init__(self, store: ProjectStore, theirs: tuple[ClassRecord, ...]) -> None:
        self.before = store.classes()
        by_name = {record.name: record for record in self.before}
        self._ids: dict[int, int] = {}
        for record in theirs:
            name = record.name.strip()
            if name not in by_name:
                taken = {known.colour for known in by_name.values()}
                colour = record.colour if _COLOUR.fullmatch(record.colour) else colour_for(len(by_name), taken)
                by_name[name] = ClassRecord(store.new_class_id(), name, colour)
            self._ids[record.id] = by_name[name].id
        self.after = tuple(by_name.values())

    def translated(self, record: ImageRecord, path: str, size: tuple[int | None, int | None]) -> ImageRecord:
        """Another project's record as one of this project: `size` is the image's here, as far as it is known.

        What a run proposed there has no origin here, and what was decided about its proposals stays there.
        """
        width, height = size if None not in size else (record.width, record.height)
        try:
            boxes = [self._box(box, width, height) for box in record.boxes]
            own = None if record.class_id is None else self._ids[record.class_id]
        except (KeyError, TypeError, ValueError) as error:
            raise ProjectError(
                f"The other project holds a box or class of {record.path!r} that none can be."
            ) from error
        kept = tuple(box for box in boxes if not box.is_empty)
        return replace(record, path=path, width=width, height=height, boxes=kept, class_id=own, answered=())

    def _box(self, box: ProjectBox, width: int | None, height: int | None) -> ProjectBox:
        if not all(map(math.isfinite, box.corners)):
            raise ValueError("an edge that is no number")
        mine = ProjectBox(*box.corners, self._ids[box.class_id], extra=box.extra)
        return mine if width is None or height is None else mine.clipped(width, height)
