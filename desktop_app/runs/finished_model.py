"""A finished model that answers in the window: by LiteRT, in a thread, picture by picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.latest_only import LatestOnlyThread
from training.dataset.box import Rectangle
from training.run.answers.prediction import Answer
from training.run.run_folder import RunFolder

if TYPE_CHECKING:
    from training.run.answers.litert_predictor import LiteRTPredictor


@dataclass(frozen=True, slots=True)
class _Question:
    image: str
    path: Path
    boxes: tuple[Rectangle, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    image: str
    said: Answer | None  # None: the picture can't be read, or there is no model
    problem: str = ""


class FinishedModel(QObject):
    """Answers about one image at a time; an answer that somebody no longer waits for is dropped."""

    answered = Signal(str)  # the image
    gone = Signal(object)  # itself, after `let_go`
    failed = Signal(str)  # a sentence: this run has no model that can answer

    def __init__(self, run: RunFolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._answers: dict[str, Answer] = {}
        self._is_gone = False
        self._thread = LatestOnlyThread(_Answerer(run), self)
        self._thread.answered.connect(self._on_answered)

    def ask(self, image: str, path: Path, boxes: tuple[Rectangle, ...] = ()) -> None:
        """`boxes` are the drawn ones: a classifier is asked about them."""
        self._thread.ask(_Question(image, path, boxes))

    def has_answer_for(self, image: str) -> bool:
        return image in self._answers

    def answer_for(self, image: str) -> Answer:
        return self._answers.get(image, Answer())

    def shut_down(self) -> None:
        self._thread.shut_down()

    def let_go(self) -> None:
        """It goes when it has finished what it is doing; nobody waits for a model that loads."""
        self._thread.finished.connect(self._on_finished)
        self._thread.let_go()
        if not self._thread.isRunning():
            self._on_finished()

    def _on_finished(self) -> None:
        """The thread's own word may come after somebody saw that it had ended."""
        if self._is_gone:
            return
        self._is_gone = True
        self.gone.emit(self)
        self.deleteLater()

    def _on_answered(self, number: int, answer: _Answer) -> None:
        if number != self._thread.newest:
            return
        if answer.problem:
            self.failed.emit(answer.problem)
        elif answer.said is not None:
            self._answers[answer.image] = answer.said
            self.answered.emit(answer.image)


class _Answerer:
    """Lives in the thread: loads the model with the first question."""

    def __init__(self, run: RunFolder) -> None:
        self._run = run
        self._predictor: LiteRTPredictor | None = None

    def __call__(self, question: _Question) -> _Answer:
        from training.dataset.image_files import ImageProblem, read_upright
        from training.run.answers.litert_predictor import LiteRTPredictor
        from training.run.answers.prediction import LEAST_SCORE
        from training.run.model_card import ModelFileError

        try:
            if self._predictor is None:
                self._predictor = LiteRTPredictor(self._run)
            seen = self._predictor.answer(read_upright(question.path), question.boxes, LEAST_SCORE)
            return _Answer(question.image, seen.rounded())
        except ModelFileError as error:
            return _Answer(question.image, None, str(error))
        except ImageProblem:
            return _Answer(question.image, None)
