"""The outlines of boxes show on every photo, whatever the colour of their class."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from desktop_app.canvas.colours import shade_under
from tests.helpers.looks.ink import luminance
from training.dataset.class_colours import PALETTE

LEAST = 3.0  # what WCAG 2.1 (1.4.11) asks of graphics


def contrast(first: QColor, second: QColor) -> float:
    darker, lighter = sorted(luminance(np.array([one.getRgb()[:3] for one in (first, second)], np.uint8)))
    return float((lighter + 0.05) / (darker + 0.05))


def laid_over(shade: QColor, photo: QColor) -> QColor:
    share = shade.alphaF()
    parts = zip(shade.getRgb()[:3], photo.getRgb()[:3], strict=True)
    return QColor(*(round(share * above + (1 - share) * below) for above, below in parts))


@pytest.mark.parametrize("colour", PALETTE)
@pytest.mark.parametrize("grey", range(0, 256, 15))
def test_an_outline_or_the_shade_under_it_stands_out(colour, grey):
    line, photo = QColor(colour), QColor(grey, grey, grey)
    shade = laid_over(shade_under(line), photo)
    assert max(contrast(line, photo), contrast(line, shade), contrast(shade, photo)) >= LEAST
