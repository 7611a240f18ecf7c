"""What the numbers of a whole table say: which order and unit makes its rows boxes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.dataset.formats.table_layout import Column, Unit

ORDERS: dict[str, tuple[Column, ...]] = {
    "xmin, ymin, xmax, ymax": (Column.XMIN, Column.YMIN, Column.XMAX, Column.YMAX),
    "xmin, xmax, ymin, ymax": (Column.XMIN, Column.XMAX, Column.YMIN, Column.YMAX),
    "x, y, width, height": (Column.XMIN, Column.YMIN, Column.BOX_WIDTH, Column.BOX_HEIGHT),
}
CELL_ORDERS: dict[str, Column] = {
    "xmin, ymin, xmax, ymax": Column.BOX_XYXY,
    "x, y, width, height": Column.BOX_XYWH,
}
_FEW_ROWS = 5  # so few may fit an order by chance
_NEARLY_ALL = 0.97
_ROUNDING = 1.001
_BEHIND_IMAGE = 1.01  # a pixel too far on a small image says nothing

WHICH_UNIT = "are the numbers pixels or percent? All are between 0 and 100, and most have decimals"

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OrderFound:
    order: str
    reasons: tuple[str, ...]
    questions: tuple[str, ...] = ()


def find_order(rows: Numbers) -> OrderFound:
    """Of four columns without names, `rows` being N x 4. Each order is tried on all rows."""
    fits = {order: float(_fit(rows, order).mean()) for order in ORDERS}
    total = len(rows)
    reasons = (f"rows that would be boxes: {_told(fits, total)}",)
    good = [order for order in list(ORDERS)[:2] if fits[order] >= _NEARLY_ALL]
    if len(good) == 2:
        question = f"are the numbers {good[0]} or {good[1]}? All rows fit both"
        return OrderFound(good[0], reasons, (question,))
    if good and total < _FEW_ROWS:
        question = f"are the numbers {good[0]}? They fit, but so few rows ({total}) may do so by chance"
        return OrderFound(good[0], reasons, (question,))
    if good:
        return OrderFound(good[0], reasons)
    third = list(ORDERS)[2]
    if fits[third] >= _NEARLY_ALL and total >= _FEW_ROWS:
        return OrderFound(third, reasons)
    best = max(fits, key=lambda order: fits[order])
    return OrderFound(best, reasons, ("which order are the numbers in? No order fits all rows",))


def find_cell_order(rows: Numbers, limits: Numbers, usual: str = "") -> OrderFound:
    """Of four numbers in one cell. `limits` are N x 2: width and height of each row's image, inf where not known.

    `usual` is the title of a table that is known to have x, y, width, height, which only the rows can gainsay.
    """
    total = len(rows)
    fits = {order: float((_fit(rows, order) & is_inside(rows, order, limits)).mean()) for order in CELL_ORDERS}
    inside = " inside their image" if bool(np.isfinite(limits).all()) else ""
    reasons = (f"rows with four numbers in a cell that would be boxes{inside}: {_told(fits, total)}",)
    edges, sizes = CELL_ORDERS
    if usual and fits[sizes] >= fits[edges]:
        return OrderFound(sizes, (*reasons, f"{usual} has {sizes}"))
    good = [order for order, share in fits.items() if share >= _NEARLY_ALL]
    if len(good) == 2:
        question = f"are the numbers in one cell {edges} or {sizes}? All rows fit both"
        return OrderFound(edges, reasons, (question,))
    if good == [edges] and total < _FEW_ROWS:
        question = f"are the numbers in one cell {edges}? They fit, but so few rows ({total}) may do so by chance"
        return OrderFound(edges, reasons, (question,))
    if good:
        return OrderFound(good[0], reasons)
    question = f"are the numbers in one cell {edges} or {sizes}? Neither fits all rows"
    return OrderFound(max(fits, key=lambda order: fits[order]), reasons, (question,))


def _told(fits: dict[str, float], total: int) -> str:
    return ", ".join(f"{round(share * total)} of {total} as {order}" for order, share in fits.items())


def is_inside(rows: Numbers, order: str, limits: Numbers) -> npt.NDArray[np.bool_]:
    """Which of the N boxes end within `limits`, N x 2."""
    if order == "x, y, width, height":
        far = rows[:, :2] + rows[:, 2:]
    else:
        far = rows[:, 2:] if order == "xmin, ymin, xmax, ymax" else rows[:, 1::2]
    return np.asarray((far <= limits * _BEHIND_IMAGE).all(axis=1))


def share_that_fits(rows: Numbers, order: str) -> float:
    return float(_fit(rows, order).mean()) if len(rows) else 1.0


def _fit(rows: Numbers, order: str) -> npt.NDArray[np.bool_]:
    first, second, third, fourth = rows.T
    if order == "xmin, ymin, xmax, ymax":
        return np.asarray((third > first) & (fourth > second))
    if order == "xmin, xmax, ymin, ymax":
        return np.asarray((second > first) & (fourth > third))
    return np.asarray((third > 0) & (fourth > 0))


def find_unit(numbers: Numbers, *, may_be_percent: bool) -> tuple[Unit, str, str]:
    """With what it rests on, and a question where it can't be known. No program whose tables are known writes percent."""
    largest = float(numbers.max()) if numbers.size else 0.0
    if largest <= _ROUNDING and not bool((numbers == numbers.round()).all()):
        return Unit.SHARES, f"no number is larger than {largest:g}: shares of the image", ""
    has_fractions = bool((numbers != numbers.round()).mean() > 0.5) if numbers.size else False
    if may_be_percent and largest <= 100 * _ROUNDING and has_fractions:
        return Unit.PERCENT, f"no number is larger than {largest:g}, and most have decimals", WHICH_UNIT
    return Unit.PIXELS, f"numbers go up to {largest:g}: pixels", ""


def first_pixel_in_words(lows: Numbers) -> str:
    """What the smallest edges say about where counting begins; it changes nothing."""
    if not lows.size or bool((lows != lows.round()).any()) or float(lows.min()) != 1:
        return ""
    return f"no edge is 0, and {int((lows == 1).sum())} are 1: pixels may be counted from 1; they are taken as they are"
