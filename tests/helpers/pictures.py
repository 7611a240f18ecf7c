"""Pictures made for a test: small files that really decode, each with a colour of its own."""

from __future__ import annotations

import colorsys
from collections.abc import Iterable
from pathlib import Path

from PIL import Image, ImageDraw

NO_IMAGE = b"this is a text that somebody called a photo"


def write_picture(path: Path, width: int = 96, height: int = 64, number: int = 0) -> Path:
    """A coloured ground with a bright square in its upper left quarter, so that it is seen which way is up."""
    red, green, blue = colorsys.hsv_to_rgb((number * 0.37) % 1, 0.45, 0.6)
    picture = Image.new("RGB", (width, height), (round(red * 255), round(green * 255), round(blue * 255)))
    ImageDraw.Draw(picture).rectangle((width // 8, height // 8, width // 3, height // 3), fill=(250, 240, 200))
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path)
    return path


def write_pictures(folder: Path, names: Iterable[str], width: int = 96, height: int = 64) -> list[str]:
    """Pictures of these names; they are given back in the order in which a project shows them."""
    names = list(names)
    for number, name in enumerate(names):
        write_picture(folder / name, width, height, number)
    return names


def write_turned_picture(path: Path, orientation: int, width: int = 120, height: int = 80) -> Path:
    """A JPEG that stands `width` x `height` upright but is stored as a camera held that way stores it."""
    upright = Image.new("RGB", (width, height), (40, 90, 120))
    ImageDraw.Draw(upright).rectangle((0, 0, width // 4, height // 4), fill=(255, 255, 255))
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(back[orientation]) if orientation in back else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    path.parent.mkdir(parents=True, exist_ok=True)
    stored.save(path, quality=95, exif=exif)
    return path
