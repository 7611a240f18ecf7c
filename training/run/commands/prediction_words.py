"""What `boxwright predict` says on the terminal and as JSON about what a model saw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from training.dataset.dataset import Problem
from training.run.answers.prediction import Answer, ClassAnswer, ClassScore
from training.run.percent import score_percent
from training.run.results import tally as results
from training.run.results.result import FileResult, ResultSink

MOST_LINES = 50  # of a classifier's answers on the terminal; the file has them all


@dataclass(slots=True)
class Tally:
    """What came of the images so far. A classifier's `answers` are kept as far as they are shown, or all of them."""

    keeps_all: bool = False
    images: int = 0
    boxes: int = 0
    classified: int = 0
    answers: list[tuple[str, ClassAnswer]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, name: str, answer: Answer) -> None:
        self.images += 1
        self.boxes += len(answer.boxes)
        self.classified += len(answer.answers)
        if self.keeps_all or len(self.answers) < MOST_LINES:
            self.answers.extend((name, one) for one in answer.rounded().answers)

    def summary(self, is_classifier: bool) -> str:
        found = f"Found {self.boxes} objects"
        if is_classifier:
            whole = self.classified - self.boxes
            parts = [f"{self.boxes} boxes"] if self.boxes else []
            found = "Classified " + " and ".join([*parts, *([f"{whole} whole images"] if whole or not parts else [])])
        return f"{found} in {self.images} images, skipped {len(self.problems)}"

    def lines(self) -> Iterator[str]:
        """The best three classes of each box or image."""
        for name, answer in self.answers[:MOST_LINES]:
            box = "" if answer.box is None else " [" + " ".join(f"{edge:g}" for edge in answer.box.corners) + "]"
            yield f"{name}{box}: {', '.join(map(_worded, answer.top))}"
        if self.classified > MOST_LINES:
            yield f"… and {self.classified - MOST_LINES} more"

    def to_plain(self, is_classifier: bool) -> dict[str, Any]:
        skipped = [{"file": problem.file, "reason": problem.reason} for problem in self.problems]
        answers = {"answers": [_plain(name, one) for name, one in self.answers]} if is_classifier else {}
        return {"images": self.images, "boxes": self.boxes, "skipped": skipped, **answers}


class TallySink(ResultSink):
    """Keeps the answers that are shown, or all of them."""

    def __init__(self, *, keeps_all: bool) -> None:
        self._tally = Tally(keeps_all=keeps_all)

    def take(self, result: FileResult) -> None:
        if not result.problem:
            self._tally.add(result.name, result.answer)

    def told(self, tally: results.Tally) -> Tally:
        """With all that was counted, also before this run went on; the answers are those since then."""
        told = self._tally
        told.images, told.boxes, told.classified = tally.images, tally.boxes, tally.classified
        told.problems = tally.problems
        return told


def _worded(one: ClassScore) -> str:
    return f"{one.label} {score_percent(one.score)} %"


def _plain(name: str, answer: ClassAnswer) -> dict[str, Any]:
    """`box` is null for the whole image."""
    top = [{"class": one.label, "score": one.score} for one in answer.top]
    return {"filename": name, "box": None if answer.box is None else list(answer.box.corners), "top": top}
