"""Follows how far a training is, writes that down with all its numbers, and puts both back."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import keras
import numpy as np

from training.models.optimizing import multiply_rate
from training.run.events import EpochEvent
from training.run.failure import StateUnfit
from training.run.learning.averaged_weights import AveragedWeights
from training.run.learning.phases import Phase
from training.run.learning.run_state import Numbers, Place, RunState, fingerprint, write_state
from training.run.learning.training_setup import TrainingSetup
from training.run.network_version import NETWORK
from training.run.session import Session

METRICS = "metrics"
AVERAGES = "averages"


class StateKeeper(keras.callbacks.Callback):  # type: ignore[misc]
    """`epoch` epochs are complete, and `batch` batches of the next one; it comes first among the callbacks.

    Keras numbers batches from where `fit` began: `first_batch` is what an earlier part had done of the epoch.
    """

    def __init__(self, session: Session, setup: TrainingSetup, state: RunState | None, train_images: int) -> None:
        """A `state` that stands in another phase, which is over, says nothing about this one."""
        super().__init__()
        if state is not None and state.place.phase != setup.phase.name:
            state = None
        self._session = session
        self._setup = setup
        self._start = Place(
            fingerprint=fingerprint(session.run, session.settings),
            batch_size=setup.batch_size,
            train_images=train_images,
            phase=setup.phase.name,
            phase_begins=setup.phase.begins,
            network=NETWORK,
            precision=setup.footing.precision,
            replicas=setup.footing.replicas,
            rate_factor=setup.footing.rate_factor,
        )
        self.epoch, self.batch = (setup.phase.begins, 0) if state is None else place_in(setup, state.place)
        self.first_batch = self.batch
        self._epoch_seconds = 0.0 if state is None else state.place.epoch_seconds
        self._epoch_began = time.monotonic()
        # Of the epoch that an earlier part began: to be put back when Keras has reset them.
        self._metrics = () if state is None or not self.batch else state.numbers[METRICS]
        self._metrics_of_training: tuple[Any, ...] | None = None
        self.averages = _averages(session, setup, state)

    @property
    def batch_size(self) -> int:
        return self._setup.batch_size

    @property
    def steps_per_epoch(self) -> int:
        return self._setup.steps_per_epoch

    @property
    def phase(self) -> Phase:
        return self._setup.phase

    @property
    def later_seconds(self) -> float:
        """What the phases after this one will take, as far as that is known."""
        return self._setup.later_seconds

    @property
    def epoch_seconds(self) -> float:
        """Spent in the epoch that is not complete, in all parts of the run."""
        return self._epoch_seconds + time.monotonic() - self._epoch_began

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
        self._epoch_began = time.monotonic()
        if self._metrics:
            _assign(self._setup.fitted.metrics_variables, self._metrics)
            self._metrics = ()
        self._metrics_of_training = None

    def end_epoch(self) -> None:
        self.epoch += 1
        self.batch = self.first_batch = 0
        self._epoch_seconds = 0.0
        self._epoch_began = time.monotonic()
        self._metrics_of_training = None

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
        self.batch = self.first_batch + batch + 1

    def on_test_begin(self, logs: Any = None) -> None:  # noqa: ARG002
        """Judging resets the metrics, and may be interrupted."""
        self._metrics_of_training = _values(self._setup.fitted.metrics_variables)

    def save(self, best: EpochEvent | None) -> None:
        """Write the state as it is at the end of a batch or of an epoch. Raises OSError, and RunFolderError when the run is
        held by another computer now.
        """
        self._session.check_hold()
        write_state(self._session.run, RunState(self._place(best), self._numbers()))

    def _place(self, best: EpochEvent | None) -> Place:
        epoch_seconds = self.epoch_seconds if self.batch else 0.0
        return replace(self._start, epoch=self.epoch, batch=self.batch, epoch_seconds=epoch_seconds, best=best)

    def _numbers(self) -> Numbers:
        averages = self.averages.numbers()  # first: the network has the weights that it trains after that
        fitted = self._setup.fitted
        metrics = self._metrics_of_training
        if metrics is None:
            metrics = _values(fitted.metrics_variables)
        return {
            "model": _values(self._setup.model.variables),
            "optimizer": _values(fitted.optimizer.variables),
            METRICS: metrics if self.batch else (),
            AVERAGES: averages,
        }


def put_back_model(model: keras.Model, state: RunState) -> None:
    """Give the whole model the numbers of a state. Raises StateUnfit when they are those of another network."""
    _put_back(model.variables, state, "model")


def put_back_optimizer(setup: TrainingSetup, state: RunState) -> None:
    """Give the optimizer the numbers of a state in the same phase. Raises StateUnfit as for the model."""
    optimizer = setup.fitted.optimizer
    _put_back(optimizer.variables, state, "optimizer")
    former = state.place.rate_factor
    if former and former != setup.footing.rate_factor:
        multiply_rate(optimizer, setup.footing.rate_factor / former)
    if state.place.batch_size == setup.batch_size:
        return
    # The learning rate follows the steps of the whole phase, of which there are more with smaller batches.
    epoch, batch = place_in(setup, state.place)
    optimizer.iterations.assign((epoch - setup.phase.begins) * setup.steps_per_epoch + batch)


def _put_back(variables: Any, state: RunState, group: str) -> None:
    try:
        _assign(variables, state.numbers[group])
    except (KeyError, ValueError) as error:
        raise _does_not_fit(error) from error


def _averages(session: Session, setup: TrainingSetup, state: RunState | None) -> AveragedWeights:
    averages = AveragedWeights(setup.fitted, session.settings.ema)
    try:
        averages.put_back(() if state is None else state.numbers.get(AVERAGES, ()))
    except ValueError as error:
        raise _does_not_fit(error) from error
    return averages


def _does_not_fit(error: Exception) -> StateUnfit:
    return StateUnfit(
        f"the saved state does not fit the network that these settings give here ({error}); the images that can be "
        "read may have changed, or the version of Boxwright; start a new run"
    )


def place_in(setup: TrainingSetup, place: Place) -> tuple[int, int]:
    """Complete epochs, and batches of this size in the next one that hold the images seen there."""
    return place.epoch, min(place.batch * place.batch_size // setup.batch_size, setup.steps_per_epoch)


def _values(variables: Any) -> tuple[Any, ...]:
    return tuple(np.array(keras.ops.convert_to_numpy(variable)) for variable in variables)


def _assign(variables: Any, values: tuple[Any, ...]) -> None:
    if len(variables) != len(values):
        raise ValueError(f"expected {len(variables)} variables, found {len(values)}")
    for variable, value in zip(variables, values, strict=True):
        if tuple(variable.shape) != value.shape:
            raise ValueError(f"{variable.path}: expected the shape {tuple(variable.shape)}, found {value.shape}")
        variable.assign(value)
