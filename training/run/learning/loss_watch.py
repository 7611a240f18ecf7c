"""Whether the training loss moves at all. No Keras.

The rule. What the loss was at first is the mean of the first ten steps or of the first epoch, whichever is higher: on a
large dataset most is learned within the first epoch. What it is now is the mean of the last quarter of the epochs, at
least of three. It has moved once the second lies 4 % below the first, and is never accused again, so that a plateau after
real learning is none of its business. It is judged three epochs after the warm-up at the earliest. A model whose boxes
lie well, or whose classes are right, is not accused either: started from an earlier run, it has little left to learn.

The numbers. On 58 small pictures, augmented, ten steps an epoch, the loss of a run that does not learn (learning rate
1e-7) scatters by 1.2 % from epoch to epoch, so that 4 % below is no accident; with a thirtieth of the usual rate (1e-4)
it falls by 7 % in four epochs, with the usual one (3e-3) by half.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from training.run.events import EpochEvent, WarningEvent
from training.run.learning_settings import USUAL_RATES

FIRST_STEPS = 10
LEAST_FALL = 0.04
EPOCHS_AFTER_WARM_UP = 3
WARM_UP = 0.1  # of all epochs, as in training/models/optimizing.py
GOOD = {"mean_iou": 0.5, "macro_f1": 0.8}  # of the training images
_FEWEST_LAST = 3


class LossWatch:
    """Is told each epoch's end, also of the epochs before a resume; says once that the loss is stuck."""

    def __init__(self, epochs: int, before: Sequence[EpochEvent] = ()) -> None:
        self.judged_from = math.ceil(WARM_UP * epochs) + EPOCHS_AFTER_WARM_UP
        self._first = -math.inf
        self._losses: list[float] = []
        self._has_moved = False
        self._was_told = False
        for event in before:
            self.add(event.figures)

    def add_step(self, step: int, mean_loss: float) -> None:
        """`mean_loss` of the epoch's steps until `step` (from 1). Only those of the first epoch count."""
        if not self._losses and step == FIRST_STEPS:
            self._first = mean_loss

    def add(self, figures: dict[str, float]) -> None:
        loss = figures.get("loss", math.nan)
        if not math.isfinite(loss):
            return
        if not self._losses:
            self._first = max(self._first, loss)
        self._losses.append(loss)
        if self._is_time:
            self._has_moved |= self._fall >= LEAST_FALL or _is_good(figures)

    @property
    def is_stuck(self) -> bool:
        return self._is_time and not self._has_moved

    def warning(self, learning_rate: float, optimizer: str = "adamw") -> WarningEvent | None:
        """What to tell after this epoch, once."""
        if not self.is_stuck or self._was_told:
            return None
        self._was_told = True
        first, now, rate = f"{self._first:.3g}", f"{self._now:.3g}", f"{rate_for_stuck(learning_rate, optimizer):g}"
        text = (
            f"The loss hardly moves: {first} at first, {now} after {len(self._losses)} epochs. "
            f"Try a learning rate of {rate}."
        )
        facts = {"first": first, "now": now, "epochs": str(len(self._losses)), "learning_rate": rate}
        return WarningEvent(code="loss_stuck", text=text, facts=facts)

    @property
    def _is_time(self) -> bool:
        return len(self._losses) >= self.judged_from

    @property
    def _now(self) -> float:
        last = self._losses[-max(_FEWEST_LAST, len(self._losses) // 4) :]
        return sum(last) / len(last)

    @property
    def _fall(self) -> float:
        return (self._first - self._now) / max(abs(self._first), 1e-9)


def _is_good(figures: dict[str, float]) -> bool:
    return any(figures.get(name, 0.0) >= least for name, least in GOOD.items())


def rate_for_stuck(learning_rate: float, optimizer: str = "adamw") -> float:
    """A rate too low moves nothing, one too high jumps about: towards the optimizer's usual one, or a tenth."""
    usual = USUAL_RATES[optimizer]
    return usual if learning_rate < usual / 2 else rate_below(learning_rate)


def rate_below(learning_rate: float) -> float:
    """A tenth of a learning rate, with two digits."""
    return float(f"{learning_rate / 10:.2g}")
