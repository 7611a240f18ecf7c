"""What the page shows is written to files: as CSV, as COCO results, as pictures with their boxes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_app.background import Progress
from desktop_app.predict.files import file_words
from desktop_app.predict.files.answer_columns import AnswerColumns, State
from desktop_app.predict.files.file_list import FileList
from training.dataset.dataset import Problem
from training.run.failure import RunFailed
from training.run.model_card import ModelCard
from training.run.results.coco_sink import CocoSink
from training.run.results.result import FileResult, ResultSink

EXPECTED = (RunFailed, OSError)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was said until now: answers that come while it is written change nothing."""

    files: FileList  # only grows: the numbers of the columns end before what is new
    columns: AnswerColumns
    min_score: float

    @property
    def count(self) -> int:
        return len(self.columns.states)

    def results(self) -> Iterator[FileResult]:
        """Of each file that was answered or can't be read, in the order of the list."""
        for number in range(self.count):
            state = self.columns.state_of(number)
            if state is not State.WAITING:
                yield self.result(number)

    def result(self, number: int) -> FileResult:
        width, height = self.columns.size_of(number)
        return FileResult(
            self.files.name(number),
            self.files.path(number),
            width,
            height,
            self.columns.answer_of(number, self.min_score),
            self.columns.problems.get(number, ""),
        )


@dataclass(frozen=True, slots=True)
class Saved:
    """`place` is what was written, `beside` what belongs to it, `not_kept` what could not be written."""

    place: Path
    files: int
    not_kept: Sequence[Problem]
    beside: Path | None = None


def save_results(snapshot: Snapshot, card: ModelCard, sink: ResultSink, place: Path, progress: Progress) -> Saved:
    """In a thread. A result that is cut off leaves nothing behind. Raises RunFailed, OSError."""
    count = 0
    try:
        sink.begin(card)
        for result in snapshot.results():
            progress(count, snapshot.count)
            sink.take(result)
            count += not result.problem
        sink.finish()
    except BaseException:
        sink.discard()
        raise
    return Saved(place, count, sink.problems, sink.images_path if isinstance(sink, CocoSink) else None)


def copied_text(snapshot: Snapshot, numbers: Sequence[int], progress: Progress) -> Sequence[str]:
    """Lines of a table for the clipboard, one a box. In a thread."""
    lines: list[str] = []
    for done, number in enumerate(numbers):
        progress(done, len(numbers))
        result = snapshot.result(number)
        lines += file_words.copied_rows(result.name, result.answer, result.problem)
    return lines
