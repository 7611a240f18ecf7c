"""What goes on with the files of the page: they are found, asked about, left waiting, and gone on with."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, Signal

from desktop_app.background import Job
from desktop_app.predict.files.answer_columns import AnswerColumns, Whole
from desktop_app.predict.files.asking_thread import AskingThread, NumberedResult
from desktop_app.predict.files.file_list import FileList
from desktop_app.predict.files.finding import Found, find_files
from desktop_app.predict.loaded_model import LoadedModel

RATE_SECONDS = 15.0  # how long back one looks for how fast it goes


class Questions(QObject):
    """Files are asked about as soon as there are files and a model; `cancel` leaves the rest waiting, `resume` goes on."""

    files_changed = Signal()  # there are more, or none any more
    answers_changed = Signal(object)  # numbers of the files that were answered; none: all wait again
    state_changed = Signal()  # looking for files, asking, cancelled, done
    failed = Signal(str)  # a sentence: the model can't be asked any more
    said = Signal(str)  # a sentence about what was found

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.files = FileList()
        self.columns = AnswerColumns()
        self.ranks: Whole = np.zeros(0, np.int64)
        self.is_cancelled = False
        self._model: LoadedModel | None = None
        self.models: dict[int, LoadedModel] = {}  # by the round of the columns in which they answer
        self._thread: AskingThread | None = None
        self._ending: set[AskingThread] = set()
        self._finding: Job | None = None
        self._to_find: list[Path] = []
        self._waiting = 0
        self._pace = Pace()

    # --- how it stands

    @property
    def is_looking(self) -> bool:
        """For the files of a folder."""
        return self._finding is not None

    @property
    def is_asking(self) -> bool:
        return self._thread is not None

    @property
    def can_resume(self) -> bool:
        return self._model is not None and not self.is_asking and self._waiting > 0

    @property
    def total(self) -> int:
        return len(self.files)

    @property
    def done(self) -> int:
        """Answered, or found to be unreadable."""
        return self.total - self._waiting

    @property
    def per_second(self) -> float:
        """Files; NaN before anybody can know."""
        return self._pace.per_second

    @property
    def seconds_left(self) -> float:
        return self._waiting / self.per_second if self.per_second > 0 else math.nan

    # --- files

    def add(self, paths: Sequence[Path]) -> None:
        """Picture files and folders; looking for them and asking about them begins at once."""
        self._to_find += paths
        self._find_next()

    def clear(self) -> None:
        """The files are forgotten; on disk they stay."""
        self._drop_finding()
        self._drop_thread()
        self.files, self.columns = FileList(), AnswerColumns()
        self.models = {} if self._model is None else {self.columns.round: self._model}
        self.ranks = np.zeros(0, np.int64)
        self._waiting, self.is_cancelled = 0, False
        self.files_changed.emit()
        self.state_changed.emit()

    def _find_next(self) -> None:
        if self._finding is not None or not self._to_find:
            return
        paths, self._to_find = self._to_find, []
        files = self.files
        job = self._finding = Job(lambda progress: find_files(paths, files, progress))
        job.done.connect(self._on_found)
        job.failed.connect(self._on_not_found)
        job.start()
        self.state_changed.emit()

    def _on_found(self, found: Found) -> None:
        if self.sender() is not self._finding:
            return
        self._finding = None
        for root, names in found.files:
            self.files.add(root, names)
        self.ranks = found.ranks
        self.columns.set_file_count(len(self.files))
        self._waiting += found.count
        if not found.count:
            self.said.emit(_nothing_found(found))
        else:
            self.files_changed.emit()
            self._start()
        self._find_next()
        self.state_changed.emit()

    def _on_not_found(self) -> None:
        self._finding = None
        self.state_changed.emit()

    # --- asking

    def set_model(self, model: LoadedModel | None) -> None:
        """What the former one said is forgotten, or stays until it is asked, where it is the same run's and newer."""
        if model is self._model:
            return
        is_newer = self._model is not None and model is not None and model.is_like(self._model)
        self._model = model
        self._drop_thread()
        if is_newer:
            self.columns.begin_round()
        else:
            self.columns.forget_answers()
            self.models.clear()
        if model is not None:
            self.models[self.columns.round] = model
        self._waiting, self.is_cancelled = self.total, False
        self.answers_changed.emit([])
        self._start()
        self.state_changed.emit()

    def cancel(self) -> None:
        self._drop_finding()
        if self._thread is not None:
            self.is_cancelled = True
            self._thread.cancel()
        self.state_changed.emit()

    def resume(self) -> None:
        """Those that wait are asked about."""
        if self._thread is not None and self._thread.is_cancelled:
            self._drop_thread()
        self._start()
        self.state_changed.emit()

    def stop(self) -> None:
        """As `cancel`; what comes from now on is dropped. What was answered stays, and `resume` goes on."""
        self._drop_finding()
        self.is_cancelled = self.is_cancelled or self.is_asking
        self._drop_thread()
        self.state_changed.emit()

    def shut_down(self) -> None:
        """As `stop`, and no thread is left."""
        self.stop()
        for thread in list(self._ending):
            self._forget(thread)

    def _start(self) -> None:
        if self._model is None or self._thread is not None or not self._waiting:
            return
        self.is_cancelled = False
        self._pace = Pace()
        thread = self._thread = AskingThread(self._model, self.files, self.columns.waiting(), self)
        thread.answered.connect(self._on_answered)
        thread.failed.connect(self._on_failed)
        thread.finished.connect(self._on_finished)
        thread.start()

    def _on_answered(self, thread: AskingThread, results: Sequence[NumberedResult]) -> None:
        if thread is not self._thread:
            return
        for number, result in results:
            if result.problem:
                self.columns.put_problem(number, result.problem)
            else:
                self.columns.put(number, result.answer, result.width, result.height)
        self._waiting -= len(results)
        self._pace.came(len(results))
        self.answers_changed.emit([number for number, _ in results])

    def _on_failed(self, thread: AskingThread, sentence: str) -> None:
        if thread is self._thread:
            self.is_cancelled = True
            thread.cancel()
            self.failed.emit(sentence)

    def _on_finished(self) -> None:
        thread = self.sender()
        if isinstance(thread, AskingThread):
            is_present = thread is self._thread
            self._forget(thread)
            if is_present:
                self._thread = None
                if not self.is_cancelled:
                    self._start()  # files that came meanwhile
                self.state_changed.emit()

    def _drop_thread(self) -> None:
        """It ends by itself; what it still says is dropped."""
        if self._thread is not None:
            self._thread.cancel()
            self._ending.add(self._thread)
            self._thread = None

    def _forget(self, thread: AskingThread) -> None:
        thread.wait()
        self._ending.discard(thread)
        thread.deleteLater()

    def _drop_finding(self) -> None:
        self._to_find = []
        if self._finding is not None:
            self._finding.cancel()
            self._finding = None


class Pace:
    """How many files a second it has been lately."""

    def __init__(self) -> None:
        self._came: deque[tuple[float, int]] = deque([(time.monotonic(), 0)])
        self._count = 0

    def came(self, count: int) -> None:
        now = time.monotonic()
        self._count += count
        self._came.append((now, self._count))
        while now - self._came[0][0] > RATE_SECONDS and len(self._came) > 2:
            self._came.popleft()

    @property
    def per_second(self) -> float:
        (since, before), (now, count) = self._came[0], self._came[-1]
        return (count - before) / (now - since) if now > since else math.nan


def _nothing_found(found: Found) -> str:
    if found.asked_for:
        return QCoreApplication.translate("Questions", "All of these pictures are in the list already.")
    return QCoreApplication.translate("Questions", "There is no picture file in there.")
