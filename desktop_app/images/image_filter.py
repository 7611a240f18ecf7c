"""Which images of a project the list shows."""

from __future__ import annotations

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
        return all(word in folded_name for word in self.words) and (not self.marks or mark in self.marks)
