"""How weights follow the gradients: optimizers and schedules of the learning rate, by name, the same for every recipe."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from training.models.losses import PACKAGE

OPTIMIZERS = ("adamw", "adam", "sgd", "rmsprop", "lion")
SCHEDULES = ("cosine", "one_cycle", "constant", "plateau")

WARM_UP = 0.1  # of all steps
FIRST_RATE, LAST_RATE = 0.04, 0.005  # as shares of the highest
CLIP_NORM = 1.0
MOMENTUM = 0.9
# As shares of all steps and of the highest rate; one cycle ends far lower than a cosine.
CYCLE_CLIMB = 0.3
CYCLE_FIRST_RATE, CYCLE_LAST_RATE = 0.04, 1e-5

_Rate = Any  # a number, or one of the schedules of Keras


def make_optimizer(
    name: str = "adamw",
    *,
    total_steps: int,
    learning_rate: float = 3e-3,
    schedule: str = "cosine",
    weight_decay: float = 1e-2,
    clip_norm: float = CLIP_NORM,
    replicas: int = 1,
    precision: str = "float32",
) -> keras.optimizers.Optimizer:
    """An optimizer of OPTIMIZERS whose rate follows one of SCHEDULES over `total_steps` batches; ValueError for others.

    "cosine" climbs for a tenth of the steps, then falls to nearly nothing; "one_cycle" climbs for three tenths and falls
    to nothing; "constant" stays at `learning_rate`; "plateau" does too, and its variable is there to be lowered. With
    `replicas` devices a step learns from so many batches, and the rate is multiplied (Goyal et al., arXiv:1706.02677).

    `weight_decay` is decoupled: each step takes this share times the rate off all weights but biases and those of
    normalisation (Loshchilov and Hutter, arXiv:1711.05101); Adam does without. `clip_norm` bounds the norm of each
    variable's gradient, 0 turns it off. With `precision` "mixed_float16" the loss is scaled up for the gradients.
    """
    if name not in _MAKERS:
        raise ValueError(f"optimizer: expected one of {', '.join(OPTIMIZERS)}, came {name!r}")
    rate = scheduled_rate(schedule, learning_rate * replicas, total_steps)
    optimizer = _MAKERS[name](rate, weight_decay, {"clipnorm": clip_norm or None})
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return keras.optimizers.LossScaleOptimizer(optimizer) if precision == "mixed_float16" else optimizer


def scheduled_rate(schedule: str, learning_rate: float, total_steps: int) -> _Rate:
    """`learning_rate` is the highest. Raises ValueError for an unknown schedule."""
    if schedule == "cosine":
        return _cosine(learning_rate, total_steps)
    if schedule == "one_cycle":
        return OneCycle(learning_rate, total_steps)
    if schedule in SCHEDULES:
        return float(learning_rate)
    raise ValueError(f"schedule: expected one of {', '.join(SCHEDULES)}, came {schedule!r}")


def rate_of(optimizer: keras.optimizers.Optimizer) -> float:
    """The learning rate of the next step."""
    return float(ops.convert_to_numpy(optimizer.learning_rate))


def multiply_rate(optimizer: keras.optimizers.Optimizer, factor: float) -> None:
    """From the next step on; does nothing where a schedule gives the rate."""
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    if not isinstance(inner._learning_rate, keras.optimizers.schedules.LearningRateSchedule):
        inner.learning_rate = factor * rate_of(inner)


@keras.saving.register_keras_serializable(package=PACKAGE)
class OneCycle(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """Up to `highest` within `climb` of `total_steps`, then down to nearly nothing, both as half a cosine.

    Source: Smith and Topin, "Super-Convergence", arXiv:1708.07120; with straight lines there.
    """

    def __init__(
        self,
        highest: float,
        total_steps: int,
        climb: float = CYCLE_CLIMB,
        first: float = CYCLE_FIRST_RATE,
        last: float = CYCLE_LAST_RATE,
    ) -> None:
        """`first` and `last` are shares of `highest`."""
        super().__init__()
        self.highest = highest
        self.total_steps = total_steps
        self.climb = climb
        self.first = first
        self.last = last

    def __call__(self, step: Any) -> Any:
        step = ops.cast(step, "float32")
        top = max(1.0, self.climb * self.total_steps)
        up = ops.minimum(step / top, 1.0)
        down = ops.clip((step - top) / max(1.0, self.total_steps - top), 0.0, 1.0)
        climbing = self.first + (1.0 - self.first) * _half_wave(up)
        falling = self.last + (1.0 - self.last) * (1.0 - _half_wave(down))
        return self.highest * ops.where(step < top, climbing, falling)

    def get_config(self) -> dict[str, Any]:
        return {
            "highest": self.highest,
            "total_steps": self.total_steps,
            "climb": self.climb,
            "first": self.first,
            "last": self.last,
        }


def _half_wave(share: Any) -> Any:
    """0..1 to 0..1, level at both ends."""
    return (1.0 - ops.cos(math.pi * share)) / 2.0


def _cosine(learning_rate: float, total_steps: int) -> keras.optimizers.schedules.CosineDecay:
    """Loshchilov and Hutter, arXiv:1608.03983."""
    warm_up = max(1, round(WARM_UP * total_steps))
    return keras.optimizers.schedules.CosineDecay(
        FIRST_RATE * learning_rate,
        decay_steps=max(1, total_steps - warm_up),
        alpha=LAST_RATE,
        warmup_target=learning_rate,
        warmup_steps=warm_up,
    )


def _adamw(rate: _Rate, decay: float, options: dict[str, Any]) -> keras.optimizers.Optimizer:
    return keras.optimizers.AdamW(rate, weight_decay=decay, **options)


def _adam(rate: _Rate, decay: float, options: dict[str, Any]) -> keras.optimizers.Optimizer:  # noqa: ARG001
    """Kingma and Ba, arXiv:1412.6980; with decoupled decay it would be AdamW once more."""
    return keras.optimizers.Adam(rate, **options)


def _sgd(rate: _Rate, decay: float, options: dict[str, Any]) -> keras.optimizers.Optimizer:
    """With Nesterov's momentum: Sutskever et al., ICML 2013."""
    return keras.optimizers.SGD(rate, momentum=MOMENTUM, nesterov=True, weight_decay=decay or None, **options)


def _rmsprop(rate: _Rate, decay: float, options: dict[str, Any]) -> keras.optimizers.Optimizer:
    return keras.optimizers.RMSprop(rate, weight_decay=decay or None, **options)


def _lion(rate: _Rate, decay: float, options: dict[str, Any]) -> keras.optimizers.Optimizer:
    """Chen et al., arXiv:2302.06675."""
    return keras.optimizers.Lion(rate, weight_decay=decay or None, **options)


_MAKERS: dict[str, Callable[[_Rate, float, dict[str, Any]], keras.optimizers.Optimizer]] = {
    "adamw": _adamw,
    "adam": _adam,
    "sgd": _sgd,
    "rmsprop": _rmsprop,
    "lion": _lion,
}
