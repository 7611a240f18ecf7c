"""Which images of a project the list shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from training.dataset.records import ImageState


class Mark(StrEnum):
    """What the list shows beside an image: its state, or that it can't be read."""

    UNLABELLED = ImageState.UNLABELLED.value
    LABELLED = ImageState.LABELLED.value
    REVIEWED = ImageState.REVIEWED.value
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class ImageFilter:
    """Words that must all stand in the name, and marks of which one must hold; no marks means any."""

    text: str = ""
    marks: frozenset[Mark] = frozenset()

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(self.text.casefold().split())

    @property
    def is_everything(self) -> bool:
        return not self.words and not self.marks

    def accepts(self, folded_name: str, mark: Mark) -> bool:
        return bool(self.matching([folded_name], [mark]))

    def matching(self, folded_names: Sequence[str], marks: Sequence[Mark]) -> list[int]:
        """Positions of the images that the filter accepts; written for 100,000 of them."""
        words, wanted = self.words, self.marks
        return [
            position
            for position, (name, mark) in enumerate(zip(folded_names, marks, strict=True))
            if (not wanted or mark in wanted) and all(word in name for word in words)
        ]
