"""Colours that tell classes apart on a photo, for people who see all colours and for those who do not."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Collection

# The set of nine, of some 200 bright colours, whose closest pair is furthest apart in Oklab when seen normally and
# through simulated protanopia, deuteranopia and tritanopia (Machado et al. 2009); each is far from those before it.
PALETTE: tuple[str, ...] = (
    "#ff5500",
    "#5500d5",
    "#80ffff",
    "#802b55",
    "#80aaff",
    "#ffff00",
    "#aa55ff",
    "#ffaaaa",
    "#0080aa",
)
_COLOUR = re.compile("#[0-9a-f]{6}")
_FURTHER_HUES = 24
_FURTHER_TONES = ((1.0, 1.0), (0.55, 1.0), (1.0, 0.6), (0.6, 0.75))


def colour_for(index: int, taken: Collection[str] = ()) -> str:
    """A "#rrggbb" for the class at `index` (from 0) that is none of `taken`, as far from them as can be."""
    preferred = PALETTE[index : index + 1] + PALETTE
    free = next((colour for colour in preferred if colour not in taken), None)
    others = [colour for colour in taken if _COLOUR.fullmatch(colour)]
    return free or max(_further_colours(), key=lambda colour: min(_distance(colour, other) for other in others))


def _further_colours() -> list[str]:
    return [
        _hex(colorsys.hsv_to_rgb(hue / _FURTHER_HUES, saturation, value))
        for saturation, value in _FURTHER_TONES
        for hue in range(_FURTHER_HUES)
    ]


def _hex(rgb: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in rgb)


def _distance(first: str, second: str) -> float:
    """Squared, with green counting most, as the eye does."""
    parts = zip((2, 4, 3), _rgb(first), _rgb(second), strict=True)
    return sum(weight * (a - b) ** 2 for weight, a, b in parts)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
