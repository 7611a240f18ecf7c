"""A training from its run folder to its results."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial

import keras

from training.models.precision import FLOAT32, precision_of, use_precision
from training.models.unfilled import unfilled
from training.run.answers.keras_predictor import KerasPredictor
from training.run.enough_memory import batch_to_begin_with, with_enough_memory
from training.run.events import EndedEvent, EpochEvent, PhaseEvent, StartedEvent
from training.run.failure import LossLost
from training.run.learning.fitting import fit
from training.run.learning.loss_guard import LossGuard
from training.run.learning.phases import FINE_TUNE, Phase, phase_names, phase_of, phases_left
from training.run.learning.rate_keeper import RateKeeper
from training.run.learning.run_callbacks import EpochKeeper, StepReporter
from training.run.learning.run_state import RunState
from training.run.learning.settling import settle
from training.run.learning.state_keeper import StateKeeper, put_back_model, put_back_optimizer
from training.run.learning.tensorboard_log import with_tensorboard
from training.run.learning.training_setup import Conditions, TrainingSetup
from training.run.machine import devices
from training.run.machine.devices import Device
from training.run.machine.precision_choice import slow_precision
from training.run.model_files import load_weights
from training.run.probe import tell_estimate, work_left
from training.run.recipes.recipe import Recipe, built, recipe_of
from training.run.report.finishing import Finishing
from training.run.report.report import versions
from training.run.run_control import StopRequested
from training.run.run_parts import counted_epochs, lasting_events, parts_of
from training.run.session import Session
from training.run.taking_weights import start_from_earlier
from training.run.together.shared_control import SharedControl
from training.run.together.sharing_told import sharing_told
from training.run.together.training_together import AgreedStop, CopyPredictor, end_together, same_batch
from training.run.training_data import ImageReader, TrainingData
from training.run.watching import Watching


@dataclass(frozen=True, slots=True)
class Fitted:
    """What the batches came to: the best and the last model are saved, also where somebody stopped it.

    `goes_on` unless somebody stopped it, or the loss was lost. `data_wait_share` is that of all phases so far.
    """

    model: keras.Model
    predictor: KerasPredictor
    keeper: EpochKeeper
    ended: EndedEvent
    goes_on: bool
    data_wait_share: float | None


def train(
    session: Session,
    reader: ImageReader,
    data: TrainingData,
    state: RunState | None = None,
    recipe: Recipe | None = None,
) -> EndedEvent:
    """Train as the settings say and write all results; the answer is the last event, not yet told.

    With the `state` of an earlier part of the run it goes on from there, as if nothing had come between. `recipe` is
    that of the settings unless given. Raises RunFailed and the other expected failures, and StopRequested when stopped
    before there was a model.
    """
    settings = session.settings
    device = devices.use_device(settings.device, settings.threads, settings.seed)
    wanted = settings.batch_size if state is None else max(1, state.place.batch_size // device.replicas)
    batch = batch_to_begin_with(session.run, wanted)
    if session.cluster is not None:
        batch = same_batch(batch)
    with with_tensorboard(session) as logged:
        attempt = partial(_attempt, logged, data, device, recipe or recipe_of(settings))
        fitted = with_enough_memory(session, batch, state, attempt)
    if session.cluster is not None:
        end_together(session)
        if not session.cluster.is_first:
            return fitted.ended
    predictor = _as_saved(fitted) if device.replicas == 1 else KerasPredictor.of_run(session.run)
    finishing = Finishing(session, reader, data, device, fitted.model, predictor, fitted.data_wait_share)
    finishing.finish(fitted.keeper, fitted.ended)
    return fitted.ended


def _attempt(
    session: Session, data: TrainingData, device: Device, recipe: Recipe, batch_size: int, state: RunState | None
) -> Fitted:
    """All that batches of this size need memory for, from building the model to the last batch of the last phase."""
    session.tell(PhaseEvent(name="build", text="Building the model"))
    place = None if state is None else state.place
    conditions = Conditions(session, data, device, batch_size * device.replicas, before=place)
    slow = slow_precision(conditions.precision, device, goes_on=place is not None)
    if slow is not None:
        session.tell(slow)
    for told in sharing_told(device, session.settings, batch_size, conditions.rate_factor):
        session.tell(told)
    with nullcontext() if state is None else unfilled():
        model = built(conditions, recipe)
    if state is None:
        taken = start_from_earlier(model, session.settings)
    else:
        taken = next((part.taken for part in parts_of(lasting_events(session.run)) if part.taken), ())
        put_back_model(model, state)
    first, *others = phases_left(session.settings, place)
    if state is not None and first.name != state.place.phase:
        _begin_next(model, session, phase_of(session.settings, state.place), state.place.epoch, state.place.best)
    setup = _set_up(conditions, recipe, model, first, state)
    started = _started(setup, conditions, taken)
    session.tell(started if state is None else replace(started, epochs_before=state.place.epoch))
    fitted = _fit(setup, conditions, state, None if state is None else state.place.best)
    ended = first
    for phase in others:
        if not fitted.goes_on:
            break
        best, begins = fitted.keeper.best, fitted.keeper.epochs_done
        del setup, fitted  # and with them what only the phase before needed, such as features
        _begin_next(model, session, ended, begins, best)
        ended = replace(phase, begins=begins)
        setup = _set_up(conditions, recipe, model, ended, None)
        fitted = _fit(setup, conditions, None, best)
    return fitted


def _begin_next(model: keras.Model, session: Session, ended: Phase, epochs_done: int, best: EpochEvent | None) -> None:
    """What ran out of patience got no better for a while: what follows begins with the best, else with the last weights."""
    if best is not None and ended.is_out_of_patience(epochs_done, best.epoch):
        load_weights(model, session.run.best_model)


def _as_saved(fitted: Fitted) -> KerasPredictor:
    """In whatever precision a model was trained, it is exported and judged in that which it was saved in."""
    if precision_of(fitted.model) == FLOAT32:
        return fitted.predictor
    use_precision(fitted.model, FLOAT32)
    return KerasPredictor(fitted.model, fitted.predictor.card)


def _set_up(
    conditions: Conditions, recipe: Recipe, model: keras.Model, phase: Phase, state: RunState | None
) -> TrainingSetup:
    """One phase, as it was if the state stands in it."""
    conditions.session.control.raise_if_stopped()
    setup = recipe.set_up(conditions, model, phase)
    setup.share(conditions.device.sharing)
    if state is not None and state.place.phase == phase.name:
        put_back_optimizer(setup, state)
    return setup


def _started(setup: TrainingSetup, conditions: Conditions, taken: tuple[str, ...]) -> StartedEvent:
    settings, data = conditions.session.settings, conditions.data
    return StartedEvent(
        versions=versions(),
        device=conditions.device.name,
        train_images=len(data.train),
        validation_images=0 if data.validation is None else len(data.validation),
        parameters=setup.model.count_params(),
        epochs=setup.phase.total,
        steps_per_epoch=setup.steps_per_epoch,
        classes=settings.class_names,
        heads=setup.card.heads,
        batch_size=setup.batch_size // conditions.device.replicas,
        device_count=conditions.device.replicas,
        global_batch=setup.batch_size,
        monitor=data.monitor,
        taken=taken,
        recipe=settings.recipe,
        phases=phase_names(settings),
        precision=conditions.precision,
    )


def _fit(setup: TrainingSetup, conditions: Conditions, state: RunState | None, best: EpochEvent | None) -> Fitted:
    """One phase to its end or until stopped; the best and the last model are saved either way."""
    session, data = conditions.session, conditions.data
    session.tell(_training_told(setup.phase))
    kind = KerasPredictor if session.cluster is None else CopyPredictor
    predictor = kind(setup.model, setup.card, setup.fitted)
    following = StateKeeper(session, setup, state, len(data.train))
    judged_by = following.averages.in_use
    if setup.phase.begins and (state is None or state.place.phase != setup.phase.name):
        following.save(best)  # what it begins with is nowhere else, once an epoch of it is the best
    watching = Watching(session, predictor, data.validation, data.dataset, judged_by, setup.answers)
    keeper = EpochKeeper(session, watching, setup, data.monitor, following, best)
    work = work_left(session.settings, data, setup.batch_size, setup.phase.ends - following.epoch)
    if session.cluster is None:
        tell_estimate(session, setup, work)
    before = counted_epochs(lasting_events(session.run))
    guard = LossGuard(session, following, before)
    rates = RateKeeper(session.settings, [event for event in before if event.phase == setup.phase.name])
    others: tuple[keras.callbacks.Callback, ...] = (
        guard,
        following.averages,
        StepReporter(session, watching, following),
        rates,
    )
    if isinstance(session.control, SharedControl):
        others = (AgreedStop(session.control), *others)
    stopped = lost = False
    try:
        fit(setup, following, others, keeper, conditions.meter)
        keeper.save_at_end(in_mid_epoch=False)
    except StopRequested:
        stopped = True
        settle(setup.fitted)
        keeper.save_at_end(in_mid_epoch=True)
    except LossLost:
        lost = True
        if keeper.best is None:
            raise
    ended = guard.corrected(keeper.ended(stopped))
    goes_on = not stopped and not lost
    return Fitted(setup.model, predictor, keeper, ended, goes_on, conditions.meter.share)


def _training_told(phase: Phase) -> PhaseEvent:
    if phase.name == FINE_TUNE:
        return PhaseEvent(name="fine_tune", text="Fine-tuning; the first step takes longer, as the model is compiled")
    return PhaseEvent(name="train", text="Training; the first step takes longer, as the model is compiled")
