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
from desktop_app.runs.classes_seen import ClassesSeen
from desktop_app.runs.queued_run import QueuedRun, name_of
from desktop_app.runs.run_answers import RunAnswers
from desktop_app.runs.run_orders import RunOrders
from desktop_app.runs.run_queue import RunQueue
from desktop_app.runs.run_reader import RunReader
from desktop_app.runs.run_words import heading_of
from desktop_app.runs.sheet.train_command import TrainCommand
from desktop_app.runs.training_run import TrainingRun
from desktop_app.settings import Settings
from desktop_app.words import filled
from training.run.answers.prediction import PredictedBox
from training.run.run_folder import RunFolder
from training.run.settings import TrainingSettings

if TYPE_CHECKING:
    from desktop_app.runs.sheet.snapshot import Snapshot
    from desktop_app.runs.training_thread import Command


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
        self.queue = RunQueue(self)
        self.orders = RunOrders(document, settings, window, self.queue, devices_command)
        self.orders.command = command
        self.answers = RunAnswers(document, self)
        self.classes_seen = ClassesSeen(document, self.answers)
        self._reader: RunReader | None = None
        self.shown_project = ""  # the name of its folder
        self._watched_to_end: TrainingRun | None = None
        rows = [
            ActionRow("train", self.tr("&Train…"), self.open_sheet, ("Ctrl+T",), "train", self.tr("Train a model")),
            ActionRow("stop_training", self.tr("&Stop training"), self.stop, (), "stop"),
        ]
        self._actions = make_actions(self, rows)
        self._join()
        self._update_actions()

    def _join(self) -> None:
        self.orders.placed.connect(self._on_placed)
        self.orders.discarded.connect(self.runs_changed)
        self.queue.changed.connect(self._on_queue_changed)
        self.queue.ended.connect(self._on_ended)
        self.answers.changed.connect(self.predictions_changed)
        self.answers.current_changed.connect(self.current_answer_changed)
        self.answers.failed.connect(self._document.message_sent)
        self.answers.noted.connect(self._document.message_sent)
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
        from desktop_app.runs.sheet.snapshot import runs_folder_of

        document = self._document
        return runs_folder_of(document.project_file, document.folder) if document.is_open else None

    @property
    def project_folder(self) -> Path | None:
        """Where the images of the open project lie."""
        return self._document.folder if self._document.is_open else None

    # --- orders

    @property
    def sheet_command(self) -> TrainCommand:
        return self.orders.sheet_command

    @property
    def command(self) -> Command | None:
        """Instead of the usual worker, for the next orders."""
        return self.orders.command

    @command.setter
    def command(self, command: Command | None) -> None:
        self.orders.command = command

    def open_sheet(self) -> None:
        """For a new run with the settings of the last one."""
        self.orders.open_sheet()

    def train_again(self, changes: Mapping[str, Any] | None = None, folder: RunFolder | None = None) -> None:
        """The sheet with the settings of a run, of the one that is shown unless another is named, and some of them changed."""
        folder = folder or (None if self.run is None else self.run.folder)
        if folder is None:
            self.open_sheet()
        else:
            self.orders.open_sheet_like(folder, changes or {})

    def enqueue(self, settings: TrainingSettings, snapshot: Snapshot) -> None:
        """Its folder is made at once; it trains when its turn comes."""
        self.orders.enqueue(settings, snapshot)

    def resume_run(self, folder: RunFolder) -> None:
        """Go on with a run that was stopped, or start one that was only prepared."""
        queued = self.queue.of(folder)
        if queued is None:
            self.orders.resume(folder)
        else:
            self.show_queued(queued)

    def _on_placed(self, queued: QueuedRun) -> None:
        """What is watched stays in sight; otherwise the new one is shown."""
        queued.prepared.connect(self.runs_changed)
        if self.shown is None or not self.shown.is_running:
            self.show_queued(queued)

    def stop(self) -> None:
        """The run that is shown, or the only one that trains. Asked twice, it does not wait for the model to be saved."""
        queued = self._to_stop()
        if queued is not None:
            queued.stop()

    def _to_stop(self) -> QueuedRun | None:
        running, shown = self.queue.running, self.shown
        return shown if shown in running else running[0] if len(running) == 1 else None

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
        """Its folder goes to the trash, unless it was to be resumed: then it is again what it was."""
        was_shown, begun = queued is self.shown, queued.folder if queued.was_begun else None
        self.orders.discard(queued)
        if not was_shown or self.shown is not None:
            return
        if begun is not None:
            self.open_run(begun)
        else:
            rest = self.queue.runs
            self._show(rest[0].run if rest else None, rest[0] if rest else None)

    # --- what is shown

    def open_run(self, folder: RunFolder) -> None:
        """Show a run of the past, or one that grows elsewhere; one that is active here as it is."""
        queued = self.queue.of(folder)
        if queued is not None:
            self.show_queued(queued)
            return
        self._forget_reader()
        self._reader = RunReader(folder, self)
        self._reader.ready.connect(self._show)
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
        ended, self._watched_to_end = self._watched_to_end, None
        if ended is not None and ended is self.run and self.queue.running:
            following = self.queue.running[-1]
            self.show_queued(following)
            text = self.tr("%1: %2. Now training: %3")
            name = "" if ended.folder is None else name_of(ended.folder)
            self._document.message_sent.emit(filled(text, name, heading_of(ended), following.name))
        self._update_actions()
        self.queue_changed.emit()

    def _on_ended(self, queued: QueuedRun) -> None:
        if queued.run is self.run and self.queue.waiting:
            self._watched_to_end = queued.run
        self.runs_changed.emit()

    def _on_project_opened(self) -> None:
        """Runs of the last project go on, and are watched; one that has ended is told with its own project."""
        is_over = self.run is not None and self.run.outcome is not None
        if is_over and self._document.is_open and not self.answers.shows_this_project:
            self._forget_reader()
            self._show(None)
        self._update_actions()
        self.project_changed.emit()

    def _update_actions(self) -> None:
        self._actions["train"].setEnabled(self._document.is_open)
        self._actions["stop_training"].setEnabled(self._to_stop() is not None)

    def shut_down(self, patience_seconds: float | None = None) -> None:
        """When the window goes: neither threads nor processes are left."""
        self.shutting_down.emit()
        self.orders.shut_down()
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
