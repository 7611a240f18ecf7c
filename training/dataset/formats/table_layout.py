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
    BOX_XYWH = "x, y, width, height in one cell"
    BOX_XYXY = "xmin, ymin, xmax, ymax in one cell"
    WIDTH = "image width"
    HEIGHT = "image height"
    SPLIT = "split"
    FRAME = "number of the frame"  # of a video whose frames are the images
    REGION_SHAPE = "shape as VIA writes it"
    REGION_ATTRIBUTES = "attributes as VIA writes them"
    RESULTS = "results as Label Studio writes them"
    BOX_LINE = "boxes as x1,y1,x2,y2,class"  # several, with spaces between, as keras-yolo3 reads them
    NOTHING = "nothing"


BOX_COLUMNS = (
    frozenset({Column.XMIN, Column.YMIN, Column.XMAX, Column.YMAX}),
    frozenset({Column.XMIN, Column.YMIN, Column.BOX_WIDTH, Column.BOX_HEIGHT}),
    frozenset({Column.XCENTRE, Column.YCENTRE, Column.BOX_WIDTH, Column.BOX_HEIGHT}),
    frozenset({Column.BOX_XYWH}),
    frozenset({Column.BOX_XYXY}),
    frozenset({Column.REGION_SHAPE}),
    frozenset({Column.RESULTS}),
    frozenset({Column.BOX_LINE}),
)
EDGES = (Column.XMIN, Column.YMIN, Column.XMAX, Column.YMAX)


class Unit(StrEnum):
    PIXELS = "pixels"
    SHARES = "shares of the image, 0 to 1"
    PERCENT = "percent of the image"


@dataclass(frozen=True, slots=True)
class TableLayout:
    """`columns` from the left; what stands behind them means nothing, and rows may be shorter. Where the columns of a box
    come several times, a row holds several boxes.

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
    encoding: str = "utf-8-sig"

    @property
    def says_a_box(self) -> bool:
        return any(needed <= set(self.columns) for needed in BOX_COLUMNS)

    @property
    def says_an_image(self) -> bool:
        return Column.IMAGE in self.columns or Column.FRAME in self.columns
