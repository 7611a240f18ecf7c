"""Joins the Train sheet, the queue of runs, the run that is shown, and what models say about the image that is open."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from desktop_app.action_table import ActionRow, make_actions
from desktop_app.document.document import Document
from desktop_app.runs.queued_run import QueuedRun
from desktop_app.runs.run_answers import RunAnswers
from desktop_app.runs.run_queue import RunQueue
from desktop_app.runs.run_reader import RunReader
from desktop_app.runs.train_command import TrainCommand
from desktop_app.runs.training_run import TrainingRun
from desktop_app.settings import Settings
from training.run.prediction import PredictedBox
from training.run.run_folder import RunFolder
from training.run.settings import TrainingSettings

if TYPE_CHECKING:
    from desktop_app.runs.run_order import ResumeOrder
    from desktop_app.runs.snapshot import Snapshot
    from desktop_app.runs.train_sheet import TrainSheet
    from desktop_app.runs.training_thread import Command

MOST_ENDED = 5


class TrainingControl(QObject):
    """The way of a training: 1. `open_sheet`, 2. the sheet gives settings and a snapshot, 3. `enqueue` makes a folder of
    them and puts it into the queue, 4. when its turn comes a worker starts, and its events become the state of a
    TrainingRun, 5. `predictions_changed` tells which image has other boxes, and in the end the finished model answers.

    `run` is the one that is shown: of this window, of the past, or one that grows elsewhere.
    """

    run_changed = Signal()  # another run is shown
    queue_changed = Signal()  # who trains, who waits, or in which order
    runs_changed = Signal()  # a run came, ended or went: lists look again
    project_changed = Signal()  # another one is open
    predictions_changed = Signal(str)  # the image
    current_answer_changed = Signal()  # another image is open, or there is a new answer about it
    shutting_down = Signal()

    def __init__(
        self,
        document: Document,
        settings: Settings,
        window: QWidget,
        command: Command | None = None,
        devices_command: list[str] | None = None,
    ) -> None:
        super().__init__(window)
        self._document = document
        self._window = window
        self.command = command  # instead of the usual worker, for the next orders
        self.queue = RunQueue(self)
        self.answers = RunAnswers(document, self)
        self._reader: RunReader | None = None
        self.shown_project = ""  # the name of its folder
        self.ended_runs: list[RunFolder] = []  # of this window, the newest first
        self._follows_next = False
        self.sheet_command = TrainCommand(document, settings, devices_command, self)
        rows = [
            ActionRow("train", self.tr("&Train…"), self.open_sheet, ("Ctrl+T",), "train", self.tr("Train a model")),
            ActionRow("stop_training", self.tr("&Stop training"), self.stop, (), "stop"),
        ]
        self._actions = make_actions(self, rows)
        self._join()
        self._update_actions()

    def _join(self) -> None:
        self.sheet_command.start_requested.connect(self.enqueue)
        self.sheet_command.sheet_opened.connect(self._on_sheet_opened)
        self.sheet_command.devices_known.connect(self.queue.set_gpus)
        self.queue.changed.connect(self._on_queue_changed)
        self.queue.ended.connect(self._on_ended)
        self.answers.changed.connect(self.predictions_changed)
        self.answers.current_changed.connect(self.current_answer_changed)
        self.answers.failed.connect(self._document.message_sent)
        self._document.project_opened.connect(self._on_project_opened)

    def actions(self) -> list[QAction]:
        return list(self._actions.values())

    @property
    def train_action(self) -> QAction:
        return self._actions["train"]

    # --- what there is

    @property
    def run(self) -> TrainingRun | None:
        return self.answers.run

    @property
    def shown(self) -> QueuedRun | None:
        """The run that is shown, if it is in the queue."""
        return next((queued for queued in self.queue.runs if queued.run is self.run), None)

    @property
    def is_running(self) -> bool:
        """A worker of this window is at work, or about to be."""
        return bool(self.queue.running)

    @property
    def worker_pid(self) -> int | None:
        """Of the run that is shown."""
        return None if self.shown is None else self.shown.worker_pid

    @property
    def runs_folder(self) -> Path | None:
        """Where the runs of the open project lie; it need not exist."""
        from desktop_app.runs.snapshot import runs_folder_of

        document = self._document
        return runs_folder_of(document.project_file, document.folder) if document.is_open else None

    @property
    def project_folder(self) -> Path | None:
        """Where the images of the open project lie."""
        return self._document.folder if self._document.is_open else None

    def is_active(self, folder: RunFolder | Path) -> bool:
        """It trains in this window, or waits for its turn."""
        return self.queue.of(folder) is not None

    def run_of(self, folder: RunFolder | Path) -> TrainingRun | None:
        """The living state of a run that is active."""
        queued = self.queue.of(folder)
        return None if queued is None else queued.run

    # --- orders

    def open_sheet(self) -> None:
        """For a new run with the settings of the last one."""
        self.sheet_command.open_sheet(self._window)

    def train_again(self, changes: Mapping[str, Any] | None = None, folder: RunFolder | None = None) -> None:
        """The sheet with the settings of a run, of the one that is shown unless another is named, and some of them changed."""
        from desktop_app.runs.run_order import settings_job

        folder = folder or (None if self.run is None else self.run.folder)
        if folder is None:
            self.open_sheet()
            return
        job = settings_job(folder, dict(changes or {}))
        job.done.connect(self._open_sheet_with)
        job.failed.connect(self._document.problem_reported)
        job.start()

    def _open_sheet_with(self, values: Mapping[str, Any]) -> None:
        self.sheet_command.open_sheet(self._window, values)

    def _on_sheet_opened(self, sheet: TrainSheet) -> None:
        sheet.form.changed.connect(self._say_whether_it_waits)
        self._say_whether_it_waits()

    def _say_whether_it_waits(self) -> None:
        sheet = self.sheet_command.sheet
        if sheet is not None:
            sheet.set_waits(self.queue.would_wait(str(sheet.form.values().get("device", "auto"))))

    def enqueue(self, settings: TrainingSettings, snapshot: Snapshot) -> None:
        """Its folder is made at once; it trains when its turn comes."""
        from desktop_app.runs.run_order import place_order

        if not self._document.is_open:
            return
        queued = QueuedRun(
            TrainingRun(), settings.device, self._document.project_file, self._document.folder.name, self.command
        )
        self._take_in(queued)
        place_order(self._document, queued, settings, snapshot)

    def _take_in(self, queued: QueuedRun) -> None:
        """What is watched stays in sight; otherwise the new one is shown."""
        queued.prepared.connect(self.runs_changed)
        shows_it = self.shown is None or not self.shown.is_running
        self.queue.add(queued)
        if shows_it:
            self.show_queued(queued)

    def resume_run(self, folder: RunFolder) -> None:
        """Go on with a run that was stopped, or start one that was only prepared; it is shown."""
        from desktop_app.runs.run_order import resume_job

        queued = self.queue.of(folder)
        if queued is not None:
            self.show_queued(queued)
            return
        project = self._document.project_file if self._document.is_open else Path()
        job = resume_job(folder, project, self._document.folder.name, self.command)
        job.done.connect(self._on_resumable)
        job.failed.connect(self._document.problem_reported)
        job.start()

    def _on_resumable(self, order: ResumeOrder) -> None:
        if self.is_active(order.record.folder):
            return  # pressed twice
        self._take_in(order.queued())

    def stop(self) -> None:
        """The run that is shown, or the only one that trains. Asked twice, it does not wait for the model to be saved."""
        running = self.queue.running
        queued = self.shown if self.shown in running else (running[0] if len(running) == 1 else None)
        if queued is not None:
            queued.stop()

    def stop_all(self, at_once: bool = False) -> None:
        """Whatever trains here; nothing begins any more."""
        self.queue.hold()
        for queued in self.queue.running:
            if at_once:
                queued.kill()
            elif not queued.run.stop_requested:
                queued.stop()

    def put_first(self, queued: QueuedRun) -> None:
        self.queue.put_first(queued)

    def remove_waiting(self, queued: QueuedRun) -> None:
        """Its folder goes to the trash."""
        from desktop_app.runs.trash import discard_job

        folder = queued.folder
        if folder is None or not queued.is_waiting:
            return
        was_shown = queued is self.shown
        self.queue.remove(queued)
        job = discard_job(folder.path)
        job.done.connect(self._on_discarded)
        job.failed.connect(self._document.problem_reported)
        job.start()
        if was_shown:
            rest = self.queue.runs
            self._show(rest[0].run if rest else None, rest[0] if rest else None)

    def _on_discarded(self, _nothing: object) -> None:
        self.runs_changed.emit()

    # --- what is shown

    def open_run(self, folder: RunFolder) -> None:
        """Show a run of the past, or one that grows elsewhere; one that is active here as it is."""
        queued = self.queue.of(folder)
        if queued is not None:
            self.show_queued(queued)
            return
        self._forget_reader()
        self._reader = RunReader(folder, self)
        self._reader.ready.connect(self._show_read)
        self._reader.failed.connect(self._document.problem_reported)
        self._reader.read()

    def close_run(self, folder: RunFolder) -> None:
        """Its folder is about to go: it neither waits for its turn nor is shown any more. One that trains stays."""
        queued = self.queue.of(folder)
        if queued is not None and queued.is_running:
            return
        if queued is not None:
            self.queue.remove(queued)
        if self._reader is not None and self._reader.folder == folder:
            self._forget_reader()
        if self.run is not None and self.run.folder == folder:
            self._show(None)

    def show_queued(self, queued: QueuedRun) -> None:
        self._forget_reader()
        self._show(queued.run, queued)

    def _show_read(self, run: TrainingRun) -> None:
        self._show(run)

    def _show(self, run: TrainingRun | None, queued: QueuedRun | None = None) -> None:
        document = self._document
        here = document.project_file if document.is_open else Path()
        self.shown_project = document.folder.name if queued is None else queued.project_name
        self.answers.show_run(run, here if queued is None else queued.project_file, queued)
        self._update_actions()
        self.run_changed.emit()

    def _forget_reader(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.shut_down()

    # --- what happens

    def _on_queue_changed(self) -> None:
        """Who watched a run to its end watches the next one."""
        if self._follows_next and self.queue.running:
            self._follows_next = False
            self.show_queued(self.queue.running[-1])
        self._update_actions()
        self._say_whether_it_waits()
        self.queue_changed.emit()

    def _on_ended(self, queued: QueuedRun) -> None:
        self._follows_next = queued.run is self.run and bool(self.queue.waiting)
        if queued.folder is not None:
            self.ended_runs = [queued.folder, *(known for known in self.ended_runs if known != queued.folder)]
            del self.ended_runs[MOST_ENDED:]
        self.runs_changed.emit()

    def _on_project_opened(self) -> None:
        """Runs of the last project go on."""
        self._update_actions()
        self.project_changed.emit()

    def _update_actions(self) -> None:
        self._actions["train"].setEnabled(self._document.is_open)
        self._actions["stop_training"].setEnabled(self.is_running)

    def shut_down(self, patience_seconds: float | None = None) -> None:
        """When the window goes: neither threads nor processes are left."""
        self.shutting_down.emit()
        self.sheet_command.shut_down()
        self._forget_reader()
        self.queue.shut_down(patience_seconds)
        self.answers.shut_down()

    # --- what models say

    def predictions_for(self, image: str) -> list[PredictedBox]:
        """The newest answer about an image of the open project; classes renamed meanwhile by their new names."""
        return self.answers.predictions_for(image)

    def is_answered_by_finished_model(self, image: str) -> bool:
        return self.answers.is_answered_by_finished_model(image)

    @property
    def current_answer(self) -> list[PredictedBox] | None:
        """The boxes in the image that is open; None while there is no answer about it."""
        return self.answers.current_answer
