"""Averages of weights, worked out by hand and beside a training that knows nothing of them."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from training.run.learning.averaged_weights import AveragedWeights, kept_share, steps_between

STEPS = 40


def network() -> keras.Model:
    keras.utils.set_random_seed(0)
    numbers = keras.Input((3,))
    hidden = keras.layers.BatchNormalization(momentum=0.9)(keras.layers.Dense(4)(numbers))
    model = keras.Model(numbers, keras.layers.Dense(1)(keras.layers.Dropout(0.1)(hidden)))
    model.compile(keras.optimizers.SGD(0.05), "mse")
    return model


def samples(count: int) -> tuple[np.ndarray, np.ndarray]:
    numbers = np.random.default_rng(1).normal(size=(count, 3)).astype(np.float32)
    return 5 + numbers, numbers.sum(axis=1, keepdims=True)


def float_values(model: keras.Model) -> list[np.ndarray]:
    return [np.array(keras.ops.convert_to_numpy(one)) for one in model.variables if "float" in str(one.dtype)]


class Recorder(keras.callbacks.Callback):
    """Keeps the numbers of every step, and what the network is judged with."""

    def __init__(self, averages: AveragedWeights) -> None:
        super().__init__()
        self.averages, self.steps, self.judged = averages, [], []

    def on_train_batch_end(self, batch: int, logs=None) -> None:
        self.steps.append(float_values(self.model))

    def on_test_batch_end(self, batch: int, logs=None) -> None:
        self.judged = float_values(self.model)


def fitted(decay: float, epochs: int = 1, judge: bool = False) -> tuple[keras.Model, AveragedWeights, Recorder]:
    model = network()
    averages = AveragedWeights(model, decay)
    recorder = Recorder(averages)
    model.fit(
        *samples(4 * STEPS), batch_size=4, epochs=epochs, shuffle=False, verbose=0, callbacks=[averages, recorder],
        validation_data=samples(4) if judge else None,
    )  # fmt: skip
    return model, averages, recorder


@pytest.fixture(scope="module")
def trained() -> tuple[keras.Model, AveragedWeights, Recorder]:
    return fitted(decay=0.9)


def in_use(model: keras.Model, averages: AveragedWeights) -> list[np.ndarray]:
    with averages.in_use():
        return float_values(model)


def assert_same(ones: list[np.ndarray], others: list[np.ndarray]) -> None:
    for one, other in zip(ones, others, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_the_average_is_the_one_worked_out_step_by_step_statistics_of_batches_too(trained):
    model, averages, recorder = trained
    assert steps_between(0.9) == 1
    average = float_values(network())
    for number, step in enumerate(recorder.steps):
        kept = min(0.9, (1 + number) / (10 + number))
        average = [kept * old + (1 - kept) * new for old, new in zip(average, step, strict=True)]
    assert_same(in_use(model, averages), average)
    assert len(average) == len(model.weights) == 8
    assert abs(average[4] - float_values(model)[4]).max() > 1e-4  # the moving mean of the batches moves


def test_a_long_average_follows_every_tenth_step_and_forgets_no_more_for_that():
    assert [steps_between(decay) for decay in (0.5, 0.9, 0.98, 0.995, 0.9999)] == [1, 1, 2, 10, 10]
    assert kept_share(0.995, 10_000, 10) == pytest.approx(0.995**10)
    assert kept_share(0.995, 0, 3) == pytest.approx(1 / 10 * 2 / 11 * 3 / 12)
    model, averages, recorder = fitted(decay=0.995)
    average = float_values(network())
    for number in range(9, STEPS, 10):
        kept = kept_share(0.995, number - 9, 10)
        average = [kept * old + (1 - kept) * new for old, new in zip(average, recorder.steps[number], strict=True)]
    assert_same(in_use(model, averages), average)


def test_training_goes_on_as_if_there_were_no_average_and_judging_sees_it():
    plain, _, _ = fitted(decay=0.0, epochs=2, judge=True)
    model, averages, recorder = fitted(decay=0.9, epochs=2, judge=True)
    assert_same(float_values(model), float_values(plain))
    assert_same(recorder.judged, in_use(model, averages))
    assert abs(recorder.judged[0] - float_values(model)[0]).max() > 1e-4


def test_blocks_inside_of_one_another_and_judging_that_was_broken_off_leave_the_trained_weights(trained):
    model, averages, _ = trained
    own, average = float_values(model), in_use(model, averages)
    with averages.in_use():
        assert_same(in_use(model, averages), average)
        assert_same(float_values(model), average)
    assert_same(float_values(model), own)
    averages.on_test_begin()
    averages.leave()
    averages.leave()
    assert_same(float_values(model), own)


def test_the_averages_of_another_network_are_refused(trained):
    _, averages, _ = trained
    other = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="expected 2 averages of weights, found 8 others"):
        AveragedWeights(other, 0.9).put_back(averages.numbers())


def test_the_numbers_of_a_state_bring_the_average_back_and_its_count(trained):
    model, averages, _ = trained
    other = network()
    again = AveragedWeights(other, 0.9)
    averages.on_test_begin()
    numbers = averages.numbers()  # in mid-judging: the network has its own weights again
    other.set_weights(model.get_weights())
    again.put_back(numbers)
    assert int(numbers[0]) == STEPS
    assert_same(in_use(other, again), in_use(model, averages))
    for one in (averages, again):
        one.on_train_batch_end(0)
    assert_same(in_use(other, again), in_use(model, averages))


def test_without_a_decay_there_is_nothing_to_keep():
    model = network()
    averages = AveragedWeights(model, 0.0)
    averages.on_train_batch_end(0)
    assert averages.numbers() == ()
    assert_same(in_use(model, averages), float_values(model))
