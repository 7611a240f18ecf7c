"""What came of many files, and how far asking about them has got."""

from __future__ import annotations

from dataclasses import dataclass, field

from training.dataset.dataset import Problem
from training.run.results.result import FileResult


@dataclass(slots=True)
class Tally:
    """`images` were read, `boxes` found in them; a classifier gave `classified` answers. `resumed` were read earlier.

    `problems` are files that can't be read, `not_kept` results that a sink could not keep.
    """

    images: int = 0
    boxes: int = 0
    classified: int = 0
    resumed: int = 0
    cancelled: bool = False
    problems: list[Problem] = field(default_factory=list)
    not_kept: list[Problem] = field(default_factory=list)

    def add(self, result: FileResult) -> None:
        if result.problem:
            self.problems.append(Problem(result.name, None, result.problem))
            return
        self.images += 1
        self.boxes += len(result.answer.boxes)
        self.classified += len(result.answer.answers)


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` files of `total`, None as long as they are still counted; `seconds_left` is None while nothing is known."""

    done: int
    total: int | None
    seconds_left: float | None
