"""Small pictures with a red box in them, written as a camera would."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

ORIENTATION_TAG = 0x0112
RED_BOX = (16, 12, 32, 24)  # in stored pixels, as in the shared EXIF pictures


def write_picture(
    path: Path,
    size: tuple[int, int] = (64, 48),
    red_box: tuple[int, int, int, int] | None = RED_BOX,
    orientation: int | None = None,
) -> Path:
    """A grey picture of `size` stored pixels, in the format that the name says."""
    image = Image.new("RGB", size, (200, 200, 200))
    if red_box is not None:
        xmin, ymin, xmax, ymax = red_box
        ImageDraw.Draw(image).rectangle((xmin, ymin, xmax - 1, ymax - 1), fill=(255, 0, 0))
    exif = Image.Exif()
    if orientation is not None:
        exif[ORIENTATION_TAG] = orientation
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, exif=exif)
    return path


def find_red(pixels: npt.NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """The edges xmin, ymin, xmax, ymax of what is red in (height, width, 3)."""
    red = (pixels[..., 0] > 150) & (pixels[..., 1] < 100) & (pixels[..., 2] < 100)
    rows, columns = np.flatnonzero(red.any(axis=1)), np.flatnonzero(red.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def upright_box(
    box: tuple[int, int, int, int], stored_size: tuple[int, int], orientation: int
) -> tuple[int, int, int, int]:
    """Where a box of the stored pixels stands in the upright picture, from the EXIF standard's own words."""
    width, height = stored_size
    xs, ys = (box[0], box[2]), (box[1], box[3])
    places = {
        1: lambda x, y: (x, y),
        2: lambda x, y: (width - x, y),
        3: lambda x, y: (width - x, height - y),
        4: lambda x, y: (x, height - y),
        5: lambda x, y: (y, x),
        6: lambda x, y: (height - y, x),
        7: lambda x, y: (height - y, width - x),
        8: lambda x, y: (y, width - x),
    }
    corners = [places[orientation](x, y) for x in xs for y in ys]
    return (
        min(x for x, _ in corners),
        min(y for _, y in corners),
        max(x for x, _ in corners),
        max(y for _, y in corners),
    )
