"""What columns, units and separators of tables are called here."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from training.dataset.formats.table_layout import Column, Unit
from training.dataset.formats.table_numbers import CELL_ORDERS, ORDERS

CENTRE = (Column.XCENTRE, Column.YCENTRE, Column.BOX_WIDTH, Column.BOX_HEIGHT)
ALL_ORDERS: tuple[tuple[Column, ...], ...] = (*ORDERS.values(), CENTRE)
CELLS_OF_A_BOX = {ORDERS[name]: column for name, column in CELL_ORDERS.items()}  # of orders that one cell may have
NUMBERS_OF_A_BOX = frozenset(column for order in ALL_ORDERS for column in order)


def column_names() -> dict[Column, str]:
    """In the order of a list to choose from."""
    return {
        Column.NOTHING: _tr("– not used"),
        Column.IMAGE: _tr("image"),
        Column.CLASS: _tr("class"),
        Column.XMIN: _tr("xmin (left)"),
        Column.YMIN: _tr("ymin (top)"),
        Column.XMAX: _tr("xmax (right)"),
        Column.YMAX: _tr("ymax (bottom)"),
        Column.BOX_WIDTH: _tr("box width"),
        Column.BOX_HEIGHT: _tr("box height"),
        Column.XCENTRE: _tr("x of the centre"),
        Column.YCENTRE: _tr("y of the centre"),
        Column.BOX_XYWH: _tr("x, y, width, height in one cell"),
        Column.BOX_XYXY: _tr("xmin, ymin, xmax, ymax in one cell"),
        Column.WIDTH: _tr("image width"),
        Column.HEIGHT: _tr("image height"),
        Column.SPLIT: _tr("split"),
        Column.FOLDER: _tr("folder of the image"),
        Column.FRAME: _tr("number of the frame"),
        Column.REGION_SHAPE: _tr("shape (VIA)"),
        Column.REGION_ATTRIBUTES: _tr("attributes (VIA)"),
        Column.RESULTS: _tr("results (Label Studio)"),
        Column.BOX_LINE: _tr("whole line (keras-yolo3)"),
    }


def unit_names() -> dict[Unit, str]:
    return {
        Unit.PIXELS: _tr("pixels"),
        Unit.SHARES: _tr("shares of the image, 0 to 1"),
        Unit.PERCENT: _tr("percent of the image"),
    }


def separator_names() -> dict[str, str]:
    return {",": _tr("commas"), ";": _tr("semicolons"), "\t": _tr("tabs"), "|": _tr("bars")}


def order_name(order: Sequence[Column]) -> str:
    if tuple(order) == CENTRE:
        return _tr("x and y of the centre, width, height")
    return next(name for name, columns in ORDERS.items() if columns == tuple(order))


def _tr(text: str) -> str:
    return QCoreApplication.translate("TableWords", text)
