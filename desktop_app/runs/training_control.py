"""Joins the Train sheet, the run's thread and state, and what models say about the image that is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from desktop_app.action_table import ActionRow, make_actions
from desktop_app.document.document import Document
from desktop_app.runs.finished_model import FinishedModel
from desktop_app.runs.train_command import TrainCommand
from desktop_app.runs.training_run import TrainingRun
from desktop_app.settings import Settings
from training.dataset.dataset import Split
from training.run.outcome import Outcome, OutcomeKind
from training.run.prediction import PredictedBox
from training.run.run_folder import RunFolder
from training.run.settings import TrainingSettings

if TYPE_CHECKING:
    from desktop_app.runs.snapshot import Snapshot
    from desktop_app.runs.training_thread import Command, TrainingThread

WATCH_DELAY_MS = 120  # going through images quickly asks about the last one only
SPLITS_AT_ONCE = 100  # stored between two turns of the event loop


class TrainingControl(QObject):
    """One run at a time. The way of a training: 1. `train` opens the sheet, 2. the sheet gives settings and a snapshot,
    3. missing splits are stored, 4. a TrainingThread starts the worker, 5. its events become the state of `run`,
    6. `predictions_changed` tells which image has other boxes, and in the end the finished model answers.
    """

    run_changed = Signal()  # another run is the current one
    predictions_changed = Signal(str)  # the image
    current_answer_changed = Signal()  # another image is open, or the model answered anew about it
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
        self.command = command  # instead of the usual worker
        self.run: TrainingRun | None = None
        self._project_file = Path()
        self._thread: TrainingThread | None = None
        self._model: FinishedModel | None = None
        self.sheet_command = TrainCommand(document, settings, devices_command, self)
        self.sheet_command.start_requested.connect(self.start_run)
        self.is_leaving = False  # the window closes as soon as the run has ended
        self._leave_timer = QTimer(self, singleShot=True)
        self._watch_timer = QTimer(self, singleShot=True, interval=WATCH_DELAY_MS)
        self._watch_timer.timeout.connect(self._watch_current_image)
        rows = [
            ActionRow("train", self.tr("&Train…"), self.open_sheet, ("Ctrl+T",), "train", self.tr("Train a model")),
            ActionRow("stop_training", self.tr("&Stop training"), self.stop, (), "stop"),
        ]
        self._actions = make_actions(self, rows)
        document.current_image_changed.connect(self._on_current_image_changed)
        document.project_opened.connect(self._update_actions)
        self._update_actions()

    def actions(self) -> list[QAction]:
        return list(self._actions.values())

    @property
    def train_action(self) -> QAction:
        return self._actions["train"]

    @property
    def is_running(self) -> bool:
        return self.run is not None and self.run.is_running

    @property
    def worker_pid(self) -> int | None:
        return None if self._thread is None else self._thread.worker_pid

    # --- starting and ending

    def open_sheet(self) -> None:
        if not self.is_running:
            self.sheet_command.open_sheet(self._window)

    def start_run(self, settings: TrainingSettings, snapshot: Snapshot) -> None:
        """Store the splits that are new, then start a worker; the run is there at once, and says what it does."""
        if self.is_running or not self._document.is_open:
            return
        self._forget_model()
        self.run = TrainingRun(self)
        self.run.predictions_changed.connect(self._on_predictions_changed)
        self._project_file = self._document.project_file
        self._update_actions()
        self.run_changed.emit()
        self.predictions_changed.emit(self._document.current_image)  # there are none any more
        self._store_splits(list(snapshot.new_splits.items()), lambda: self._launch(settings, snapshot))

    def _store_splits(self, splits: Sequence[tuple[str, Split]], then: Callable[[], None]) -> None:
        """A few at a time: somebody may be drawing meanwhile."""
        if not self._shows_this_project():
            self._end(Outcome(OutcomeKind.STOPPED))
            return
        if not self._document.set_splits(dict(splits[:SPLITS_AT_ONCE])):
            reason = self.tr("which images train and which validate could not be stored.")
            self._end(Outcome(OutcomeKind.COULD_NOT_START, reason))
            return
        rest = splits[SPLITS_AT_ONCE:]
        QTimer.singleShot(0, self, (lambda: self._store_splits(rest, then)) if rest else then)

    def _launch(self, settings: TrainingSettings, snapshot: Snapshot) -> None:
        from desktop_app.runs.training_thread import RunOrder, TrainingThread

        assert self.run is not None
        order = RunOrder(settings, snapshot.dataset, snapshot.runs_folder)
        thread = TrainingThread(order, self.command, self)
        thread.prepared.connect(self._on_prepared)
        thread.event_received.connect(self.run.apply)
        thread.run_ended.connect(self._end)
        thread.finished.connect(self._on_thread_finished)
        self._thread = thread
        if self.run.stop_requested:
            thread.stop()
        self._watch_current_image()
        thread.start()

    def stop(self) -> None:
        """Asked twice, it does not wait for the model to be saved."""
        if self.run is None or not self.run.is_running:
            return
        again = self.run.stop_requested
        self.run.request_stop()
        if self._thread is not None:
            if again:
                self._thread.kill()
            else:
                self._thread.stop()

    def stop_and_leave(self, leave: Callable[[], object]) -> None:
        """Ask for an end and call `leave` once it has come or takes too long; the event loop goes on meanwhile."""
        from desktop_app.runs.training_thread import CLOSING_PATIENCE_SECONDS

        if self.run is None or self.is_leaving:
            return
        self.is_leaving = True
        self._leave_timer.timeout.connect(leave)
        self._leave_timer.start(round(CLOSING_PATIENCE_SECONDS * 1000))
        self.run.ended.connect(lambda: self._leave_timer.start(0))
        if not self.run.stop_requested:
            self.stop()

    def shut_down(self) -> None:
        """When the window goes: neither threads nor processes are left. What was waited for already isn't again."""
        self._leave_timer.stop()
        self.shutting_down.emit()
        self._watch_timer.stop()
        self.sheet_command.shut_down()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.run_ended.disconnect(self._end)
            thread.finished.disconnect(self._on_thread_finished)
            thread.shut_down(0 if self.is_leaving and self.is_running else None)
        self._forget_model()

    def _on_prepared(self, folder: RunFolder) -> None:
        if self.run is not None:
            self.run.folder = folder

    def _end(self, outcome: Outcome, last_lines: str = "") -> None:
        if self.run is None or not self.run.is_running:
            return
        self.run.end(outcome, last_lines)
        self._update_actions()
        if self.run.folder is not None and self.run.folder.litert_model.is_file():
            self._model = FinishedModel(self.run.folder, self)
            self._model.answered.connect(self._on_predictions_changed)
            self._model.failed.connect(self._document.message_sent)
            self._watch_current_image()

    def _on_thread_finished(self) -> None:
        """The thread always tells how the run ended; if a bug kept it from that, the window still is not left waiting."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.wait()
            thread.deleteLater()
        self._end(Outcome(OutcomeKind.CRASHED, self.tr("an unexpected error in this program")))

    def _forget_model(self) -> None:
        model, self._model = self._model, None
        if model is not None:
            model.shut_down()
            model.deleteLater()

    def _update_actions(self) -> None:
        self._actions["train"].setEnabled(self._document.is_open and not self.is_running)
        self._actions["stop_training"].setEnabled(self.is_running)

    # --- what the model sees

    def predictions_for(self, image: str) -> list[PredictedBox]:
        """The newest answer about an image of the open project; classes renamed meanwhile by their new names."""
        if self.run is None or not self._shows_this_project():
            return []
        model = self._model if self.is_answered_by_finished_model(image) else None
        boxes = model.predictions_for(image) if model else self.run.predictions_for(image)
        return [self._with_present_name(box) for box in boxes]

    def is_answered_by_finished_model(self, image: str) -> bool:
        return self._model is not None and self._model.has_answer_for(image)

    @property
    def current_answer(self) -> list[PredictedBox] | None:
        """The boxes in the image that is open; None while there is no answer about it."""
        image = self._document.current_image
        if self.run is None or not self._shows_this_project():
            return None
        known = self.is_answered_by_finished_model(image) or self.run.has_answer_for(image)
        return self.predictions_for(image) if known else None

    def _with_present_name(self, box: PredictedBox) -> PredictedBox:
        record = self._document.class_of_id(box.class_id)
        return box if record is None else replace(box, label=record.name)

    def _on_current_image_changed(self, _image: str) -> None:
        self._watch_timer.start()
        self.current_answer_changed.emit()

    def _watch_current_image(self) -> None:
        image = self._document.current_image
        if not image or not self._shows_this_project():
            return
        if self._model is not None:
            self._model.ask(image, self._document.image_path(image))
        elif self._thread is not None:
            self._thread.watch(image)

    def _on_predictions_changed(self, image: str) -> None:
        if self._shows_this_project():
            self.predictions_changed.emit(image)
            if image == self._document.current_image:
                self.current_answer_changed.emit()

    def _shows_this_project(self) -> bool:
        return self._document.is_open and self._document.project_file == self._project_file
