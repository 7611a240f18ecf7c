"""One longer work at a time below a page: what it does, how far it is, and a way to cancel it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from desktop_app.background import Job, Progress
from desktop_app.icon_mark import IconMark
from desktop_app.problem_bar import MARK_SIZE
from desktop_app.small_widgets import icon_button, muted_label, push_button
from desktop_app.words import time_left

FORETOLD_AFTER_S = 2.0  # before, nobody can know how long it takes


class WorkBar(QFrame):
    """Hidden while there is nothing to tell. A failure looks like every problem of the program."""

    busy_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._then: Callable[[Any], None] | None = None
        self._foreign: Callable[[], object] | None = None  # ends work that is done elsewhere
        self._file: Path | None = None
        self._title = ""
        self._started = 0.0
        self.sentence = muted_label(wrap=True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._mark = IconMark("state-problem", "problem", MARK_SIZE)
        self.progress_bar = QProgressBar()
        self.progress_bar.setTextVisible(False)
        self.progress_bar.setMaximumWidth(220)
        self.cancel_button = push_button(self.tr("Cancel"), self.cancel)
        self.open_button = push_button(self.tr("Open"), self._open)
        self._close = icon_button("close", self.tr("Hide this line"), self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.addWidget(self._mark)
        layout.addWidget(self.sentence, 1)
        for part in (self.progress_bar, self.cancel_button, self.open_button, self._close):
            layout.addWidget(part)
        self._look_like(problem=False)
        self.hide()

    @property
    def is_busy(self) -> bool:
        return self._job is not None or self._foreign is not None

    @property
    def present_work(self) -> str:
        """What it is called, such as “Saving out.csv”; nothing when there is none."""
        return self._title if self.is_busy else ""

    def start(
        self,
        title: str,
        work: Callable[[Progress], Any],
        expected: tuple[type[Exception], ...],
        then: Callable[[Any], None],
    ) -> None:
        """Do it off the event loop, then call `then` with what came of it; a failure is told here."""
        if self.is_busy:
            return
        self._then = then
        self._title, self._started = title, time.monotonic()
        job = self._job = Job(work, expected)
        job.progressed.connect(self._on_progress)
        job.done.connect(self._on_done)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_cancelled)
        self._show(title)
        self.progress_bar.setRange(0, 0)
        self.busy_changed.emit(True)
        job.start()

    def say(self, text: str, file: Path | None = None) -> None:
        """A sentence, and a button to open a file."""
        self._file = file
        self._show(text)

    def show_foreign(self, title: str, done: int, total: int, cancel: Callable[[], object]) -> None:
        """Work that is done elsewhere: how far it is, until all of it is done. `cancel` is to end it there."""
        if self._job is not None:
            return
        was_busy = self.is_busy
        self._foreign = cancel if done < total else None
        if not was_busy and self.is_busy:
            self._title, self._started = title, time.monotonic()
            self._show(title)
        self._on_progress(done, total)
        if was_busy != self.is_busy:
            self.setVisible(self.is_busy)
            self.busy_changed.emit(self.is_busy)

    def cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
        elif self._foreign is not None:
            self._foreign()

    @property
    def tells_problem(self) -> bool:
        return self._mark.isVisibleTo(self)

    def _look_like(self, *, problem: bool) -> None:
        self._mark.setVisible(problem)
        self.setObjectName("problem_bar" if problem else "")
        for part in (self, self.sentence):
            part.style().unpolish(part)
            part.style().polish(part)

    def _show(self, text: str, *, problem: bool = False) -> None:
        if problem != self.tells_problem:
            self._look_like(problem=problem)
        self.sentence.setText(text)
        self.progress_bar.setVisible(self.is_busy)
        self.cancel_button.setVisible(self.is_busy)
        self.open_button.setVisible(not self.is_busy and self._file is not None)
        self._close.setVisible(not self.is_busy)
        self.show()

    def _on_progress(self, done: int, total: int) -> None:
        """A `total` of 0: nobody knows."""
        self.progress_bar.setRange(0, total)
        self.progress_bar.setValue(done)
        gone = time.monotonic() - self._started
        if gone >= FORETOLD_AFTER_S and 0 < done <= total:
            left = time_left(gone / done * (total - done))
            self.sentence.setText(f"{self._title} · {left}" if left else self._title)

    def _on_done(self, result: object) -> None:
        then = self._end()
        self.hide()
        if then is not None:
            then(result)

    def _on_failed(self, reason: str) -> None:
        self._end()
        self._show(reason, problem=True)

    def _on_cancelled(self) -> None:
        self._end()
        self.hide()

    def _end(self) -> Callable[[Any], None] | None:
        self._job = None
        self._file = None
        then, self._then = self._then, None
        self.busy_changed.emit(False)
        return then

    def _open(self) -> None:
        if self._file is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._file)))
