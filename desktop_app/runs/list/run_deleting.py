"""Taking runs away: into the trash, or for good where there is none and the person wants it."""

from __future__ import annotations

import html
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from desktop_app.background import Job, Progress
from desktop_app.runs.trash import move_to_trash
from desktop_app.runs.words import counted, filled, quoted_names
from training.run.catalogue.run_summary import RunState, RunSummary


@dataclass(frozen=True, slots=True)
class _Left:
    """Runs that are still there, and why."""

    runs: Sequence[RunSummary]
    reason: str = ""


Work = Callable[[Sequence[RunSummary], Progress], _Left]


class RunDeleting(QObject):
    """Asks first; the folders go off the event loop. `deleted` comes whenever some may have gone."""

    about_to_delete = Signal(object)  # the RunSummaries: whoever shows one closes it
    deleted = Signal()
    failed = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window

    def delete(self, runs: Sequence[RunSummary]) -> None:
        """Runs that go on are refused."""
        growing = [run.name for run in runs if run.is_growing]
        if growing:
            sentence = self.tr("%1 can't be deleted while it is training. Stop it first.")
            self.failed.emit(filled(sentence, quoted_names(growing)))
        elif runs and self._may(self._trash_question(runs)):
            self.about_to_delete.emit(runs)
            self._start(runs, _move_to_trash, self._on_trashed)

    def _trash_question(self, runs: Sequence[RunSummary]) -> str:
        many = filled(self.tr("Move %1 runs to the trash, with their models? %2"), len(runs), _names(runs))
        one = filled(self.tr("Move the run %1 to the trash, with its model?"), _names(runs))
        return counted(len(runs), one, many)

    def _on_trashed(self, left: _Left) -> None:
        """Shares and some disks have no trash. What is no run at all is nothing that this program may destroy."""
        self.deleted.emit()
        if not left.runs:
            return
        doubtful = [run for run in left.runs if run.state is RunState.UNREADABLE]
        if doubtful:
            sentence = self.tr("%1 can't be moved to the trash, and is no run: delete the folder in your file manager.")
            self.failed.emit(filled(sentence, _names(doubtful)))
        sure = [run for run in left.runs if run not in doubtful]
        question = self.tr("There is no trash for %1. Delete it for good? This can't be undone.")
        if sure and self._may(filled(question, _names(sure))):
            self._start(sure, _delete_for_good, self._on_deleted)

    def _on_deleted(self, left: _Left) -> None:
        self.deleted.emit()
        if left.runs:
            self.failed.emit(filled(self.tr("%1 could not be deleted: %2"), _names(left.runs), left.reason))

    def _start(self, runs: Sequence[RunSummary], work: Work, then: Callable[[_Left], None]) -> None:
        job = Job(lambda progress: work(runs, progress))
        job.done.connect(then)
        job.start()

    def _may(self, question: str) -> bool:
        """Names come from files: nothing in them may be read as markup."""
        text = f"<qt>{html.escape(question)}</qt>"
        answer = QMessageBox.question(self._window, self.tr("Delete"), text)
        return answer == QMessageBox.StandardButton.Yes


def _names(runs: Sequence[RunSummary]) -> str:
    return quoted_names([run.name for run in runs])


def _move_to_trash(runs: Sequence[RunSummary], progress: Progress) -> _Left:
    left = []
    for number, run in enumerate(runs):
        progress(number, len(runs))
        if not move_to_trash(run.folder.path):
            left.append(run)
    return _Left(left)


def _delete_for_good(runs: Sequence[RunSummary], progress: Progress) -> _Left:
    """Links are taken away themselves; what they lead to stays."""
    left, reason = [], ""
    for number, run in enumerate(runs):
        progress(number, len(runs))
        path = run.folder.path
        try:
            if path.is_symlink():
                path.unlink()
            else:
                shutil.rmtree(path)
        except OSError as error:
            left.append(run)
            reason = str(error)
    return _Left(left, reason)
