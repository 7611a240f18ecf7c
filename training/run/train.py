"""A training from its run folder to its results."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from training.run.answers.keras_predictor import KerasPredictor
from training.run.enough_memory import batch_to_begin_with, with_enough_memory
from training.run.events import EndedEvent, PhaseEvent, StartedEvent
from training.run.failure import LossLost
from training.run.fitting import fit
from training.run.loss_guard import LossGuard
from training.run.machine import tensorflow_devices
from training.run.machine.tensorflow_devices import Device
from training.run.probe import tell_estimate, work_left
from training.run.report.finishing import Finishing
from training.run.report.report import versions
from training.run.run_callbacks import EpochKeeper, StepReporter
from training.run.run_control import StopRequested
from training.run.run_parts import counted_epochs, lasting_events, parts_of
from training.run.run_state import RunState
from training.run.session import Session
from training.run.state_keeper import StateKeeper, put_back
from training.run.taking_weights import start_from_earlier
from training.run.training_data import ImageReader, TrainingData
from training.run.training_setup import TrainingSetup, set_up
from training.run.watching import Watching


@dataclass(frozen=True, slots=True)
class Fitted:
    """What the batches came to: the best and the last model are saved, also where somebody stopped it."""

    setup: TrainingSetup
    predictor: KerasPredictor
    keeper: EpochKeeper
    ended: EndedEvent


def train(session: Session, reader: ImageReader, data: TrainingData, state: RunState | None = None) -> EndedEvent:
    """Train as the settings say and write all results; the answer is the last event, not yet told.

    With the `state` of an earlier part of the run it goes on from there, as if nothing had come between.
    Raises RunFailed and the other expected failures, and StopRequested when stopped before there was a model.
    """
    settings = session.settings
    device = tensorflow_devices.use_device(settings.device, settings.threads, settings.seed)
    batch = batch_to_begin_with(session.run, settings.batch_size if state is None else state.place.batch_size)
    fitted = with_enough_memory(session, batch, state, partial(_attempt, session, data, device))
    Finishing(session, reader, data, device, fitted.setup.model, fitted.predictor).finish(fitted.keeper, fitted.ended)
    return fitted.ended


def _attempt(session: Session, data: TrainingData, device: Device, batch_size: int, state: RunState | None) -> Fitted:
    """All that batches of this size need memory for, from building the model to the last batch."""
    session.tell(PhaseEvent(name="build", text="Building the model"))
    setup = set_up(session.settings, data, batch_size)
    if state is None:
        taken = start_from_earlier(setup.model, session.settings)
    else:
        taken = next((part.taken for part in parts_of(lasting_events(session.run)) if part.taken), ())
        put_back(setup, state)
    session.control.raise_if_stopped()
    started = _started(session, data, setup, device, taken)
    session.tell(started if state is None else replace(started, epochs_before=state.place.epoch))
    return _fit(session, data, setup, state)


def _started(
    session: Session, data: TrainingData, setup: TrainingSetup, device: Device, taken: tuple[str, ...]
) -> StartedEvent:
    settings = session.settings
    return StartedEvent(
        versions=versions(),
        device=device.name,
        train_images=len(data.train),
        validation_images=0 if data.validation is None else len(data.validation),
        parameters=setup.model.count_params(),
        epochs=settings.epochs,
        steps_per_epoch=setup.steps_per_epoch,
        classes=settings.class_names,
        heads=setup.card.heads,
        batch_size=setup.batch_size,
        monitor=data.monitor,
        taken=taken,
    )


def _fit(session: Session, data: TrainingData, setup: TrainingSetup, state: RunState | None) -> Fitted:
    """Train to the end or until stopped; the best and the last model are saved either way."""
    session.tell(PhaseEvent(name="train", text="Training; the first step takes longer, as the model is compiled"))
    predictor = KerasPredictor(setup.model, setup.card)
    watching = Watching(session, predictor, data.validation)
    following = StateKeeper(session, setup, state, len(data.train))
    best = None if state is None else state.place.best
    keeper = EpochKeeper(session, watching, setup.card, data.monitor, following, best)
    epochs_left = session.settings.epochs - following.epoch
    tell_estimate(session, setup, work_left(data, setup.batch_size, epochs_left))
    before = counted_epochs(lasting_events(session.run))
    guard = LossGuard(session, following, before)
    stopped = False
    try:
        fit(setup, following, guard, StepReporter(session, watching, following), keeper, session.settings.epochs)
        keeper.save_at_end(in_mid_epoch=False)
    except StopRequested:
        stopped = True
        keeper.save_at_end(in_mid_epoch=True)
    except LossLost:
        if keeper.best is None:
            raise
    return Fitted(setup, predictor, keeper, guard.corrected(keeper.ended(stopped)))
