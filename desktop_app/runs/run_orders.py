"""What people order: a new run, another one like an earlier one, one that goes on, one that is not to be trained after all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.document.document import Document
from desktop_app.runs.queued_run import QueuedRun
from desktop_app.runs.run_queue import RunQueue
from desktop_app.runs.sheet.train_command import TrainCommand
from desktop_app.runs.training_run import TrainingRun
from desktop_app.settings import Settings
from training.run.run_folder import RunFolder
from training.run.settings import TrainingSettings

if TYPE_CHECKING:
    from desktop_app.runs.run_order import ResumeOrder
    from desktop_app.runs.sheet.snapshot import Snapshot
    from desktop_app.runs.sheet.start_again import StartAgain
    from desktop_app.runs.sheet.train_sheet import TrainSheet
    from desktop_app.runs.training_thread import Command


class RunOrders(QObject):
    """Whatever comes of an order is in the queue when `placed` tells of it."""

    placed = Signal(object)  # the QueuedRun
    discarded = Signal()  # a folder has gone to the trash

    def __init__(
        self, document: Document, settings: Settings, window: QWidget, queue: RunQueue, devices: list[str] | None
    ) -> None:
        super().__init__(window)
        self._document = document
        self._window = window
        self._queue = queue
        self._again: StartAgain | None = None
        self.command: Command | None = None  # instead of the usual worker, for the next orders
        self.sheet_command = TrainCommand(document, settings, devices, self)
        self.sheet_command.start_requested.connect(self.enqueue)
        self.sheet_command.sheet_opened.connect(self._on_sheet_opened)
        self.sheet_command.devices_known.connect(queue.set_gpus)
        queue.changed.connect(self._say_whether_it_waits)

    # --- the sheet

    def open_sheet(self) -> None:
        self.sheet_command.open_sheet(self._window)

    def open_sheet_like(self, folder: RunFolder, changes: Mapping[str, Any]) -> None:
        from desktop_app.runs.sheet.start_again import StartAgain

        if self._again is None:
            self._again = StartAgain(self.sheet_command, self._window)
            self._again.failed.connect(self._document.problem_reported)
        self._again.with_settings_of(folder, changes)

    def _on_sheet_opened(self, sheet: TrainSheet) -> None:
        sheet.form.changed.connect(self._say_whether_it_waits)
        self._say_whether_it_waits()

    def _say_whether_it_waits(self) -> None:
        sheet = self.sheet_command.sheet
        if sheet is not None:
            sheet.set_waits(self._queue.would_wait(str(sheet.form.values().get("device", "auto"))))

    # --- orders

    def enqueue(self, settings: TrainingSettings, snapshot: Snapshot) -> None:
        from desktop_app.runs.run_order import place_order

        document = self._document
        if document.is_open:
            project = document.project_file, document.folder.name
            queued = QueuedRun(TrainingRun(), settings.device, *project, self.command)
            self._take_in(queued)
            place_order(document, queued, settings, snapshot)

    def resume(self, folder: RunFolder) -> None:
        from desktop_app.runs.run_order import resume_job

        document = self._document
        if document.is_open and folder.path.is_relative_to(document.folder) and not document.may_change():
            return
        project = (document.project_file, document.folder.name) if document.is_open else (Path(), "")
        job = resume_job(folder, *project, self.command)
        job.done.connect(self._on_resumable)
        job.failed.connect(document.problem_reported)
        job.start()

    def _on_resumable(self, order: ResumeOrder) -> None:
        if self._queue.of(order.record.folder) is None:  # else it was pressed twice
            self._take_in(order.queued())

    def _take_in(self, queued: QueuedRun) -> None:
        if self._queue.runs and not self._queue.knows_devices:
            self.sheet_command.ask_for_devices()  # maybe there are two that can work at the same time
        self._queue.add(queued)
        self.placed.emit(queued)

    def discard(self, queued: QueuedRun) -> None:
        """One that waits leaves the queue; its folder goes to the trash, unless something was learned there already."""
        from desktop_app.runs.trash import discard_job

        folder = queued.folder
        if folder is None or not queued.is_waiting:
            return
        is_new = not queued.was_begun
        self._queue.remove(queued)
        if not is_new:
            self.discarded.emit()
            return
        job = discard_job(folder.path)
        job.done.connect(self._on_discarded)
        job.failed.connect(self._document.problem_reported)
        job.start()

    def _on_discarded(self, _nothing: object) -> None:
        self.discarded.emit()

    def shut_down(self) -> None:
        self.sheet_command.shut_down()
