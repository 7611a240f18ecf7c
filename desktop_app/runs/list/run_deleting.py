"""Taking runs away: into the trash, or for good where there is none and the person wants it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from desktop_app.background import Job, Progress
from desktop_app.runs.training_control import TrainingControl
from desktop_app.runs.trash import move_to_trash
from desktop_app.words import counted, filled, quoted_names
from training.run.catalogue.run_catalogue import is_held
from training.run.catalogue.run_summary import RunState, RunSummary


@dataclass(frozen=True, slots=True)
class _Left:
    """Runs that are still there, and why; those in `growing` because somebody began to train them."""

    runs: Sequence[RunSummary]
    reason: str = ""
    growing: Sequence[RunSummary] = ()


Work = Callable[[Sequence[RunSummary], Progress], _Left]


class RunDeleting(QObject):
    """Asks first; the folders go off the event loop. `deleted` comes whenever some may have gone."""

    about_to_delete = Signal(object)  # the RunSummaries: whoever shows one closes it
    deleted = Signal()
    failed = Signal(str)

    def __init__(self, control: TrainingControl, window: QWidget) -> None:
        super().__init__(window)
        self._control = control
        self._window = window
        self.question: QMessageBox | None = None

    def delete(self, runs: Sequence[RunSummary]) -> None:
        """Runs that go on are refused."""
        growing = [run for run in runs if run.is_growing]
        if growing:
            self._refuse(growing)
        elif runs:
            self._ask(self._trash_question(runs), self.tr("Move to trash"), lambda: self._trash(runs))

    def shut_down(self) -> None:
        """The window goes, and takes its question with it."""
        if self.question is not None:
            self.question.close()

    # --- the question

    def _ask(self, question: str, consent: str, then: Callable[[], None], may_be_undone: bool = True) -> None:
        """An older question that nobody answered goes: nobody agreed to it."""
        self.shut_down()
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Delete"))
        box.setTextFormat(Qt.TextFormat.PlainText)  # names come from files
        box.setText(question)
        yes = box.addButton(consent, QMessageBox.ButtonRole.AcceptRole)
        no = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(yes if may_be_undone else no)
        box.setEscapeButton(no)
        box.finished.connect(self._on_finished)
        box.accepted.connect(then)
        self.question = box
        box.open()

    def _on_finished(self, _result: int) -> None:
        self.question = None

    def _trash_question(self, runs: Sequence[RunSummary]) -> str:
        many = filled(self.tr("Move %1 runs to the trash, with their models? %2"), len(runs), _names(runs))
        one = filled(self.tr("Move the run %1 to the trash, with its model?"), _names(runs))
        return counted(len(runs), one, many)

    # --- the folders

    def _trash(self, runs: Sequence[RunSummary]) -> None:
        quiet = self._quiet(runs)
        if quiet:
            self.about_to_delete.emit(quiet)
        self._start(quiet, _move_to_trash, self._on_trashed)

    def _quiet(self, runs: Sequence[RunSummary]) -> list[RunSummary]:
        """Its turn may have come while the question was open."""
        growing = [run for run in runs if self._trains_here(run)]
        if growing:
            self._refuse(growing)
        return [run for run in runs if run not in growing]

    def _trains_here(self, run: RunSummary) -> bool:
        queued = self._control.queue.of(run.folder)
        return queued is not None and queued.is_running

    def _refuse(self, growing: Sequence[RunSummary]) -> None:
        sentence = self.tr("%1 can't be deleted while it is training. Stop it first.")
        self.failed.emit(filled(sentence, _names(growing)))

    def _on_trashed(self, left: _Left) -> None:
        """Shares and some disks have no trash. What is no run at all is nothing that this program may destroy."""
        self.deleted.emit()
        if left.growing:
            self._refuse(left.growing)
        doubtful = [run for run in left.runs if run.state is RunState.UNREADABLE]
        if doubtful:
            sentence = self.tr("%1 can't be moved to the trash, and is no run: delete the folder in your file manager.")
            self.failed.emit(filled(sentence, _names(doubtful)))
        sure = [run for run in left.runs if run not in doubtful]
        if sure:
            question = filled(
                self.tr("There is no trash for %1. Delete it for good? This can't be undone."), _names(sure)
            )
            self._ask(question, self.tr("Delete for good"), lambda: self._destroy(sure), may_be_undone=False)

    def _destroy(self, runs: Sequence[RunSummary]) -> None:
        self._start(self._quiet(runs), _delete_for_good, self._on_deleted)

    def _on_deleted(self, left: _Left) -> None:
        self.deleted.emit()
        if left.growing:
            self._refuse(left.growing)
        if left.runs:
            self.failed.emit(filled(self.tr("%1 could not be deleted: %2"), _names(left.runs), left.reason))

    def _start(self, runs: Sequence[RunSummary], work: Work, then: Callable[[_Left], None]) -> None:
        if runs:
            job = Job(lambda progress: work(runs, progress))
            job.done.connect(then)
            job.start()


def _names(runs: Sequence[RunSummary]) -> str:
    return quoted_names([run.name for run in runs])


def _move_to_trash(runs: Sequence[RunSummary], progress: Progress) -> _Left:
    left, growing = [], []
    for number, run in enumerate(runs):
        progress(number, len(runs))
        if is_held(run.folder):
            growing.append(run)
        elif not move_to_trash(run.folder.path):
            left.append(run)
    return _Left(left, growing=growing)


def _delete_for_good(runs: Sequence[RunSummary], progress: Progress) -> _Left:
    left, growing, reason = [], [], ""
    for number, run in enumerate(runs):
        progress(number, len(runs))
        try:
            if is_held(run.folder):
                growing.append(run)
            else:
                _remove(run.folder.path)
        except OSError as error:
            left.append(run)
            reason = str(error)
    return _Left(left, reason, growing)


def _remove(path: Path) -> None:
    """A link is taken away itself; what it leads to stays."""
    if path.is_symlink():
        path.unlink()
    else:
        shutil.rmtree(path)
