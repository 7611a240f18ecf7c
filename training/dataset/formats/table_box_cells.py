"""Boxes whose four numbers stand in one cell, and how large the rows say that their images are."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Sequence

import numpy as np

from training.dataset.formats.readings import size
from training.dataset.formats.table_cells import numbers_in_cell, plain_number
from training.dataset.formats.table_layout import Column, TableLayout, Unit
from training.dataset.formats.table_numbers import Numbers

_SIZES = (Column.WIDTH, Column.HEIGHT)
_WHOLE = {Unit.SHARES: 1.0, Unit.PERCENT: 100.0}


def boxes_in_cells(records: Iterable[Sequence[str]], layout: TableLayout) -> tuple[Numbers, Numbers]:
    """N x 4, the four numbers of each box, and N x 2 in pixels: its image's width and height, inf where the row has none."""
    boxes, sizes = array("d"), array("d")
    cells = [at for at, column in enumerate(layout.columns) if column is Column.BOX_XYWH]
    places = [layout.columns.index(column) if column in layout.columns else None for column in _SIZES]
    for record in records:
        stated = [size(record[at]) if at is not None and at < len(record) else 0 for at in places]
        for at in cells:
            texts = numbers_in_cell(record[at]) if at < len(record) else []
            found = [plain_number(text, layout.decimal_comma) for text in texts]
            box = [value for value in found if value is not None and abs(value) < 1e12]
            if len(box) == len(texts) == 4:
                boxes.extend(box)
                sizes.extend(pixels or math.inf for pixels in stated)
    return np.array(boxes, dtype=np.float64).reshape(-1, 4), np.array(sizes, dtype=np.float64).reshape(-1, 2)


def limits_in(unit: Unit, sizes: Numbers) -> Numbers:
    """Where each row's image ends, in the unit of its box."""
    return sizes if unit is Unit.PIXELS else np.full_like(sizes, _WHOLE[unit])
