"""What is said about one image file, and what takes such results as they come. Neither Keras nor Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from training.dataset.dataset import Problem
from training.run.answers.prediction import Answer
from training.run.model_card import ModelCard

Kept = Mapping[str, int]  # how far a sink had come: places in files, the next number


@dataclass(frozen=True, slots=True)
class FileResult:
    """What a model says about the file at `path`, rounded as files have it, or why it can't be read.

    `name` is what results call it, with `/`. `width` and `height` are those of the upright image, 0 if it can't be read.
    """

    name: str
    path: Path
    width: int = 0
    height: int = 0
    answer: Answer = field(default_factory=Answer)
    problem: str = ""


class ResultSink:
    """Takes results in the order of the files, in the thread that asks the model; any method may raise OSError.

    Called in this order: `begin`, `take` and `checkpoint` by turns, then one of `finish`, `leave` and `discard`.
    """

    name = ""  # what the journal calls it; a sink without a name has nothing to go on from

    def begin(self, card: ModelCard, kept: Kept | None = None) -> None:
        """`kept` is what an earlier `checkpoint` gave, where a cut-off run goes on: what came after it never was."""

    def take(self, result: FileResult) -> None:
        """Also files that can't be read: those have a `problem`."""
        raise NotImplementedError

    def checkpoint(self) -> Kept:
        """All that was taken is in the hands of the system, and would survive the end of this program."""
        return {}

    def still_there(self, kept: Kept) -> bool:  # noqa: ARG002 -- others look
        """Whether a run can go on from this checkpoint."""
        return True

    def finish(self) -> None:
        """Nothing more comes: the result takes its place."""

    def leave(self) -> None:
        """The run is cut off and may go on some day."""

    def discard(self) -> None:
        """Nothing of it is wanted."""

    @property
    def problems(self) -> Sequence[Problem]:
        """What could not be kept of single results, though they were found."""
        return ()
