"""Lowering the learning rate when the loss no longer falls, decided from the epochs' figures alone. No Keras."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from training.run.events import EpochEvent

FACTOR = 0.3
PATIENCE = 5
# A loss counts as lower from this share on; and below this share of the first rate nothing is lowered.
LEAST_FALL = 1e-3
LEAST_RATE = 1e-3


class PlateauWatch:
    """Is told each epoch's figures, also those before a resume, and says when the rate is to be multiplied by FACTOR.

    The validation loss is watched, or the training loss where there are no validation images. After `PATIENCE` epochs
    without a lower one it is, and as many epochs are waited again. A run that ends early after
    `early_end` epochs without a better one (0: never) lowers its rate at half that time at the latest.
    """

    def __init__(self, early_end: int = 0, before: Sequence[EpochEvent] = ()) -> None:
        self._share = 1.0  # of the first rate
        self._patience = min(PATIENCE, max(1, early_end // 2)) if early_end else PATIENCE
        self._lowest = math.inf
        self._waited = 0
        for event in before:
            self.add(event.figures)

    def add(self, figures: Mapping[str, float]) -> bool:
        """Whether the rate is to be lowered now."""
        loss = figures.get("val_loss", figures.get("loss", math.nan))
        if loss < self._lowest - LEAST_FALL * abs(self._lowest if math.isfinite(self._lowest) else 0.0):
            self._lowest, self._waited = loss, 0
            return False
        self._waited += 1
        if self._waited < self._patience or self._share * FACTOR < LEAST_RATE:
            return False
        self._waited = 0
        self._share *= FACTOR
        return True
