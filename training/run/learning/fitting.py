"""`model.fit` from where the state stands, also in the middle of an epoch."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

import keras

from training.run.learning.run_callbacks import EpochKeeper
from training.run.learning.settling import settle
from training.run.learning.state_keeper import StateKeeper
from training.run.learning.training_setup import TrainingSetup
from training.run.samples.data_wait import WaitMeter
from training.run.samples.input_pipeline import EpochFollower, RestOfEpoch
from training.run.samples.prefetching import Prefetched


def fit(
    setup: TrainingSetup,
    state: StateKeeper,
    others: Sequence[keras.callbacks.Callback],
    keeper: EpochKeeper,
    meter: WaitMeter,
) -> None:
    """Train until all epochs of the phase are complete, or nothing gets better any more. Raises StopRequested, LossLost.

    `others` are told after `state` and before `keeper`, which saves what they have changed.
    """
    callbacks = [state, EpochFollower(setup.batches), *others, keeper]
    try:
        _fit_rest(setup, state, callbacks, keeper, meter)
    finally:
        settle(setup.fitted)
        state.averages.leave()


def _fit_rest(
    setup: TrainingSetup,
    state: StateKeeper,
    callbacks: Sequence[keras.callbacks.Callback],
    keeper: EpochKeeper,
    meter: WaitMeter,
) -> None:
    if keeper.is_over:
        return
    if state.batch == setup.steps_per_epoch:
        _judge_epoch(setup, callbacks)
    elif state.batch:
        _fit(setup, RestOfEpoch(setup.batches, state.batch), callbacks, meter, state.epoch, state.epoch + 1)
    if not keeper.is_over:
        _fit(setup, setup.batches, callbacks, meter, state.epoch, setup.phase.ends)


def _fit(
    setup: TrainingSetup,
    batches: keras.utils.PyDataset,
    callbacks: Sequence[keras.callbacks.Callback],
    meter: WaitMeter,
    first_epoch: int,
    epochs: int,
) -> None:
    with ExitStack() as held:
        judged = None if setup.validation is None else held.enter_context(Prefetched(setup.validation))
        setup.fitted.fit(
            held.enter_context(Prefetched(batches, meter)),
            validation_data=judged,
            initial_epoch=first_epoch,
            epochs=epochs,
            shuffle=False,
            verbose=0,
            callbacks=[*callbacks, meter],
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
