"""The background thread that owns a worker process, from its start to whatever ends it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal

from training.run.catalogue.log_tail import last_lines
from training.run.kept_outcome import keep_outcome
from training.run.run_folder import RunFolder
from training.run.worker_client import Outcome, OutcomeKind, WorkerClient, worker_command

CLOSING_PATIENCE_SECONDS = 8.0  # for a worker to save, when the window goes and nobody waits for it

Command = Callable[[RunFolder], list[str]]


class TrainingThread(QThread):
    """Starts the worker of a prepared run, passes on its events and judges its end. Nothing here waits in the event loop
    but `shut_down`, and that not for long. Signals go to methods of QObjects only: any other callable would be called in
    this thread.
    """

    event_received = Signal(object)
    run_ended = Signal(
        object, str
    )  # the Outcome and the last lines of the log; once, unless `shut_down` or a bug forestalls it

    def __init__(self, folder: RunFolder, command: Command | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._command = command or worker_command
        self._guard = threading.Lock()
        self._client: WorkerClient | None = None
        self._stop_requested = False
        self._watched = ""

    def run(self) -> None:
        self.run_ended.emit(self._train(self._folder), last_lines(self._folder.log_file))

    def _train(self, folder: RunFolder) -> Outcome:
        """Where memory ran out there is one more worker: it halves the batch if that was not done yet, and a new process
        has memory that the one before could not give back.
        """
        outcome = self._work(folder)
        return self._work(folder) if outcome.code == "out_of_memory" and not self._stop_requested else outcome

    def _work(self, folder: RunFolder) -> Outcome:
        with self._guard:
            if self._stop_requested:
                return Outcome(OutcomeKind.STOPPED)
            try:
                self._client = WorkerClient.start(folder, self._command(folder))
            except OSError as error:
                outcome = WorkerClient.could_not_start(error)
                keep_outcome(folder, outcome)
                return outcome
            if self._watched:
                self._client.watch(self._watched)
        for event in self._client.events():
            self.event_received.emit(event)
        return self._client.wait()

    @property
    def worker_pid(self) -> int | None:
        return None if self._client is None else self._client.pid

    def watch(self, image: str) -> None:
        """Ask for the current weights' box of an image, now and at each epoch's end; answers come as events."""
        with self._guard:
            self._watched = image
            if self._client is not None:
                self._client.watch(image)

    def stop(self) -> None:
        """Ask for an end; a worker that takes too long over it is killed."""
        with self._guard:
            self._stop_requested = True
            if self._client is not None:
                self._client.stop()

    def kill(self) -> None:
        with self._guard:
            self._stop_requested = True
            if self._client is not None:
                self._client.kill()

    def shut_down(self, patience_seconds: float | None = None) -> None:
        """Stop, and wait: when this returns there is neither a process nor a thread."""
        self.stop()
        patience = CLOSING_PATIENCE_SECONDS if patience_seconds is None else patience_seconds
        if not self.wait(round(patience * 1000)):
            self.kill()
            self.wait()
