"""What the numbers of a whole table say: which order and unit makes its rows boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.dataset.formats.table_layout import Column, Unit

ORDERS: dict[str, tuple[Column, ...]] = {
    "xmin, ymin, xmax, ymax": (Column.XMIN, Column.YMIN, Column.XMAX, Column.YMAX),
    "xmin, xmax, ymin, ymax": (Column.XMIN, Column.XMAX, Column.YMIN, Column.YMAX),
    "x, y, width, height": (Column.XMIN, Column.YMIN, Column.BOX_WIDTH, Column.BOX_HEIGHT),
}
_FEW_ROWS = 5  # so few may fit an order by chance
_NEARLY_ALL = 0.97
_ROUNDING = 1.001

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
    told = ", ".join(f"{round(share * total)} of {total} as {order}" for order, share in fits.items())
    reasons = (f"rows that would be boxes: {told}",)
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


def share_that_fits(rows: Numbers, order: str) -> float:
    return float(_fit(rows, order).mean()) if len(rows) else 1.0


def _fit(rows: Numbers, order: str) -> npt.NDArray[np.bool_]:
    first, second, third, fourth = rows.T
    if order == "xmin, ymin, xmax, ymax":
        return np.asarray((third > first) & (fourth > second))
    if order == "xmin, xmax, ymin, ymax":
        return np.asarray((second > first) & (fourth > third))
    return np.asarray((third > 0) & (fourth > 0))


def find_unit(numbers: Numbers) -> tuple[Unit, str, str]:
    """With what it rests on, and a question where it can't be known."""
    largest = float(numbers.max()) if numbers.size else 0.0
    if largest <= _ROUNDING and not bool((numbers == numbers.round()).all()):
        return Unit.SHARES, f"no number is larger than {largest:g}: shares of the image", ""
    has_fractions = bool((numbers != numbers.round()).mean() > 0.5) if numbers.size else False
    if largest <= 100 * _ROUNDING and has_fractions:
        question = "are the numbers pixels or percent? All are between 0 and 100, and most have decimals"
        return Unit.PERCENT, f"no number is larger than {largest:g}, and most have decimals", question
    return Unit.PIXELS, f"numbers go up to {largest:g}: pixels", ""


def first_pixel_in_words(lows: Numbers) -> str:
    """What the smallest edges say about where counting begins; it changes nothing."""
    if not lows.size or bool((lows != lows.round()).any()) or float(lows.min()) != 1:
        return ""
    return f"no edge is 0, and {int((lows == 1).sum())} are 1: pixels may be counted from 1; they are taken as they are"


def as_numbers(rows: Sequence[Sequence[float]]) -> Numbers:
    return np.asarray(rows, dtype=np.float64).reshape(len(rows), -1)
