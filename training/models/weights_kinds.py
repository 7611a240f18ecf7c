"""What a network may start from, by name, and how it is said that it can't."""

from __future__ import annotations

RANDOM = "random"
IMAGENET = "imagenet"
BACKBONE = "backbone"  # the name of that layer in every localizer


class WeightsUnavailable(Exception):  # noqa: N818 -- it says what is the case, as a sentence
    """The weights asked for can't be had or don't fit; the message says which file to put where or what is wrong.

    `facts` say it for a program: `problem` (download, damaged_download, unfit, too_small, or nothing) and what it is about.
    """

    def __init__(self, text: str, **facts: str) -> None:
        super().__init__(text)
        self.facts = facts
