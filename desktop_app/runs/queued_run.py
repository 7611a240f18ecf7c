"""One run of this window on its way: prepared, waiting for its turn, trained by a worker, ended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.background import Job
from desktop_app.runs.training_run import Stage, TrainingRun
from training.run.catalogue.run_notes import read_notes
from training.run.outcome import Outcome, OutcomeKind, could_not_start
from training.run.run_folder import RunFolder

if TYPE_CHECKING:
    from desktop_app.runs.training_thread import Command, TrainingThread


class QueuedRun(QObject):
    """`device` is the setting; the project is the one that it learns from. `run` outlives it."""

    prepared = Signal()  # its folder is there, and it may start
    ended = Signal(object)  # this, with an outcome in `run`

    def __init__(
        self, run: TrainingRun, device: str, project_file: Path, project_name: str = "", command: Command | None = None
    ) -> None:
        super().__init__()
        self.run = run
        self.device = device
        self.project_file = project_file
        self.project_name = project_name
        self._command = command
        self._thread: TrainingThread | None = None
        self._watched = ""
        self._turn_has_come = False
        run.set_stage(Stage.WAITING)

    @property
    def folder(self) -> RunFolder | None:
        return self.run.folder

    @property
    def name(self) -> str:
        return "" if self.folder is None else name_of(self.folder)

    @property
    def was_begun(self) -> bool:
        """In an earlier attempt: its folder holds what was learned then."""
        return self.folder is not None and self.folder.events_file.exists()

    @property
    def is_waiting(self) -> bool:
        return not self._turn_has_come and not self.has_ended

    @property
    def is_running(self) -> bool:
        return self._turn_has_come and not self.has_ended

    @property
    def has_ended(self) -> bool:
        return self.run.outcome is not None

    @property
    def worker_pid(self) -> int | None:
        return None if self._thread is None else self._thread.worker_pid

    # --- its way

    def prepare(self, make: Callable[[], RunFolder], expected: tuple[type[Exception], ...]) -> None:
        """Have its folder made off the event loop; what it is to learn is fixed from now on."""
        job = Job(lambda _progress: make(), expected)
        job.done.connect(self.take_folder)
        job.failed.connect(self._on_not_prepared)
        job.start()

    def take_folder(self, folder: RunFolder) -> None:
        self.run.folder = folder
        if self.is_running:
            self._launch(folder)
        self.prepared.emit()

    def begin(self) -> None:
        """Its turn has come; it starts as soon as its folder is there."""
        self._turn_has_come = True
        self.run.set_stage(Stage.RUNNING)
        if self.folder is not None:
            self._launch(self.folder)

    def _on_not_prepared(self, reason: str) -> None:
        self.end(could_not_start(reason))

    def _launch(self, folder: RunFolder) -> None:
        from desktop_app.runs.training_thread import TrainingThread

        thread = TrainingThread(folder, self._command, self)
        thread.event_received.connect(self.run.apply)
        thread.run_ended.connect(self.end)
        thread.finished.connect(self._on_thread_finished)
        self._thread = thread
        if self._watched:
            thread.watch(self._watched)
        if self.run.stop_requested:
            thread.stop()
        thread.start()

    def end(self, outcome: Outcome, last_lines: str = "") -> None:
        """A thread that told this has nothing left to do, so that waiting for it takes no time."""
        self._forget_thread()
        if not self.has_ended:
            self.run.end(outcome, last_lines)
            self.ended.emit(self)

    def _on_thread_finished(self) -> None:
        """The thread always tells how the run ended; if a bug kept it from that, the window still is not left waiting."""
        self.end(Outcome(OutcomeKind.CRASHED, self.tr("an unexpected error in this program")))

    # --- what is asked of it

    def watch(self, image: str) -> None:
        """Also before there is a worker."""
        self._watched = image
        if self._thread is not None:
            self._thread.watch(image)

    def stop(self) -> None:
        """Asked twice, it does not wait for the model to be saved. One that waits for its turn just does not begin."""
        if not self.is_running:
            return
        again = self.run.stop_requested
        self.run.request_stop()
        if self._thread is not None:
            if again:
                self._thread.kill()
            else:
                self._thread.stop()

    def kill(self) -> None:
        if self.is_running and not self.run.ended_at_once:
            self.run.request_stop()
            self.stop()

    def shut_down(self, patience_seconds: float | None = None) -> None:
        """When this returns there is neither thread nor process, and nothing is told any more."""
        if self._thread is not None:
            self._thread.run_ended.disconnect(self.end)
            self._thread.finished.disconnect(self._on_thread_finished)
            self._thread.shut_down(patience_seconds)
            self._forget_thread()

    def _forget_thread(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.wait()
            thread.deleteLater()


def name_of(folder: RunFolder) -> str:
    """What people call a run; without a name of its own, what its folder is called."""
    return read_notes(folder).name or folder.path.name
