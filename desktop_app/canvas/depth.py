"""What lies over what on the canvas."""

from __future__ import annotations

from enum import IntEnum


class Depth(IntEnum):
    PICTURE = 0
    BOX = 10
    HOVERED_BOX = 11
    SELECTED_BOX = 12
    PREDICTION = 15
    CHOSEN_PREDICTION = 16
    BOX_CHIP = 20
    HOVERED_CHIP = 21
    SELECTED_CHIP = 22
    PREDICTION_CHIP = 30
    CHOSEN_PREDICTION_CHIP = 31
    HANDLE = 40
    GUIDE = 50
    DRAWING = 51
    DRAWING_CHIP = 52
