"""What a bubble says: a value that a step makes anew whenever it has something else to say."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from desktop_app.tour.placing import Side


@dataclass(frozen=True, slots=True)
class Said:
    """`about` are the controls in question: it stands beside the first one that is visible, in that one's window.

    `next_text` is on the button that goes on, where there is nothing to be done but to look; else there is no such button.
    """

    title: str
    text: str
    about: tuple[QWidget, ...]
    sides: tuple[Side, ...] = (Side.BELOW, Side.RIGHT, Side.LEFT, Side.ABOVE)
    next_text: str = ""
    skip_text: str = ""  # instead of Skip
