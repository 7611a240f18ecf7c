"""What classes look like on the canvas, and colours that suit a light or a dark window."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QPen

from desktop_app.style import theme
from training.dataset.records import ClassRecord

UNKNOWN = QColor("#9aa0a6")
# One of them lies under coloured lines, so that they show on any photo.
DARK_SHADE, LIGHT_SHADE = QColor(0, 0, 0, 170), QColor(255, 255, 255, 190)
DARK_INK, LIGHT_INK = QColor("#14161a"), QColor("#ffffff")
DARK_CHIP = QColor(22, 24, 29, 215)
REVIEWED = QColor("#23814a")

OUTLINE, STRONGER = 2.0, 1.0  # screen pixels
SHADE_MARGIN = 2.0
SELECTED_TINT, HOVERED_TINT = 34, 18  # of 255: what is in the box must stay easy to see


def cosmetic_pen(
    colour: QColor, width: float, device_pixel_ratio: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine
) -> QPen:
    """A pen that is equally wide at every zoom and on every screen; Qt counts such widths in the screen's own pixels."""
    pen = QPen(colour, width * device_pixel_ratio, style)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen


def faint(colour: QColor, alpha: int) -> QBrush:
    tint = QColor(colour)
    tint.setAlpha(alpha)
    return QBrush(tint)


@dataclass(frozen=True)
class ClassLook:
    """The name and the ready-made pens of a class: a thousand boxes share a few of them."""

    name: str
    colour: QColor
    device_pixel_ratio: float
    outline: float = OUTLINE
    pen: QPen = field(init=False)
    strong_pen: QPen = field(init=False)
    shade_pen: QPen = field(init=False)
    strong_shade_pen: QPen = field(init=False)
    selected_tint: QBrush = field(init=False)
    hovered_tint: QBrush = field(init=False)

    def __post_init__(self) -> None:
        shade, ratio = shade_under(self.colour), self.device_pixel_ratio
        normal, strong = self.outline, self.outline + STRONGER
        made = {
            "pen": cosmetic_pen(self.colour, normal, ratio),
            "strong_pen": cosmetic_pen(self.colour, strong, ratio),
            "shade_pen": cosmetic_pen(shade, normal + SHADE_MARGIN, ratio),
            "strong_shade_pen": cosmetic_pen(shade, strong + SHADE_MARGIN, ratio),
            "selected_tint": faint(self.colour, SELECTED_TINT),
            "hovered_tint": faint(self.colour, HOVERED_TINT),
        }
        for name, value in made.items():
            object.__setattr__(self, name, value)


class ClassLooks:
    """The looks of the project's classes by id."""

    def __init__(
        self, classes: Iterable[ClassRecord] = (), device_pixel_ratio: float = 1.0, outline: float = OUTLINE
    ) -> None:
        self._looks = {
            record.id: ClassLook(record.name, class_colour(record), device_pixel_ratio, outline) for record in classes
        }
        self._unknown = ClassLook("?", UNKNOWN, device_pixel_ratio, outline)

    def __contains__(self, class_id: int | None) -> bool:
        return class_id in self._looks

    def of(self, class_id: int | None) -> ClassLook:
        return self._looks.get(class_id, self._unknown) if class_id is not None else self._unknown


def class_colour(record: ClassRecord) -> QColor:
    colour = QColor.fromString(record.colour)
    return colour if colour.isValid() else UNKNOWN


def ink_on(background: QColor) -> QColor:
    """Black or white, whichever has the higher contrast (relative luminance of WCAG 2)."""
    return DARK_INK if _luminance(background) > 0.179 else LIGHT_INK


def shade_under(colour: QColor) -> QColor:
    """What a line of this colour stands out from."""
    return LIGHT_SHADE if ink_on(colour) == LIGHT_INK else DARK_SHADE


def _luminance(colour: QColor) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def surround() -> QColor:
    """What lies around a photo."""
    return QColor(theme().backdrop)
