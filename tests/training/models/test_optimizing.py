"""Optimizers and schedules against numbers worked out by hand, and against what the first version did."""

from __future__ import annotations

import math

import keras
import numpy as np
import pytest
from keras import ops

from training.models.optimizing import OPTIMIZERS, SCHEDULES, OneCycle, make_optimizer, rate_of, scheduled_rate
from training.run.settings_table import SETTINGS


def rates(schedule: str, steps: int, highest: float = 0.01) -> list[float]:
    rate = scheduled_rate(schedule, highest, steps)
    return [float(ops.convert_to_numpy(rate(step))) for step in range(steps + 1)]


def moved(optimizer: keras.optimizers.Optimizer, gradient: float, start: float = 1.0, name: str = "kernel") -> float:
    """Where one step takes a weight."""
    weight = keras.Variable([start], name=name)
    optimizer.build([weight])
    optimizer.apply([ops.convert_to_tensor([gradient], "float32")])
    return float(ops.convert_to_numpy(weight)[0])


def steady(name: str, **options: float) -> keras.optimizers.Optimizer:
    values = {"learning_rate": 0.1, "weight_decay": 0.0, "clip_norm": 0.0, **options}
    return make_optimizer(name, total_steps=10, schedule="constant", **values)


def test_the_settings_offer_what_there_is():
    for key, names in (("optimizer", OPTIMIZERS), ("schedule", SCHEDULES)):
        field = next(field for field in SETTINGS if field.key == key)
        assert tuple(choice.value for choice in field.choices) == names


def test_the_cosine_climbs_to_the_rate_asked_for_and_falls_to_nearly_nothing():
    all_rates = rates("cosine", 100)
    assert all_rates.index(max(all_rates)) == 10
    assert max(all_rates) == pytest.approx(0.01, rel=1e-3)
    assert all_rates[0] == pytest.approx(0.0004)
    assert all_rates[55] == pytest.approx(0.01 * (0.995 * 0.5 + 0.005), rel=1e-4)
    assert all_rates[100] == pytest.approx(0.00005, rel=1e-3)


def test_one_cycle_climbs_for_three_tenths_and_ends_at_nothing():
    all_rates = rates("one_cycle", 100)
    assert all_rates.index(max(all_rates)) == 30
    assert max(all_rates) == pytest.approx(0.01)
    assert all_rates[0] == pytest.approx(0.0004)
    assert all_rates[15] == pytest.approx(0.01 * (1 + 0.04) / 2, rel=1e-4)  # half-way up
    assert all_rates[65] == pytest.approx(0.01 / 2, rel=1e-3)  # half-way down
    assert all_rates[100] == pytest.approx(1e-7, rel=1e-2)
    assert all(np.diff(all_rates[:31]) > 0)
    assert all(np.diff(all_rates[30:]) < 0)


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_training_of_hardly_any_steps_has_rates_too(steps: int):
    for schedule in ("cosine", "one_cycle"):
        assert all(0 < rate <= 0.01 + 1e-9 for rate in rates(schedule, steps)[:steps])


def test_one_cycle_is_saved_with_the_optimizer():
    optimizer = make_optimizer("sgd", total_steps=70, schedule="one_cycle", learning_rate=0.5)
    again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert isinstance(again._learning_rate, OneCycle)
    assert again._learning_rate.get_config() == optimizer._learning_rate.get_config()


@pytest.mark.parametrize("schedule", ["constant", "plateau"])
def test_a_rate_that_no_step_changes_is_a_variable_that_is_saved_with_the_optimizer(schedule: str):
    optimizer = make_optimizer("adamw", total_steps=10, schedule=schedule, learning_rate=0.02)
    optimizer.learning_rate = 0.005
    assert rate_of(optimizer) == pytest.approx(0.005)
    assert any(variable.name == "learning_rate" for variable in optimizer.variables)


def test_several_devices_multiply_the_rate():
    assert rate_of(
        make_optimizer(total_steps=10, schedule="constant", learning_rate=0.02, replicas=4)
    ) == pytest.approx(0.08)


def test_each_first_step_is_the_published_one():
    gradient, rate = 0.5, 0.1
    # Adam's first step is the rate, whatever the gradient; Lion's always is. RMSprop has seen a tenth of its square.
    assert moved(steady("adam"), gradient) == pytest.approx(1 - rate, abs=1e-5)
    assert moved(steady("adamw"), gradient) == pytest.approx(1 - rate, abs=1e-5)
    assert moved(steady("lion"), gradient) == pytest.approx(1 - rate, abs=1e-5)
    assert moved(steady("rmsprop"), gradient) == pytest.approx(1 - rate * gradient / math.sqrt(0.1 * 0.25), abs=1e-4)
    # Nesterov's momentum looks ahead: the gradient and nine tenths of the momentum it has just given.
    assert moved(steady("sgd"), gradient) == pytest.approx(1 - rate * gradient * 1.9, abs=1e-5)


@pytest.mark.parametrize("name", ["adamw", "sgd", "rmsprop", "lion"])
def test_weight_decay_takes_its_share_of_the_rate_off_weights_and_off_nothing_else(name: str):
    assert moved(steady(name, weight_decay=0.2), 0.0) == pytest.approx(1 - 0.1 * 0.2, abs=1e-5)
    for kept in ("bias", "gamma", "beta"):
        assert moved(steady(name, weight_decay=0.2), 0.0, name=kept) == pytest.approx(1.0)


def test_adam_does_without_weight_decay():
    assert moved(steady("adam", weight_decay=0.2), 0.0) == pytest.approx(1.0)


def test_a_gradient_is_clipped_to_its_norm_and_nothing_means_never():
    assert moved(steady("sgd", clip_norm=0.5), 30.0) == pytest.approx(1 - 0.1 * 0.5 * 1.9, abs=1e-5)
    assert moved(steady("sgd"), 30.0) == pytest.approx(1 - 0.1 * 30 * 1.9, abs=1e-4)


@pytest.mark.skipif(keras.backend.backend() == "jax", reason="there it is applied within a compiled step only")
def test_half_precision_scales_the_loss_and_undoes_it():
    optimizer = make_optimizer(
        "sgd", total_steps=10, schedule="constant", learning_rate=0.1, weight_decay=0.0, clip_norm=0.0,
        precision="mixed_float16",
    )  # fmt: skip
    weight = keras.Variable([1.0])
    optimizer.build([weight])
    scaled = float(ops.convert_to_numpy(optimizer.scale_loss(ops.convert_to_tensor(0.5, "float32"))))
    assert scaled > 1000
    optimizer.apply([ops.convert_to_tensor([scaled], "float32")])
    assert float(ops.convert_to_numpy(weight)[0]) == pytest.approx(1 - 0.1 * 0.5 * 1.9, abs=1e-5)


@pytest.mark.parametrize("wrong", [{"name": "adagrad"}, {"schedule": "step"}])
def test_unknown_names_are_refused_with_those_there_are(wrong: dict[str, str]):
    with pytest.raises(ValueError, match=r"expected one of .*, came '(adagrad|step)'"):
        make_optimizer(**{"total_steps": 10, **wrong})
