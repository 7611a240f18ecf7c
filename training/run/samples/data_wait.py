"""How much of a training's time its steps spent waiting for their batches."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras


class WaitMeter(keras.callbacks.Callback):  # type: ignore[misc]
    """Give it to `Prefetched` with the batches, and to `fit` as the last of the callbacks; `share` tells.

    A step asks for its batch as soon as the one before it is over. It waits while that batch is still being made; what
    was made before, while another step was computing, costs it nothing. That holds for every backend, whether it fetches
    in the training thread or ahead of it. The first step of a `fit` is left out: it is compiled, which takes seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        super().__init__()
        self._clock = clock
        self._fetches: dict[int, tuple[float, float]] = {}  # by number of the batch: since when, until when
        self._asked = 0.0
        self._is_first = True
        self._waited = 0.0
        self._steps = 0.0
        self._knows = False

    @property
    def share(self) -> float | None:
        """Time waited of the time of all steps, 0..1; None before a second step, or where no batches were measured."""
        return min(1.0, self._waited / self._steps) if self._knows and self._steps > 0 else None

    @contextmanager
    def fetching(self, index: int) -> Iterator[None]:
        """Around getting batch number `index` of a pass, in whatever thread."""
        began = self._clock()
        yield
        self._fetches[index] = began, self._clock()

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        self._is_first = True

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        self._asked = self._clock()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        asked, self._asked = self._asked, self._clock()
        began, ready = self._fetches.pop(batch, (None, 0.0))
        if began is None:
            return
        if self._is_first:
            self._is_first = False
            return
        self._knows = True
        self._waited += max(0.0, min(ready, self._asked) - max(asked, began))
        self._steps += self._asked - asked
