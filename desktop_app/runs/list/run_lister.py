"""Reads the list of a project's runs off the event loop, and again when there may be news."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from desktop_app.background import Job
from desktop_app.document.document import Document
from desktop_app.runs.training_control import TrainingControl
from desktop_app.settings import Settings
from desktop_app.words import filled
from training.run.catalogue.run_catalogue import list_runs, newest_first, summary_of
from training.run.catalogue.run_summary import RunState, RunSummary
from training.run.outcome import INTERRUPTED, Outcome, OutcomeKind
from training.run.run_folder import RunFolder

GROWING_INTERVAL_MS = 2_000
QUIET_INTERVAL_MS = 10_000  # a run may come from the command line or another machine


@dataclass(frozen=True, slots=True)
class _Reading:
    """`number` tells which project's list it is; `problem` is a sentence about what could not be listed."""

    number: int
    runs: Sequence[RunSummary]
    problem: str = ""


class RunLister(QObject):
    """`refresh` as often as one likes: one reading goes on at a time, and the last one is never missed."""

    listed = Signal(object)  # the RunSummaries, the newest first
    failed = Signal(str)

    def __init__(
        self, control: TrainingControl, document: Document, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._control = control
        self._document = document
        self._settings = settings
        self._number = 0
        self._is_reading = False
        self._is_stale = False
        self._is_watching = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.refresh)
        control.runs_changed.connect(self._on_news)
        control.queue_changed.connect(self._on_news)
        document.project_opened.connect(self._on_project_opened)

    def set_watching(self, is_watching: bool) -> None:
        """Somebody looks at the list."""
        self._is_watching = is_watching
        if is_watching:
            self.refresh()
        else:
            self._timer.stop()

    @property
    def added_places(self) -> list[Path]:
        """Folders outside the project that its list shows too: a run each, or a folder of runs."""
        return self._settings.added_runs_in(self._document.folder) if self._document.is_open else []

    def set_added_places(self, places: Sequence[Path]) -> None:
        self._settings.remember_added_runs(self._document.folder, list(places))
        self.refresh()

    def refresh(self) -> None:
        if self._is_reading:
            self._is_stale = True
            return
        runs_folder = self._control.runs_folder
        added = self.added_places
        self._is_reading, self._is_stale = True, False
        number = self._number
        # A job outlives a window that goes: only a method of this object is disconnected with it.
        job = Job(lambda _progress: _read(number, runs_folder, added))
        job.done.connect(self._on_read)
        job.failed.connect(self._on_not_read)
        job.start()

    def _on_news(self) -> None:
        if self._is_watching:
            self.refresh()

    def _on_project_opened(self) -> None:
        """What is being read is another project's list."""
        self._number += 1
        self.listed.emit([])
        self._on_news()

    def _on_read(self, reading: _Reading) -> None:
        self._is_reading = False
        known = [self._as_known_here(run) for run in reading.runs]
        if reading.number == self._number:
            if reading.problem:
                self.failed.emit(reading.problem)
            self.listed.emit(known)
        self._go_on(any(run.is_growing for run in known))

    def _on_not_read(self, reason: str) -> None:
        """What is shown stays; the next reading may do better."""
        self._is_reading = False
        self.failed.emit(reason)
        self._go_on(something_grows=False)

    def _go_on(self, something_grows: bool) -> None:
        if not self._is_watching:
            return
        if self._is_stale:
            self.refresh()
        else:
            self._timer.start(GROWING_INTERVAL_MS if something_grows else QUIET_INTERVAL_MS)

    def _as_known_here(self, run: RunSummary) -> RunSummary:
        """This window knows better how its own runs are than their files, which are silent for a while."""
        state = state_here(self._control, run.folder)
        return run if state is None else replace(run, state=state)


def state_here(control: TrainingControl, folder: RunFolder) -> RunState | None:
    """How a run of this window is; None for one that it has nothing to do with."""
    queued = control.queue.of(folder)
    if queued is not None:
        return RunState.TRAINING if queued.is_running else RunState.WAITING
    shown = control.run
    if shown is None or shown.folder != folder or shown.outcome is None:
        return None
    return _ended_without_word(shown.outcome)


def _ended_without_word(outcome: Outcome) -> RunState | None:
    """What a worker said itself stands in its folder."""
    if outcome.kind not in (OutcomeKind.CRASHED, OutcomeKind.KILLED):
        return None
    return RunState.INTERRUPTED if outcome.code == INTERRUPTED else RunState(outcome.kind.value)


def _read(number: int, runs_folder: Path | None, added: Sequence[Path]) -> _Reading:
    found: dict[Path, RunSummary] = {}
    problem = ""
    try:
        found |= {run.folder.path: run for run in (list_runs(runs_folder) if runs_folder else [])}
    except OSError as error:
        problem = filled(QCoreApplication.translate("RunLister", "The runs can't be listed: %1"), error)
    for place in added:
        for run in runs_at(place):
            found.setdefault(run.folder.path, run)
    return _Reading(number, newest_first(found.values()), problem)


def runs_at(place: Path) -> list[RunSummary]:
    """The run that a folder is, or those in it; a folder that is no more is a run that says so."""
    own = summary_of(RunFolder(place))
    if own.state is not RunState.UNREADABLE:
        return [own]
    try:
        inside = [run for run in list_runs(place) if run.state is not RunState.UNREADABLE]
    except OSError:
        inside = []
    return inside or [own]
