"""Results of files as sinks get them, and pictures with a model that sees one box in each."""

from __future__ import annotations

from pathlib import Path

from tests.helpers.pretended_models import PretendedPredictor, finished_run, write_bright_pictures
from training.run.answers.finding_files import NamedFile
from training.run.answers.prediction import Answer, ClassAnswer, ClassScore, PredictedBox
from training.run.model_card import ModelCard
from training.run.results.result import FileResult, ResultSink
from training.run.settings import ClassEntry

CARD = ModelCard((ClassEntry(3, "cup"), ClassEntry(7, "fork")), 64, ("class", "box", "presence"), "compact", 5)
CUP = PredictedBox(10.5, 20, 40.25, 60.125, "cup", 3, 0.9)
FORK = PredictedBox(0, 0, 8, 9, "fork", 7, 0.25)


def seen(name: str, *boxes: PredictedBox, path: Path | None = None) -> FileResult:
    return FileResult(name, path or Path(name), 96, 72, Answer(boxes))


def classified(name: str, label: str = "fork", class_id: int = 7) -> FileResult:
    return FileResult(name, Path(name), 96, 72, Answer((), (ClassAnswer((ClassScore(label, class_id, 0.75),)),)))


def unreadable(name: str) -> FileResult:
    return FileResult(name, Path(name), problem="The file is empty.")


def fed(sink: ResultSink, *results: FileResult, card: ModelCard = CARD) -> None:
    sink.begin(card)
    for result in results:
        sink.take(result)
    sink.finish()


def bright_files(folder: Path, count: int) -> list[NamedFile]:
    """As many pictures, all of which `seeing` takes for a cup."""
    write_bright_pictures(folder, {f"{number:03}.png": 0.9 for number in range(count)})
    return [(f"{number:03}.png", folder / f"{number:03}.png") for number in range(count)]


def seeing(folder: Path) -> PretendedPredictor:
    """A model of the project in `folder`."""
    PretendedPredictor.may_answer.set()
    return PretendedPredictor(finished_run(folder))


class Noting(ResultSink):
    """Keeps the names; `at` is called with their number."""

    def __init__(self, at=lambda _: None) -> None:
        self.names: list[str] = []
        self.ends: list[str] = []
        self._at = at

    def take(self, result: FileResult) -> None:
        self.names.append(result.name)
        self._at(len(self.names))

    def finish(self) -> None:
        self.ends.append("finish")

    def leave(self) -> None:
        self.ends.append("leave")

    def discard(self) -> None:
        self.ends.append("discard")
