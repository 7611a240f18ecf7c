"""How far a training is, counted and put back, with a model that is too small to learn anything."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from tests.helpers.runs import prepared_run
from training.run.failure import RunFailed, StateUnfit, failed_by
from training.run.learning.phases import Phase
from training.run.learning.run_state import Place, RunState, check_network, read_state
from training.run.learning.state_keeper import StateKeeper, place_in, put_back_model, put_back_optimizer
from training.run.learning.training_setup import Conditions, Footing
from training.run.machine.devices import Device
from training.run.network_version import FORMER
from training.run.outcome import Outcome, OutcomeKind
from training.run.run_control import RunControl
from training.run.run_folder import RunFolderError
from training.run.session import Session
from training.run.what_to_try import Kept, suggestions

ALONE = Footing()


@pytest.fixture
def session(tmp_path: Path) -> Session:
    run = prepared_run(tmp_path)
    return Session(run, run.settings(), [].append, RunControl())


def some_setup(units: int = 1, batch_size: int = 4, steps: int = 5, footing: Footing = ALONE) -> SimpleNamespace:
    """In the place of TrainingSetup."""
    numbers = keras.Input((2,))
    model = keras.Model(numbers, keras.layers.Dense(units)(numbers))
    model.compile("adam", "mse")
    model.optimizer.build(model.trainable_variables)
    phase = Phase("", epochs=9)
    whole = {"model": model, "fitted": model, "batch_size": batch_size, "steps_per_epoch": steps, "phase": phase}
    return SimpleNamespace(**whole, footing=footing)


def saved_after(session: Session, setup: SimpleNamespace, epochs: int, batches: int) -> StateKeeper:
    keeper = StateKeeper(session, setup, None, train_images=20)
    for _ in range(epochs):
        keeper.on_epoch_begin(0)
        keeper.end_epoch()
    keeper.on_epoch_begin(epochs)
    for batch in range(batches):
        keeper.on_train_batch_end(batch)
    keeper.save(None)
    return keeper


def test_no_state_is_saved_in_a_run_that_another_computer_has_taken_over(session: Session):
    def check() -> None:
        raise RunFolderError("taken over")

    with pytest.raises(RunFolderError, match="taken over"):
        saved_after(replace(session, check_hold=check), some_setup(), epochs=1, batches=1)
    assert not session.run.state_file.exists()


def test_the_place_and_all_numbers_come_back(session: Session):
    setup = some_setup()
    for variable in (*setup.model.weights, *setup.model.optimizer.variables[2:]):
        variable.assign(np.full(variable.shape, 0.5, np.float32))
    setup.model.optimizer.iterations.assign(2 * 5 + 3)
    saved_after(session, setup, epochs=2, batches=3)
    state = read_state(session.run, session.settings)
    assert (state.place.epoch, state.place.batch, state.place.train_images) == (2, 3, 20)
    other = some_setup()
    put_back_model(other.model, state)
    put_back_optimizer(other, state)
    again = StateKeeper(session, other, state, train_images=20)
    assert (again.epoch, again.batch, again.first_batch) == (2, 3, 3)
    assert again.epoch_seconds >= state.place.epoch_seconds > 0
    for one, two in zip(setup.model.weights, other.model.weights, strict=True):
        assert np.array_equal(one, two)
    assert int(other.model.optimizer.iterations) == 2 * 5 + 3
    again.on_train_batch_end(0)
    assert again.batch == 4
    again.end_epoch()
    again.on_train_batch_end(0)
    assert (again.epoch, again.batch) == (3, 1)


def test_metrics_are_kept_in_mid_epoch_also_while_judging_has_reset_them(session: Session):
    setup = some_setup()
    (metric,) = setup.model.metrics[:1]
    metric.update_state(7.0)
    keeper = saved_after(session, setup, epochs=0, batches=5)
    keeper.on_test_begin()
    metric.reset_state()
    keeper.save(None)
    state = read_state(session.run, session.settings)
    other = some_setup()
    again = StateKeeper(session, other, state, train_images=20)
    assert float(other.model.metrics[0].result()) == 0
    again.on_epoch_begin(0)
    assert float(other.model.metrics[0].result()) == 7
    other.model.metrics[0].reset_state()
    again.on_epoch_begin(1)
    assert float(other.model.metrics[0].result()) == 0


def test_half_the_batch_means_twice_the_steps(session: Session):
    place = Place(fingerprint="", epoch=2, batch=3, batch_size=4, train_images=20)
    half = some_setup(batch_size=2, steps=10)
    assert place_in(half, place) == (2, 6)
    assert place_in(half, replace(place, batch=5, batch_size=64)) == (2, 10)
    saved_after(session, some_setup(), epochs=2, batches=3)
    put_back_optimizer(half, read_state(session.run, session.settings))
    assert int(half.model.optimizer.iterations) == 2 * 10 + 6


def test_the_numbers_of_another_network_are_refused_with_a_sentence(session: Session):
    saved_after(session, some_setup(units=1), epochs=1, batches=0)
    with pytest.raises(RunFailed, match=r"does not fit the network .* expected the shape \(2, 3\), found \(2, 1\)"):
        put_back_model(some_setup(units=3).model, read_state(session.run, session.settings))


TOGETHER = Footing(precision="float32", replicas=2, rate_factor=2.0)


def test_the_rate_follows_the_batch_when_the_number_of_devices_changes(session: Session):
    together = some_setup(batch_size=8, footing=TOGETHER)
    together.fitted.optimizer.learning_rate = 0.004  # twice the chosen one
    saved_after(session, together, epochs=1, batches=0)
    state = read_state(session.run, session.settings)
    for batch_size, device, factor, rate in (
        (4, Device("cpu", "CPU"), 1.0, 0.002),
        (8, Device("cpu", "CPU"), 2.0, 0.004),
        (8, Device("cpu:2", "CPU", replicas=2), 2.0, 0.004),
        (4, Device("cpu:2", "CPU", replicas=2), 2.0, 0.004),  # memory was short: no other devices
        (8, Device("gpus", "GPUs", replicas=4), 2.0, 0.004),
    ):
        conditions = Conditions(session, None, device, batch_size, before=state.place)
        assert conditions.rate_factor == factor
        setup = some_setup(batch_size=batch_size, footing=conditions.footing)
        put_back_optimizer(setup, state)
        assert float(setup.fitted.optimizer.learning_rate) == pytest.approx(rate)


def test_a_run_goes_on_in_the_precision_in_which_it_began(session: Session):
    saved_after(session, some_setup(footing=replace(ALONE, precision="mixed_float16")), epochs=1, batches=0)
    place = read_state(session.run, session.settings).place
    conditions = Conditions(session, None, Device("cpu", "CPU"), 4, before=place)
    assert (session.settings.precision, conditions.precision) == ("auto", "mixed_float16")
    older = replace(place, precision="", replicas=0, rate_factor=0.0)
    conditions = Conditions(session, None, Device("cpu:2", "CPU", replicas=2), 4, before=older)
    assert (conditions.precision, conditions.rate_factor) == ("float32", 2.0)


def test_a_state_of_a_former_network_is_refused_and_going_on_is_no_advice(session: Session):
    saved_after(session, some_setup(), epochs=1, batches=0)
    state = read_state(session.run, session.settings)
    check_network(state)
    former = RunState(replace(state.place, network=FORMER), state.numbers)
    with pytest.raises(StateUnfit, match="another version of Boxwright began this run") as refused:
        check_network(former)
    ended = failed_by(refused.value)
    outcome = Outcome(OutcomeKind.FAILED, ended.reason, ended.code)
    assert suggestions(outcome, session.settings, None, Kept(2, has_state=True)) == ()
