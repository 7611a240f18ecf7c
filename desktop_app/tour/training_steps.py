"""The steps about the training: start it, watch it, read its figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMargins, QTimer

from desktop_app.runs.figure_words import VALIDATION
from desktop_app.tour.placing import Side
from desktop_app.tour.said import Said
from desktop_app.tour.step import FIGURES, TRAIN, WATCH, Step
from desktop_app.tour.toolbar import tool_button
from desktop_app.words import filled, percent
from training.run.outcome import OutcomeKind
from training.run.recipes.names import LOCALIZER

if TYPE_CHECKING:
    from desktop_app.runs.queued_run import QueuedRun
    from desktop_app.runs.sheet.train_sheet import TrainSheet
    from desktop_app.runs.training_run import TrainingRun

# About ten seconds of learning on two cores, and yet most boxes lie on their toys afterwards.
QUICK: Mapping[str, Any] = {
    "model_size": "small",
    "input_size": 64,
    "epochs": 24,
    "batch_size": 16,
    "learning_rate": 0.005,
}
BESIDE_RUN = (Side.ABOVE, Side.LEFT)
BESIDE_START = (Side.BELOW, Side.ABOVE)
ROOM_IN_SHEET = 160  # pixels beneath its buttons, so that the bubble covers nothing there
WITH_A_MODEL = (OutcomeKind.COMPLETED, OutcomeKind.STOPPED)


class TrainStep(Step):
    """The sheet opens with settings that take about a minute; whatever the person starts there counts."""

    name = TRAIN

    def begin(self) -> None:
        self._trouble = self.take_trouble()
        orders = self.window.training.orders
        self.hear(orders.sheet_command.sheet_opened, self._on_sheet_opened)
        self.hear(orders.placed, self._on_placed)

    def said(self) -> Said:
        sheet = self.window.training.sheet_command.sheet
        if sheet is not None and sheet.isVisible():
            text = self.tr("These settings are made for this tour: it takes about a minute. Press Start training.")
            return Said(self.tr("Start it"), text, (sheet.start_button, sheet), BESIDE_START)
        text = self._trouble or self.tr("Now a model learns from all these boxes.")
        text = filled(self.tr("%1 Press Train."), text)
        return Said(self.tr("Train a model"), text, (tool_button(self.window, "train"),))

    @property
    def can_be_skipped(self) -> bool:
        """With a model from before."""
        run = self.window.training.run
        return run is not None and run.folder is not None and run.outcome is not None and run.folder.has_model

    def _on_sheet_opened(self, sheet: TrainSheet) -> None:
        sheet.is_remembered = False  # what was chosen for the tour is not what the person's next training begins with
        sheet.recipe_choice.choose(LOCALIZER)
        sheet.form.restore_defaults()
        sheet.form.set_values(QUICK)
        layout = sheet.layout()
        assert layout is not None
        layout.setContentsMargins(layout.contentsMargins() + QMargins(0, 0, 0, ROOM_IN_SHEET))
        sheet.fit()
        sheet.finished.connect(self._on_sheet_moved)
        QTimer.singleShot(0, self, self._on_sheet_moved)  # it is told of before it is shown

    def give_way(self) -> None:
        sheet = self.window.training.sheet_command.sheet
        if sheet is not None:
            sheet.reject()

    def _on_sheet_moved(self) -> None:
        self.said_changed.emit()

    def _on_placed(self, queued: QueuedRun) -> None:
        self.way.run = queued.run
        self.window.training.show_queued(queued)
        self.done.emit()


class WatchStep(Step):
    """Until the training has ended; without a model it goes back to where it is started."""

    name = WATCH

    def begin(self) -> None:
        document = self.window.document
        if self.way.own_image in document.images:
            document.set_current_image(self.way.own_image)
        run = self.way.run or self.window.training.run
        self._run = run
        if run is None:
            self.fell_back.emit(TRAIN)
            return
        self.way.run = run
        self.hear(run.progress_changed, self.said_changed)
        self.hear(run.figures_changed, self.said_changed)
        self.hear(run.ended, self._on_ended)
        self.hear(self.window.training.queue_changed, self._on_queue_changed)
        self.hear(self.window.training.current_answer_changed, self.said_changed)
        if run.outcome is not None and not has_model(run):
            self._on_ended()

    def said(self) -> Said:
        run, panel = self._run, self.window.runs
        next_text = self.tr("Next") if run is not None and run.outcome is not None else ""
        if run is not None and run.is_waiting:
            text = self.tr("Another training goes on; this one waits for its turn. You may go on drawing.")
            return Said(self.tr("It waits"), text, (panel,), BESIDE_RUN)
        if run is None or not run.history:
            text = self.tr("The training gets ready; that takes a few seconds. You may go on drawing meanwhile.")
            return Said(self.tr("It begins"), text, (panel,), BESIDE_RUN, next_text)
        if self.sees_something:
            text = self.tr(
                "The loss falls while the model learns. The dashed box is what it sees in your picture so far."
            )
        else:
            text = self.tr("The loss falls while the model learns. In this picture it sees nothing yet.")
        return Said(self.tr("Watch it learn"), text, (panel,), BESIDE_RUN, next_text)

    @property
    def can_be_skipped(self) -> bool:
        return self._run is not None and self._run.outcome is not None

    def _on_ended(self) -> None:
        run = self._run
        if run is None or run.outcome is None:
            return
        if has_model(run):
            self.done.emit()
        else:
            self.way.run = None
            self.way.trouble = self._what_went_wrong(run)
            self.fell_back.emit(TRAIN)

    def _on_queue_changed(self) -> None:
        """One that waits can be taken away."""
        run = self._run
        known = [queued.run for queued in self.window.training.queue.runs]
        if run is not None and run.outcome is None and run not in known:
            self.way.run = None
            self.way.trouble = self.tr("The training was taken away.")
            self.fell_back.emit(TRAIN)

    def _what_went_wrong(self, run: TrainingRun) -> str:
        """The panel says why."""
        if run.stop_requested:
            return self.tr("The training was stopped before there was a model.")
        return self.tr("The training did not get to its end; the panel below says why.")


class FiguresStep(Step):
    name = FIGURES

    def begin(self) -> None:
        if self.window.training.run is None:
            self.fell_back.emit(TRAIN)
            return
        self.hear(self.window.training.current_answer_changed, self.said_changed)

    def said(self) -> Said:
        run = self.window.training.run
        figure = None if run is None else run.final_figures.get(f"{VALIDATION}mean_iou")
        text = self.tr(
            "The mean IoU says how well its boxes lie on the drawn ones, in pictures that it did not learn from."
        )
        if figure is not None:
            text = self.tr(
                "In pictures that it did not learn from, its boxes and the drawn ones share %1 of what both cover "
                "(the mean IoU)."
            )
        own = self.tr("The dashed box in this picture is its own.")
        none = self.tr("In this picture it sees nothing; a longer training would make it surer.")
        share = percent(figure).replace(" ", "\N{NO-BREAK SPACE}")
        text = f"{filled(text, share)} {own if self.sees_something else none}"
        return Said(self.tr("Your model is ready"), text, (self.window.runs,), BESIDE_RUN, self.tr("Next"))


def has_model(run: TrainingRun) -> bool:
    """Whether there is something to go on with."""
    return run.outcome is not None and run.outcome.kind in WITH_A_MODEL and run.best_epoch is not None
