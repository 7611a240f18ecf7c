"""What the columns of a table of boxes mean, and in which unit and spelling the numbers are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Column(StrEnum):
    """What one column holds; a box is told by any four of the edges, sizes and centres that suffice."""

    IMAGE = "image"
    FOLDER = "folder"  # that the image lies in
    CLASS = "class"
    XMIN = "xmin"
    YMIN = "ymin"
    XMAX = "xmax"
    YMAX = "ymax"
    BOX_WIDTH = "box width"
    BOX_HEIGHT = "box height"
    XCENTRE = "x of the centre"
    YCENTRE = "y of the centre"
    BOX = "box"  # all four numbers in one cell, as [x, y, width, height]
    WIDTH = "image width"
    HEIGHT = "image height"
    SPLIT = "split"
    NOTHING = "nothing"


class Unit(StrEnum):
    PIXELS = "pixels"
    SHARES = "shares of the image, 0 to 1"
    PERCENT = "percent of the image"


@dataclass(frozen=True, slots=True)
class TableLayout:
    """`columns` from the left; rows may be longer or shorter where the rest is empty.

    `first_pixel` is the number of the left- and topmost pixel: 1 takes one from xmin and ymin (xmax and ymax then name
    the last pixel inside, which is the edge behind it).
    """

    columns: tuple[Column, ...]
    has_header: bool = True
    separator: str = ","
    decimal_comma: bool = False
    unit: Unit = Unit.PIXELS
    first_pixel: int = 0
    title: str = ""  # of the dialect, where it is a known one
