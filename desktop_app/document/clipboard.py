"""Boxes on the system clipboard: they can be pasted into another image, project or window."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable

from PySide6.QtCore import QMimeData

from training.dataset.box import Box
from training.dataset.formats.extras import of_a_copy

MIME_TYPE = "application/x-boxwright-boxes+json"
MOST_BOXES = 100_000


def boxes_to_mime(boxes: Iterable[Box]) -> QMimeData:
    copied = list(boxes)
    data = QMimeData()
    data.setData(MIME_TYPE, json.dumps([[box.label, *box.corners, box.extra] for box in copied]).encode())
    data.setText("\n".join(",".join(map(str, (box.label, *box.corners))) for box in copied))
    return data


def boxes_from_mime(data: QMimeData) -> list[Box]:
    """The boxes on the clipboard; another program may have put anything there, so what is no box is left out."""
    if not data.hasFormat(MIME_TYPE):
        return []
    try:
        rows = json.loads(bytes(data.data(MIME_TYPE).data()))
    except ValueError:
        return []
    if not isinstance(rows, list):
        return []
    return [box for box in map(_box_of, rows[:MOST_BOXES]) if box is not None]


def _box_of(row: object) -> Box | None:
    match row:
        case [
            str(label),
            int() | float() as xmin,
            int() | float() as ymin,
            int() | float() as xmax,
            int() | float() as ymax,
            *more,
        ]:
            extra = of_a_copy(more[0]) if more and isinstance(more[0], str) else ""
            box = Box(float(xmin), float(ymin), float(xmax), float(ymax), label.strip(), extra)
            return box if box.label and not box.is_empty and all(map(math.isfinite, box.corners)) else None
    return None
