"""The state of one run, built from its events alone, whether they come live or are read back from its folder."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from PySide6.QtCore import QObject, Signal

from desktop_app.runs.warning_words import URGENT, warning_in_words
from training.run.answers.prediction import Answer, PredictedBox
from training.run.events import (
    EndedEvent,
    EpochEvent,
    EstimateEvent,
    Event,
    ImagePrediction,
    PhaseEvent,
    PredictionsEvent,
    StartedEvent,
    StepEvent,
    WarningEvent,
)
from training.run.outcome import Outcome
from training.run.reading_back import RunRecord
from training.run.recipes.names import CLASSIFIER
from training.run.run_folder import RunFolder

TRAINING_PHASES = ("train", "fine_tune")


class Stage(Enum):
    """Where a run without an outcome is."""

    PREPARED = auto()  # a folder that nobody has started
    WAITING = auto()  # in this window's queue
    RUNNING = auto()


class TrainingRun(QObject):
    """What is known of a run. Views read it when it signals. It belongs to whoever holds it, and has no parent."""

    progress_changed = Signal()  # stage, phase, step or time left
    figures_changed = Signal()  # another epoch is over
    predictions_changed = Signal(str)  # the image
    warned = Signal()
    ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder: RunFolder | None = None
        self.stage = Stage.RUNNING
        self.started: StartedEvent | None = None
        self.phase: PhaseEvent | None = None
        self.step: StepEvent | None = None
        self.estimate: EstimateEvent | None = None
        self.history: list[EpochEvent] = []
        self.resumed_after: tuple[int, ...] = ()  # epochs after which the training was taken up again
        self.warnings: list[str] = []
        self.final_figures: dict[str, float] = {}
        self.outcome: Outcome | None = None
        self.last_lines = ""
        self.stop_requested = False
        self.ended_at_once = False  # the person did not wait for the model to be saved
        self._is_stepping = False
        self._predictions: dict[str, tuple[int, ImagePrediction]] = {}

    @classmethod
    def from_record(cls, record: RunRecord, parent: QObject | None = None) -> TrainingRun:
        """A run as its folder tells it; one that nobody writes any more has an outcome, also when its worker said none."""
        run = cls(parent)
        run.folder = record.folder
        for event in record.events:
            run.apply(event)
        if record.is_prepared:
            run.stage = Stage.PREPARED
        if record.outcome is not None:
            run.end(record.outcome, record.last_lines)
        return run

    # --- what came

    def apply(self, event: Event) -> None:
        match event:
            case StartedEvent():
                self._start(event)
            case PhaseEvent():
                self.phase = event
                self._is_stepping = event.name in TRAINING_PHASES
                self.progress_changed.emit()
            case EstimateEvent():
                self.estimate = event
                self.progress_changed.emit()
            case StepEvent():
                self.step = event
                self._is_stepping = True
                self.progress_changed.emit()
            case EpochEvent():
                self.history.append(event)
                self.figures_changed.emit()
            case PredictionsEvent():
                self._take_predictions(event)
            case WarningEvent():
                self._take_warning(event)
            case EndedEvent():
                self.final_figures = event.figures

    def _start(self, event: StartedEvent) -> None:
        """Also that of a resumed run: what came after the epochs that count is forgotten."""
        self.started = event
        self.step = self.estimate = None
        self.final_figures = {}
        late = [image for image, (epoch, _) in self._predictions.items() if epoch > event.epochs_before]
        for image in late:
            del self._predictions[image]
        counting = [epoch for epoch in self.history if epoch.epoch <= event.epochs_before]
        forgets_epochs = len(counting) < len(self.history)
        self.history = counting
        if event.epochs_before:
            earlier = (epochs for epochs in self.resumed_after if epochs < event.epochs_before)
            self.resumed_after = (*earlier, event.epochs_before)
        self.progress_changed.emit()
        if forgets_epochs:
            self.figures_changed.emit()
        for image in late:
            self.predictions_changed.emit(image)

    def _take_warning(self, event: WarningEvent) -> None:
        """A resumed worker finds the same fault with the same image again. What is urgent comes first."""
        text = warning_in_words(event)
        if text not in self.warnings:
            self.warnings.insert(0 if event.code in URGENT else len(self.warnings), text)
            self.warned.emit()

    def _take_predictions(self, event: PredictionsEvent) -> None:
        """An answer from an earlier epoch than the one that is there comes too late."""
        for prediction in event.images:
            known = self._predictions.get(prediction.filename)
            if known is None or known[0] <= event.epoch:
                self._predictions[prediction.filename] = (event.epoch, prediction)
                if known is None or known[1] != prediction:
                    self.predictions_changed.emit(prediction.filename)

    def set_stage(self, stage: Stage) -> None:
        if stage is not self.stage:
            self.stage = stage
            self.progress_changed.emit()

    def go_on(self) -> None:
        """It will be resumed: what was learned stays, how it ended does not."""
        self.outcome = None
        self.last_lines = ""
        self.stop_requested = self.ended_at_once = self._is_stepping = False
        self.phase = self.step = self.estimate = None
        self.final_figures = {}
        self.progress_changed.emit()

    def request_stop(self) -> None:
        """Asked again, it means: at once."""
        self.ended_at_once = self.stop_requested
        self.stop_requested = True
        self.progress_changed.emit()

    def end(self, outcome: Outcome, last_lines: str = "") -> None:
        self.outcome = outcome
        self.last_lines = last_lines
        self.ended.emit()

    # --- what is known

    @property
    def is_running(self) -> bool:
        return self.outcome is None and self.stage is Stage.RUNNING

    @property
    def is_waiting(self) -> bool:
        """In the queue, or prepared and never started."""
        return self.outcome is None and self.stage is not Stage.RUNNING

    @property
    def is_training(self) -> bool:
        """Steps are being made; afterwards the model is judged and saved."""
        return self.is_running and self.step is not None and self._is_stepping

    @property
    def epochs(self) -> int:
        if self.started is not None:
            return self.started.epochs
        return self.history[-1].epochs if self.history else 0

    @property
    def is_classifier(self) -> bool:
        if self.started is not None:
            return self.started.recipe == CLASSIFIER
        return bool(self.history) and "macro_f1" in self.history[-1].figures

    @property
    def training_phase(self) -> str:
        """The part of the training that goes on; nothing where it is of one piece."""
        parts = () if self.started is None else self.started.phases
        if not parts:
            return ""
        if self.phase is not None and self.phase.name in parts:
            return self.phase.name
        return self.history[-1].phase or parts[0] if self.history else parts[0]

    @property
    def epoch_in_progress(self) -> int:
        """By the newest step, or after the last epoch that is over: another part's first step takes a while."""
        begun = 0 if self.step is None else self.step.epoch
        following = self.history[-1].epoch + 1 if self.history else 1
        return max(begun, min(following, self.epochs))

    @property
    def phase_starts(self) -> tuple[tuple[int, str], ...]:
        """After which epochs another part of the training began, and which."""
        pairs = zip(self.history, self.history[1:], strict=False)
        return tuple((before.epoch, after.phase) for before, after in pairs if before.phase != after.phase)

    @property
    def progress(self) -> float:
        """Share of all steps that is done, 0 to 1."""
        if self.step is None or not self.epochs:
            return 0.0
        return min(1.0, (self.step.epoch - 1 + self.step.step / max(1, self.step.steps)) / self.epochs)

    @property
    def best_epoch(self) -> EpochEvent | None:
        return next((epoch for epoch in reversed(self.history) if epoch.best), None)

    @property
    def answered_images(self) -> list[str]:
        """The images that the run itself said something about."""
        return list(self._predictions)

    def has_answer_for(self, image: str) -> bool:
        return image in self._predictions

    def answer_for(self, image: str) -> Answer:
        """The same, and what a classifier takes boxes or the whole picture for."""
        known = self._predictions.get(image)
        return Answer() if known is None else Answer(known[1].boxes, known[1].answers)

    def predictions_for(self, image: str) -> Sequence[PredictedBox]:
        """What the model last said about an image; nothing if it sees no object there, or wasn't asked yet."""
        known = self._predictions.get(image)
        return () if known is None else known[1].boxes
