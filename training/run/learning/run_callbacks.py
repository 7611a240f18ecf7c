"""What happens between batches and between epochs of `model.fit`."""

from __future__ import annotations

import math
import time
from typing import Any

import keras

from training.models.compiling import figures
from training.run.events import EndedEvent, EpochEvent, SavedEvent, StepEvent
from training.run.learning.state_keeper import StateKeeper
from training.run.learning.training_setup import TrainingSetup
from training.run.model_files import save_model
from training.run.monitor import is_better, words_for
from training.run.pace import Pace
from training.run.result_files import HistoryFile
from training.run.run_control import StopRequested
from training.run.session import Session
from training.run.watching import Watching

SECONDS_BETWEEN_STEPS = 0.1
# Of the time since the last saving of last.keras, at most this share goes into saving it.
SHARE_FOR_SAVING = 0.1


class StepReporter(keras.callbacks.Callback):  # type: ignore[misc]
    """Tells where the training stands, answers questions, and ends it when asked to."""

    def __init__(self, session: Session, watching: Watching, state: StateKeeper) -> None:
        super().__init__()
        self._session = session
        self._watching = watching
        self._state = state
        self._pace = Pace()
        self._last_told = 0.0

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self._pace.step_ended(begins_epoch=batch == 0)
        loss = float((logs or {})["loss"])
        now = time.monotonic()
        if now - self._last_told >= SECONDS_BETWEEN_STEPS and math.isfinite(self._pace.seconds_per_step):
            self._last_told = now
            self._tell_step(loss)
        self._answer_and_stop()

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
        self._answer_and_stop()

    def _answer_and_stop(self) -> None:
        self._watching.answer(self._state.epoch + 1)
        if self._session.control.stop_requested:
            raise StopRequested

    def _tell_step(self, loss: float) -> None:
        state, epochs_left = self._state, self._state.phase.ends - self._state.epoch
        seconds = self._pace.seconds_per_step
        self._session.tell(
            StepEvent(
                epoch=state.epoch + 1,
                step=state.batch,
                steps=state.steps_per_epoch,
                loss=loss,
                images_per_second=state.batch_size / max(seconds, 1e-9),
                eta_seconds=state.later_seconds
                + self._pace.seconds_left(epochs_left * state.steps_per_epoch - state.batch, epochs_left),
            )
        )


class EpochKeeper(keras.callbacks.Callback):  # type: ignore[misc]
    """At each epoch's end: tells its figures, keeps the best model, the last one and the state, and predicts."""

    def __init__(
        self,
        session: Session,
        watching: Watching,
        setup: TrainingSetup,
        monitor: str,
        state: StateKeeper,
        best: EpochEvent | None = None,
    ) -> None:
        """`monitor` is the figure that makes an epoch the best; `best` is that of an earlier part or phase of the run."""
        super().__init__()
        self._session = session
        self._run = session.run
        self._watching = watching
        self._card = setup.card
        self._whole = setup.model  # `fit` may have a part of it only
        self._phase = setup.phase
        self._monitor = monitor
        self._state = state
        self._history = HistoryFile(session.run.history_file, state.epoch)
        self._last_saved = -math.inf
        self._saving_took = 0.0
        self._epoch_of_last = -1
        self.best = best

    @property
    def epochs_done(self) -> int:
        return self._state.epoch

    @property
    def is_over(self) -> bool:
        """Whether every epoch of the phase is complete, or nothing got better for too long."""
        return self._phase.is_over(self.epochs_done, self._best_epoch)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        seconds = self._state.epoch_seconds
        self._state.end_epoch()
        values = figures(logs or {})
        best = self._is_best(values)
        event = EpochEvent(
            epoch=self.epochs_done,
            epochs=self._phase.total,
            figures=values,
            seconds=seconds,
            best=best,
            phase=self._phase.name,
        )
        if best:
            self.save_best()
            self.best = event
        self._history.add(event)
        self._session.tell(event)
        # After the event: a run that dies between the two tells the epoch again when it goes on.
        self._state.save(self.best)
        is_due = (time.monotonic() - self._last_saved) * SHARE_FOR_SAVING >= self._saving_took
        if (
            is_due or self._session.cluster is not None
        ):  # machines that train together do the same, whatever time it takes
            self.save_last()
        self._watching.tell_epoch(self.epochs_done)
        if self.is_over:
            self.model.stop_training = True

    def save_at_end(self, in_mid_epoch: bool) -> None:
        """What is not on disk yet: the state, the last model, and a best one if no epoch was completed."""
        if in_mid_epoch:
            self._state.save(self.best)
        if self.best is None:
            self.save_best()
        if in_mid_epoch or self._epoch_of_last != self.epochs_done:
            self.save_last()

    def save_best(self) -> None:
        self._session.check_hold()
        with self._state.averages.in_use():
            save_model(self._whole, self._run.best_model, self._card.at_epoch(self.epochs_done))
        self._session.tell(SavedEvent(what="best", path=self._run.best_model.name))

    def save_last(self) -> None:
        self._session.check_hold()
        began = time.monotonic()
        with self._state.averages.in_use():
            save_model(self._whole, self._run.last_model, self._card.at_epoch(self.epochs_done))
        self._epoch_of_last = self.epochs_done
        self._last_saved = time.monotonic()
        self._saving_took = self._last_saved - began
        self._session.tell(SavedEvent(what="last", path=self._run.last_model.name))

    def ended(self, stopped: bool) -> EndedEvent:
        """How the training came to its end, not yet told."""
        figures = {} if self.best is None else self.best.figures
        if stopped:
            kept = "" if self.best else "stopped before the first epoch was complete; what it had learned is kept"
            return EndedEvent(outcome="stopped", reason=kept, figures=figures)
        if self.best is not None and self._phase.is_out_of_patience(self.epochs_done, self._best_epoch):
            patience = self._phase.patience
            epochs = "1 epoch" if patience == 1 else f"{patience} epochs"
            better = f"{'lower' if self._monitor.endswith('loss') else 'better'} {words_for(self._monitor)}"
            reason = f"no {better} for {epochs}; the best was epoch {self.best.epoch}"
            facts = {"figure": self._monitor, "epochs": str(patience), "best_epoch": str(self.best.epoch)}
            return EndedEvent(outcome="completed", code="early_stopped", reason=reason, facts=facts, figures=figures)
        return EndedEvent(outcome="completed", figures=figures)

    @property
    def _best_epoch(self) -> int | None:
        return None if self.best is None else self.best.epoch

    def _is_best(self, values: dict[str, float]) -> bool:
        value = values.get(self._monitor, math.nan)
        former = math.nan if self.best is None else self.best.figures.get(self._monitor, math.nan)
        if not math.isfinite(former):
            return self.best is None or math.isfinite(value)
        if value == former:
            # Shares of a few images are often alike; the loss goes on telling.
            return self._loss_is_lower(values)
        return is_better(self._monitor, value, former)

    def _loss_is_lower(self, values: dict[str, float]) -> bool:
        name = "val_loss" if self._monitor.startswith("val_") else "loss"
        former = math.nan if self.best is None else self.best.figures.get(name, math.nan)
        return values.get(name, math.nan) < former
