"""The thread in which a model is asked about file after file."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from desktop_app.predict.files.answer_columns import Whole
from desktop_app.predict.files.file_list import FileList
from desktop_app.predict.loaded_model import LoadedModel
from training.run.answers.predict_files import results_of
from training.run.answers.prediction import LEAST_SCORE
from training.run.failure import ModelFileError
from training.run.results.result import FileResult

MOST_AT_ONCE = 256  # answers that are handed over: the window must not wait for taking them
EVERY_S = 0.1


NumberedResult = tuple[int, FileResult]


class AskingThread(QThread):
    """Lives for one go: from a start to its end, a failure or `cancel`. What it says afterwards is to be dropped."""

    answered = Signal(object, object)  # this thread, and the NumberedResults that came since the last time
    failed = Signal(object, str)  # this thread, a sentence
    _broken = Signal(object)

    def __init__(self, model: LoadedModel, files: FileList, numbers: Whole, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._files = files
        self._numbers = numbers
        self._cancelled = threading.Event()
        self._broken.connect(self._on_broken)

    @property
    def is_cancelled(self) -> bool:
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """It ends after the files that it is reading."""
        self._cancelled.set()

    def run(self) -> None:
        try:
            self._ask()
        except (ModelFileError, OSError) as error:
            if not self.is_cancelled:
                self.failed.emit(self, str(error))
        except Exception as error:  # noqa: BLE001 -- carried to the GUI thread, where bugs are shown and logged
            self._broken.emit(error)

    def _ask(self) -> None:
        """Answers are collected for a moment, so that the window takes many at once."""
        waiting: list[NumberedResult] = []
        last = time.monotonic()
        try:
            with closing(results_of(self._model.predictor, self._named(), LEAST_SCORE)) as results:
                for result in results:
                    waiting.append((int(result.name), result))
                    if len(waiting) >= MOST_AT_ONCE or time.monotonic() - last >= EVERY_S:
                        self.answered.emit(self, waiting)
                        waiting, last = [], time.monotonic()
                    if self.is_cancelled:
                        return
        finally:
            if waiting:
                self.answered.emit(self, waiting)

    def _named(self) -> Iterator[tuple[str, Path]]:
        """A number is enough of a name to know a file by."""
        for number in map(int, self._numbers):
            if self.is_cancelled:
                return
            yield str(number), self._files.path(number)

    def _on_broken(self, error: Exception) -> None:
        raise error
