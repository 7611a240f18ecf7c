"""What happens between batches and between epochs of `model.fit`."""

from __future__ import annotations

import math
import time
from typing import Any

import keras

from training.models.compiling import figures
from training.run.events import EpochEvent, SavedEvent, StepEvent
from training.run.failure import RunFailed
from training.run.model_card import ModelCard
from training.run.model_files import save_model
from training.run.result_files import HistoryFile
from training.run.run_control import StopRequested
from training.run.session import Session
from training.run.watching import Watching

SECONDS_BETWEEN_STEPS = 0.1
# Of the time since the last saving of last.keras, at most this share goes into saving it.
SHARE_FOR_SAVING = 0.1


class StepReporter(keras.callbacks.Callback):  # type: ignore[misc]
    """Tells where the training stands, answers questions, and ends it when asked to or when the loss is lost."""

    def __init__(self, session: Session, watching: Watching) -> None:
        super().__init__()
        self._session = session
        self._watching = watching
        self._epoch = 1
        self._steps_done = 0
        self._last_told = 0.0
        self._first_step_ended = 0.0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
        self._epoch = epoch + 1

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        now = time.monotonic()
        self._steps_done += 1
        if self._steps_done == 1:
            self._first_step_ended = now
        loss = float((logs or {})["loss"])
        if not math.isfinite(loss):
            where = f"in epoch {self._epoch}, step {batch + 1}"
            raise RunFailed(f"the loss is no longer a number ({where}); a lower learning rate helps")
        if self._steps_done > 1 and now - self._last_told >= SECONDS_BETWEEN_STEPS:
            self._last_told = now
            self._tell_step(batch + 1, loss, now)
        self._watching.answer(self._epoch)
        if self._session.control.stop_requested:
            raise StopRequested

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
        self._watching.answer(self._epoch)
        if self._session.control.stop_requested:
            raise StopRequested

    def _tell_step(self, step: int, loss: float, now: float) -> None:
        """Speed and rest are judged without the first step, which compiles the model."""
        steps = self.params["steps"]
        seconds = (now - self._first_step_ended) / (self._steps_done - 1)
        left = steps * self.params["epochs"] - self._steps_done
        self._session.tell(
            StepEvent(
                epoch=self._epoch,
                step=step,
                steps=steps,
                loss=loss,
                images_per_second=self._session.settings.batch_size / max(seconds, 1e-9),
                eta_seconds=left * seconds,
            )
        )


class EpochKeeper(keras.callbacks.Callback):  # type: ignore[misc]
    """At each epoch's end: tells its figures, keeps the best and the last model, and predicts."""

    def __init__(self, session: Session, watching: Watching, card: ModelCard, judged_by: str) -> None:
        """`judged_by` is the figure that makes an epoch the best: a loss where lower is better, else higher is."""
        super().__init__()
        self._session = session
        self._run = session.run
        self._watching = watching
        self._card = card
        self._judged_by = judged_by
        self._history = HistoryFile(session.run.history_file)
        self._began = 0.0
        self._last_saved = -math.inf
        self._saving_took = 0.0
        self._epoch_of_last = -1
        self.best: EpochEvent | None = None
        self.epochs_done = 0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
        self._began = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.epochs_done = epoch + 1
        values = figures(logs or {})
        best = self._is_best(values)
        seconds = time.monotonic() - self._began
        event = EpochEvent(epoch=epoch + 1, epochs=self.params["epochs"], figures=values, seconds=seconds, best=best)
        if best:
            self.save_best()
            self.best = event
        self._history.add(event)
        self._session.tell(event)
        if (time.monotonic() - self._last_saved) * SHARE_FOR_SAVING >= self._saving_took:
            self.save_last()
        self._watching.tell_epoch(epoch + 1)

    def save_at_end(self, in_mid_epoch: bool) -> None:
        """What is not on disk yet: the last model, and a best one if no epoch was completed."""
        if in_mid_epoch or self._epoch_of_last != self.epochs_done:
            self.save_last()
        if self.best is None:
            self.save_best()

    def save_best(self) -> None:
        save_model(self.model, self._run.best_model, self._card.at_epoch(self.epochs_done))
        self._session.tell(SavedEvent(what="best", path=self._run.best_model.name))

    def save_last(self) -> None:
        began = time.monotonic()
        save_model(self.model, self._run.last_model, self._card.at_epoch(self.epochs_done))
        self._epoch_of_last = self.epochs_done
        self._last_saved = time.monotonic()
        self._saving_took = self._last_saved - began
        self._session.tell(SavedEvent(what="last", path=self._run.last_model.name))

    def _is_best(self, values: dict[str, float]) -> bool:
        value = values.get(self._judged_by, math.nan)
        former = math.nan if self.best is None else self.best.figures.get(self._judged_by, math.nan)
        if not math.isfinite(former):
            return self.best is None or math.isfinite(value)
        return value < former if self._judged_by.endswith("loss") else value > former
