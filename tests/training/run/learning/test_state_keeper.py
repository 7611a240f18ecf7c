"""How far a training is, counted and put back, with a model that is too small to learn anything."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from tests.helpers.runs import prepared_run
from training.run.failure import RunFailed
from training.run.learning.phases import Phase
from training.run.learning.run_state import Place, read_state
from training.run.learning.state_keeper import StateKeeper, place_in, put_back_model, put_back_optimizer
from training.run.run_control import RunControl
from training.run.run_folder import RunFolderError
from training.run.session import Session


@pytest.fixture
def session(tmp_path: Path) -> Session:
    run = prepared_run(tmp_path)
    return Session(run, run.settings(), [].append, RunControl())


def some_setup(units: int = 1, batch_size: int = 4, steps: int = 5) -> SimpleNamespace:
    """In the place of TrainingSetup."""
    numbers = keras.Input((2,))
    model = keras.Model(numbers, keras.layers.Dense(units)(numbers))
    model.compile("adam", "mse")
    model.optimizer.build(model.trainable_variables)
    phase = Phase("", epochs=9)
    return SimpleNamespace(model=model, fitted=model, batch_size=batch_size, steps_per_epoch=steps, phase=phase)


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
