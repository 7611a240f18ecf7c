"""`model.fit` from where the state stands, also in the middle of an epoch."""

from __future__ import annotations

from collections.abc import Sequence

import keras

from training.run.input_pipeline import EpochFollower, RestOfEpoch
from training.run.loss_guard import LossGuard
from training.run.run_callbacks import EpochKeeper, StepReporter
from training.run.state_keeper import StateKeeper
from training.run.training_setup import TrainingSetup


def fit(
    setup: TrainingSetup,
    state: StateKeeper,
    guard: LossGuard,
    reporter: StepReporter,
    keeper: EpochKeeper,
) -> None:
    """Train until all epochs of the phase are complete, or nothing gets better any more. Raises StopRequested, LossLost."""
    if keeper.is_over:
        return
    callbacks = [state, EpochFollower(setup.batches), guard, reporter, keeper]
    if state.batch == setup.steps_per_epoch:
        _judge_epoch(setup, callbacks)
    elif state.batch:
        _fit(setup, RestOfEpoch(setup.batches, state.batch), callbacks, state.epoch, state.epoch + 1)
    if not keeper.is_over:
        _fit(setup, setup.batches, callbacks, state.epoch, setup.phase.ends)


def _fit(
    setup: TrainingSetup,
    batches: keras.utils.PyDataset,
    callbacks: Sequence[keras.callbacks.Callback],
    first_epoch: int,
    epochs: int,
) -> None:
    setup.fitted.fit(
        batches,
        validation_data=setup.validation,
        initial_epoch=first_epoch,
        epochs=epochs,
        shuffle=False,
        verbose=0,
        callbacks=list(callbacks),
    )


def _judge_epoch(setup: TrainingSetup, callbacks: Sequence[keras.callbacks.Callback]) -> None:
    """An epoch of which all batches are done, and that was interrupted while it was judged: as `fit` ends one."""
    model = setup.fitted
    every = keras.callbacks.CallbackList(list(callbacks), model=model)
    epoch = callbacks[0].epoch
    every.on_epoch_begin(epoch)
    logs = dict(model.get_metrics_result())
    if setup.validation is not None:
        judged = model.evaluate(setup.validation, verbose=0, return_dict=True, callbacks=every)
        logs.update({f"val_{name}": value for name, value in judged.items()})
    every.on_epoch_end(epoch, logs)
