"""A finished model that answers in the window, in a thread, picture by picture: by LiteRT, else by Keras elsewhere."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.latest_only import LatestOnlyThread
from training.dataset.box import Rectangle
from training.run.answers.prediction import Answer
from training.run.run_folder import RunFolder

if TYPE_CHECKING:
    from training.run.answers.predictor import Predictor


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
    note: str = ""  # why it is not LiteRT that answers


class FinishedModel(QObject):
    """Answers about one image at a time; an answer that somebody no longer waits for is dropped."""

    answered = Signal(str)  # the image
    gone = Signal(object)  # itself, after `let_go`
    failed = Signal(str)  # a sentence: this run has no model that can answer
    noted = Signal(str)  # a sentence, once: its answers take longer, and why

    def __init__(self, run: RunFolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._answers: dict[str, Answer] = {}
        self._is_gone = False
        self._note = ""
        self._answerer = _Answerer(run)
        self._thread = LatestOnlyThread(self._answerer, self)
        self._thread.answered.connect(self._on_answered)

    def ask(self, image: str, path: Path, boxes: tuple[Rectangle, ...] = ()) -> None:
        """`boxes` are the drawn ones: a classifier is asked about them."""
        self._thread.ask(_Question(image, path, boxes))

    def has_answer_for(self, image: str) -> bool:
        return image in self._answers

    def answer_for(self, image: str) -> Answer:
        return self._answers.get(image, Answer())

    def shut_down(self) -> None:
        self._answerer.close()
        self._thread.shut_down()

    def let_go(self) -> None:
        """It goes when it has finished what it is doing; nobody waits for a model that loads."""
        self._thread.finished.connect(self._on_finished)
        self._thread.let_go()
        self._answerer.close()
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
        if answer.note != self._note:
            self._note = answer.note
            self.noted.emit(answer.note)
        if answer.problem:
            self.failed.emit(answer.problem)
        elif answer.said is not None:
            self._answers[answer.image] = answer.said
            self.answered.emit(answer.image)


class _Answerer:
    """Lives in the thread: loads the model with the first question. `close` may come from any thread."""

    def __init__(self, run: RunFolder) -> None:
        self._run = run
        self._predictor: Predictor | None = None
        self._changing = threading.Lock()
        self._is_closed = False

    def __call__(self, question: _Question) -> _Answer:
        from training.dataset.image_files import ImageProblem, read_upright
        from training.run.answers.prediction import LEAST_SCORE
        from training.run.model_card import ModelFileError

        note = ""
        try:
            predictor = self._opened()
            note = predictor.note
            seen = predictor.answer(read_upright(question.path), question.boxes, LEAST_SCORE)
            return _Answer(question.image, seen.rounded(), note=note)
        except ModelFileError as error:
            return _Answer(question.image, None, str(error), note)
        except ImageProblem:
            return _Answer(question.image, None, note=note)

    def close(self) -> None:
        with self._changing:
            self._is_closed = True
            if self._predictor is not None:
                self._predictor.close()

    def _opened(self) -> Predictor:
        from training.run.answers.open_quick import open_quick

        if self._predictor is not None:
            return self._predictor
        opened = open_quick(self._run)  # while it loads, `close` does not wait
        with self._changing:
            self._predictor = opened
            if self._is_closed:
                opened.close()
        return opened
