"""A few real steps before the first epoch, timed and then undone: they tell how long the training will take."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import numpy as np

from training.dataset.dataset import Split
from training.run.estimate import Speed, Work
from training.run.events import EstimateEvent
from training.run.learning.training_setup import TrainingSetup
from training.run.model_files import save_model
from training.run.recipes.classifier_data import sample_count
from training.run.run_control import RunControl
from training.run.samples.input_pipeline import SampleBatches
from training.run.session import Session
from training.run.settings import TrainingSettings
from training.run.training_data import TrainingData

MOST_SECONDS = 2.0  # of timed steps
MOST_STEPS = 24
VALIDATION_STEPS = 3
LARGEST_SHARE = 0.05  # of all steps of the run
FEWEST_STEPS = 40  # in a shorter run the steps themselves tell soon enough
SECONDS_WORTH_A_SAVING = 10.0


def tell_estimate(session: Session, setup: TrainingSetup, work: Work) -> None:
    """Tell how long the epochs of `work` will take. A run of a few steps only, or one being stopped, tells nothing."""
    all_steps = work.steps * work.epochs
    if all_steps < FEWEST_STEPS:
        return
    speed = measured_speed(setup, session.run.path, session.control, work, most_steps=int(LARGEST_SHARE * all_steps))
    if speed is not None:
        epoch, seconds = work.epoch_seconds(speed), work.seconds_left(speed)
        seconds += setup.later_seconds
        session.tell(EstimateEvent(epoch_seconds=round(epoch, 4), seconds=round(seconds, 2)))


def work_left(settings: TrainingSettings, data: TrainingData, batch_size: int, epochs: int) -> Work:
    """What a run on `data` has before it, of `epochs` more epochs."""
    validation = 0 if data.validation is None else len(data.validation)
    test = sample_count(settings, data.dataset.of_split(Split.TEST).images)
    return Work(len(data.train), validation, test, batch_size, epochs)


def measured_speed(
    setup: TrainingSetup, folder: Path, control: RunControl, work: Work, most_steps: int = MOST_STEPS
) -> Speed | None:
    """Time at most `most_steps` steps of training, and a few of validation; None when asked to stop meanwhile.

    The model is compiled by this, and not again by `fit`; its weights, optimizer, metrics and random state are
    afterwards what they were. `folder` is where the model is saved for a moment, to time that.
    """
    fitted = setup.fitted
    with _unchanged(fitted):
        steps = _StepTimes(control)
        timed = max(1, min(most_steps, MOST_STEPS))
        fitted.fit(_SomeBatches(setup.batches, range(1 + timed)), shuffle=False, verbose=0, callbacks=[steps])
        checks = _StepTimes(control)
        if setup.validation is not None and not control.stop_requested:
            batches = _SomeBatches(setup.validation, range(1 + VALIDATION_STEPS))
            fitted.evaluate(batches, verbose=0, callbacks=[checks])
    if control.stop_requested or not steps.times:
        return None
    speed = Speed(steps.typical, checks.typical, compiling=steps.compiling + checks.compiling)
    if work.seconds_left(speed) < SECONDS_WORTH_A_SAVING:
        return speed
    return Speed(speed.step, speed.validation_step, _saving_seconds(setup, folder), speed.compiling)


class _StepTimes(keras.callbacks.Callback):  # type: ignore[misc]
    """Seconds of each step but the first, which compiles; ends the fitting when it has seen enough."""

    def __init__(self, control: RunControl) -> None:
        super().__init__()
        self._control = control
        self._began = time.monotonic()
        self._first = 0.0
        self._last = 0.0
        self.times: list[float] = []

    @property
    def typical(self) -> float:
        """The mean of the later half: batches that lay ready while the model was compiled make the first ones quick."""
        later = self.times[len(self.times) // 2 :]
        return sum(later) / len(later) if later else 0.0

    @property
    def compiling(self) -> float:
        return max(0.0, self._first - self.typical)

    def on_train_begin(self, logs: Any = None) -> None:  # noqa: ARG002
        self._began = time.monotonic()

    def on_test_begin(self, logs: Any = None) -> None:  # noqa: ARG002
        self._began = time.monotonic()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        if self._has_seen_enough(logs):
            self.model.stop_training = True

    def on_test_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        if self._has_seen_enough(logs):
            self.model.stop_evaluating = True

    def _has_seen_enough(self, logs: dict[str, Any] | None) -> bool:
        float((logs or {})["loss"])  # a GPU is waited for
        now = time.monotonic()
        if not self._first:
            self._first = now - self._began
            self._began = now
        else:
            self.times.append(now - self._last)
        self._last = now
        return self._control.stop_requested or (bool(self.times) and now - self._began >= MOST_SECONDS)


class _SomeBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """Batches of a dataset, again from the first when there are no more; the dataset's own epoch stays as it is."""

    def __init__(self, batches: SampleBatches, places: Sequence[int]) -> None:
        super().__init__()
        self._batches = batches
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, index: int) -> Any:
        return self._batches[self._places[index] % len(self._batches)]


@contextmanager
def _unchanged(model: keras.Model) -> Iterator[None]:
    """All that steps change is set back: weights, statistics, random states, metrics and the optimizer.

    Not after an error: then memory may have run out, and the model is given up.
    """
    variables = {id(one): one for one in (*model.variables, *model.optimizer.variables, *model.metrics_variables)}
    values = {key: np.array(keras.ops.convert_to_numpy(variable)) for key, variable in variables.items()}
    yield
    for key, variable in variables.items():
        variable.assign(values[key])
    model.stop_training = False


def _saving_seconds(setup: TrainingSetup, folder: Path) -> float:
    with tempfile.TemporaryDirectory(prefix=".probe-", dir=folder) as beside:
        began = time.monotonic()
        save_model(setup.model, Path(beside) / "probe.keras", setup.card)
        return time.monotonic() - began
