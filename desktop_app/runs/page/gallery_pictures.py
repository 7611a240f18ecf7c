"""Which part of an image the gallery shows: all of it, or what was classified with some of what is around it."""

from __future__ import annotations

import json
import math
from pathlib import Path

from PySide6.QtGui import QImage

from desktop_app.decoding import decode
from training.dataset.box import Rectangle
from training.run.report.judged_images import JudgedImage

AROUND = 0.5  # of a box's sides, on each side
PART = "\0"  # no file's name begins like that
MOST_DECODED = 4096  # pixels of the longer side, however small the part is


def view_of(image: JudgedImage) -> Rectangle:
    """In pixels of the upright image."""
    whole = Rectangle(0, 0, image.width, image.height)
    box = image.predicted
    if not image.is_classified or box.corners == whole.corners:
        return whole
    across, down = AROUND * box.width, AROUND * box.height
    wider = Rectangle(box.xmin - across, box.ymin - down, box.xmax + across, box.ymax + down)
    return wider.clipped(image.width, image.height)


def picture_key(image: JudgedImage) -> str:
    """One for each picture: several boxes of an image are several pictures."""
    view = view_of(image)
    if view == Rectangle(0, 0, image.width, image.height):
        return image.filename
    return PART + json.dumps([image.filename, image.width, image.height, *view.corners])


def read_picture(folder: Path, key: str, max_side: int | None) -> QImage | str:
    """The picture of a `picture_key`, or a sentence why there is none. For threads."""
    if not key.startswith(PART):
        return decode(folder / key, max_side)
    filename, width, height, xmin, ymin, xmax, ymax = json.loads(key.removeprefix(PART))
    part = max(xmax - xmin, ymax - ymin, 1.0)
    needed = None if max_side is None else min(MOST_DECODED, math.ceil(max_side * max(width, height) / part))
    whole = decode(folder / filename, needed)
    if isinstance(whole, str):
        return whole
    across, down = whole.width() / width, whole.height() / height
    left, top = math.floor(xmin * across), math.floor(ymin * down)
    return whole.copy(left, top, max(1, math.ceil(xmax * across) - left), max(1, math.ceil(ymax * down) - top))
