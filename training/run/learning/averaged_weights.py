"""The moving average of a network's weights: judged and kept instead of them, while training goes on with them.

The optimizers of Keras can average too (`use_ema`), but overwrite the weights by the average at the end of every `fit`,
of which a run has several, and leave the statistics of batch normalisation out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import ops

from training.run.learning.settling import settle

# The average follows every so many steps at most, which for a decay of 0.995 and more is often enough.
MOST_STEPS_BETWEEN = 10
_SHARE_BETWEEN = 0.05  # of the steps that the average looks back on

Numbers = tuple[npt.NDArray[Any], ...]


class AveragedWeights(keras.callbacks.Callback):  # type: ignore[misc]
    """Averages all that `fitted` has of numbers: weights and, by the same rule, statistics of batch normalisation.

    A step keeps min(`decay`, (1 + n) / (10 + n)) of the average of the n steps before, so that it soon forgets where the
    training began. While the network is judged, and inside `in_use`, it has the averages; whatever ends a training early
    is followed by `leave`. With a decay of 0 there is no average, and all this does nothing.
    """

    def __init__(self, fitted: keras.Model, decay: float) -> None:
        super().__init__()
        self._decay = decay
        self._fitted = fitted
        self._weights = _averaged_variables(fitted) if decay else []
        self._averages = [_twin(weight) for weight in self._weights]
        self._follow = _quick(partial(_follow, self._weights, self._averages))
        self._exchange = _quick(partial(_exchange, self._weights, self._averages))
        self._between = steps_between(decay)
        self._steps = 0
        self._are_swapped = False

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
        self._steps += 1
        if self._weights and self._steps % self._between == 0:
            settle(self._fitted)
            self._follow(1.0 - kept_share(self._decay, self._steps - self._between, self._between))

    def on_test_begin(self, logs: Any = None) -> None:  # noqa: ARG002
        self._use_averages(True)

    def on_test_end(self, logs: Any = None) -> None:  # noqa: ARG002
        self._use_averages(False)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """The network has the averaged weights meanwhile; it may be inside of another such block, or in mid-judging."""
        had_them = self._are_swapped
        self._use_averages(True)
        try:
            yield
        finally:
            self._use_averages(had_them)

    def leave(self) -> None:
        """The network has the weights that it trains, also when its judging was broken off."""
        self._use_averages(False)

    def numbers(self) -> Numbers:
        """For the state of the training; with `put_back` the averaging goes on exactly."""
        self.leave()
        if not self._weights:
            return ()
        values = (np.array(ops.convert_to_numpy(average)) for average in self._averages)
        return (np.array(self._steps), *values)

    def put_back(self, numbers: Numbers) -> None:
        """Raises ValueError for numbers of another network. Without any, it is as if averaging began with these weights."""
        if not numbers:
            return
        steps, *values = numbers
        if [value.shape for value in values] != [tuple(average.shape) for average in self._averages]:
            raise ValueError(f"expected {len(self._averages)} averages of weights, found {len(values)} others")
        self._steps = int(steps)
        for average, value in zip(self._averages, values, strict=True):
            average.assign(value)

    def _use_averages(self, wanted: bool) -> None:
        if wanted == self._are_swapped or not self._weights:
            return
        settle(self._fitted)
        self._exchange()
        self._are_swapped = wanted


def steps_between(decay: float) -> int:
    """How often the average follows: seldom where it looks back on many steps."""
    return max(1, min(MOST_STEPS_BETWEEN, round(_SHARE_BETWEEN / (1.0 - decay))))


def kept_share(decay: float, steps_before: int, steps: int) -> float:
    """How much of the average is kept over `steps` steps that follow `steps_before` others."""
    numbers = range(steps_before, steps_before + steps)
    return math.prod(min(decay, (1 + number) / (10 + number)) for number in numbers)


def _averaged_variables(model: keras.Model) -> list[Any]:
    """Not the random states of dropout, which are whole numbers."""
    return [variable for variable in model.variables if keras.backend.is_float_dtype(variable.dtype)]


def _twin(weight: Any) -> Any:
    return keras.Variable(
        np.array(ops.convert_to_numpy(weight)), dtype=weight.dtype, trainable=False, name=f"{weight.name}_average"
    )


def _follow(weights: list[Any], averages: list[Any], share: Any) -> None:
    for weight, average in zip(weights, averages, strict=True):
        average.assign_add(ops.cast(share, average.dtype) * (weight - average))


def _exchange(weights: list[Any], averages: list[Any]) -> None:
    for weight, average in zip(weights, averages, strict=True):
        former = ops.copy(weight)
        weight.assign(average)
        average.assign(former)


def _quick(change: Callable[..., None]) -> Callable[..., None]:
    if keras.backend.backend() != "tensorflow":
        return change
    from training.run.learning.tensorflow_graph import as_graph

    return as_graph(change)
