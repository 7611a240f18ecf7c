"""How far two people agree about the same images, in figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from training.dataset.merging.differences import Comparison
from training.dataset.records import ImageRecord


@dataclass(frozen=True, slots=True)
class Agreement:
    """`confusion` counts the things that both saw by (my class, their class); own classes of images count, too."""

    images: int  # that both have work on
    equal: int  # of them
    boxes: int  # pairs of boxes of the same thing
    mean_iou: float | None  # of these pairs
    confusion: Mapping[tuple[str, str], int]

    @property
    def share(self) -> float | None:
        """Of the images that both worked on, those that are equal."""
        return self.equal / self.images if self.images else None

    @property
    def mix_ups(self) -> list[tuple[str, str, int]]:
        """My class, their class and how often, where they differ; most often first."""
        found = [(mine, theirs, count) for (mine, theirs), count in self.confusion.items() if mine != theirs]
        return sorted(found, key=lambda one: (-one[2], one[0], one[1]))


@dataclass(slots=True)
class AgreementCounter:
    names: Mapping[int, str]
    images: int = 0
    equal: int = 0
    ious: list[float] = field(default_factory=list)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, mine: ImageRecord, theirs: ImageRecord, comparison: Comparison) -> None:
        self.images += 1
        self.equal += not comparison.findings
        for match in comparison.matches:
            self.ious.append(match.iou)
            pair = mine.boxes[match.mine].class_id, theirs.boxes[match.theirs].class_id
            self.confusion[self.names[pair[0]], self.names[pair[1]]] += 1
        if mine.class_id is not None and theirs.class_id is not None:
            self.confusion[self.names[mine.class_id], self.names[theirs.class_id]] += 1

    @property
    def figures(self) -> Agreement:
        mean = sum(self.ious) / len(self.ious) if self.ious else None
        return Agreement(self.images, self.equal, len(self.ious), mean, dict(self.confusion))
