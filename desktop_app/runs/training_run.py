"""The state of one run, built from its events alone, whether they come live or are read back from its folder."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from training.run.events import (
    EndedEvent,
    EpochEvent,
    Event,
    ImagePrediction,
    PhaseEvent,
    PredictionsEvent,
    StartedEvent,
    StepEvent,
    WarningEvent,
)
from training.run.outcome import Outcome, OutcomeKind
from training.run.prediction import PredictedBox
from training.run.run_folder import RunFolder


class TrainingRun(QObject):
    """What is known of a run. Views read it when it signals."""

    progress_changed = Signal()  # phase, step or time left
    figures_changed = Signal()  # another epoch is over
    predictions_changed = Signal(str)  # the image
    warned = Signal()
    ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder: RunFolder | None = None
        self.started: StartedEvent | None = None
        self.phase: PhaseEvent | None = None
        self.step: StepEvent | None = None
        self.history: list[EpochEvent] = []
        self.warnings: list[str] = []
        self.final_figures: dict[str, float] = {}
        self.outcome: Outcome | None = None
        self.last_lines = ""
        self.stop_requested = False
        self.ended_at_once = False  # the person did not wait for the model to be saved
        self._is_stepping = False
        self._predictions: dict[str, tuple[int, ImagePrediction]] = {}

    @classmethod
    def read_back(cls, folder: RunFolder, parent: QObject | None = None) -> TrainingRun:
        """A past run; its outcome stays unknown when the worker died without a word."""
        run = cls(parent)
        run.folder = folder
        events, _ = folder.read_events()
        for event in events:
            run.apply(event)
        last = events[-1] if events else None
        if isinstance(last, EndedEvent):
            run.end(Outcome(OutcomeKind(last.outcome), last.reason))
        return run

    # --- what came

    def apply(self, event: Event) -> None:
        match event:
            case StartedEvent():
                self.started = event
                self.progress_changed.emit()
            case PhaseEvent():
                self.phase = event
                self._is_stepping = event.name == "train"
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
                self.warnings.append(event.text)
                self.warned.emit()
            case EndedEvent():
                self.final_figures = event.figures

    def _take_predictions(self, event: PredictionsEvent) -> None:
        """An answer from an earlier epoch than the one that is there comes too late."""
        for prediction in event.images:
            known = self._predictions.get(prediction.filename)
            if known is None or known[0] <= event.epoch:
                self._predictions[prediction.filename] = (event.epoch, prediction)
                if known is None or known[1] != prediction:
                    self.predictions_changed.emit(prediction.filename)

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
        return self.outcome is None

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
    def progress(self) -> float:
        """Share of all steps that is done, 0 to 1."""
        if self.step is None or not self.epochs:
            return 0.0
        return min(1.0, (self.step.epoch - 1 + self.step.step / max(1, self.step.steps)) / self.epochs)

    @property
    def best_epoch(self) -> EpochEvent | None:
        return next((epoch for epoch in reversed(self.history) if epoch.best), None)

    def has_answer_for(self, image: str) -> bool:
        return image in self._predictions

    def predictions_for(self, image: str) -> Sequence[PredictedBox]:
        """What the model last said about an image; nothing if it sees no object there, or wasn't asked yet."""
        known = self._predictions.get(image)
        return () if known is None else known[1].boxes
