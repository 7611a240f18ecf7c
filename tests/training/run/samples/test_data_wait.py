from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np
import pytest

from training.run.samples.data_wait import WaitMeter
from training.run.samples.prefetching import Prefetched

STEPS = 5


class Clock:
    """Time passes only where a test lets it."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def meter(clock: Clock) -> WaitMeter:
    meter = WaitMeter(clock)
    meter.on_train_begin()
    meter.on_epoch_begin(0)
    fetched(meter, clock, 0, 100.0, 107.0)
    ended(meter, clock, 0, 110.0)  # the first step counts for nothing
    return meter


def fetched(meter: WaitMeter, clock: Clock, index: int, began: float, ready: float) -> None:
    now, clock.now = clock.now, began
    with meter.fetching(index):
        clock.now = ready
    clock.now = max(now, ready)


def ended(meter: WaitMeter, clock: Clock, index: int, when: float) -> None:
    clock.now = when
    meter.on_train_batch_end(index)


def test_nobody_knows_before_the_second_step(meter: WaitMeter):
    assert meter.share is None


def test_a_batch_that_is_made_while_the_step_waits_is_waited_for(meter: WaitMeter, clock: Clock):
    fetched(meter, clock, 1, 110.0, 119.0)
    ended(meter, clock, 1, 120.0)
    assert meter.share == pytest.approx(0.9)


def test_a_batch_that_was_made_during_the_step_before_costs_nothing(meter: WaitMeter, clock: Clock):
    fetched(meter, clock, 1, 101.0, 109.0)
    ended(meter, clock, 1, 120.0)
    assert meter.share == 0.0


def test_only_the_part_that_was_not_ready_in_time_counts(meter: WaitMeter, clock: Clock):
    fetched(meter, clock, 1, 105.0, 114.0)
    fetched(meter, clock, 2, 114.0, 120.0)
    ended(meter, clock, 1, 120.0)
    ended(meter, clock, 2, 126.0)
    assert meter.share == pytest.approx(4 / 16)


def test_between_epochs_nobody_waits(meter: WaitMeter, clock: Clock):
    clock.now = 500.0  # judged, saved, predicted
    meter.on_epoch_begin(1)
    fetched(meter, clock, 0, 500.0, 502.0)
    ended(meter, clock, 0, 510.0)
    assert meter.share == pytest.approx(0.2)


def test_without_batches_that_are_measured_nothing_is_said(clock: Clock):
    meter = WaitMeter(clock)
    meter.on_train_begin()
    meter.on_epoch_begin(0)
    for step in range(3):
        ended(meter, clock, step, 110.0 + step)
    assert meter.share is None


class Source(keras.utils.PyDataset):
    """With `slow` each batch is begun only when it is fetched and its step waits for it, and takes a second."""

    def __init__(self, clock: Clock, slow: bool) -> None:
        super().__init__()
        self.clock = clock
        self.slow = slow
        self.steps_done: int | None = None  # not yet training: Keras looks at the first batches before
        self.fetched = 0
        self.changed = threading.Condition()

    def __len__(self) -> int:
        return STEPS

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        if self.slow:
            with self.changed:
                assert self.changed.wait_for(lambda: self.is_wanted(index), timeout=60)
                if self.steps_done is not None:
                    self.clock.now += 1.0
        return np.zeros((2, 3), np.float32), np.zeros((2, 1), np.float32)

    def is_wanted(self, index: int) -> bool:
        return self.steps_done is None or (self.steps_done >= index and self.fetched == index)


class Meter(WaitMeter):
    """Tells the source which batch is being fetched."""

    def __init__(self, clock: Clock, source: Source) -> None:
        super().__init__(clock)
        self.source = source

    @contextmanager
    def fetching(self, index: int) -> Iterator[None]:
        with super().fetching(index):
            with self.source.changed:
                self.source.fetched = index
                self.source.changed.notify_all()
            yield


class After(keras.callbacks.Callback):
    """The next batch of a slow source may be begun."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.source = source

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        self._tell(0)

    def on_train_batch_end(self, batch: int, logs: object = None) -> None:
        self._tell(batch + 1)

    def _tell(self, steps_done: int) -> None:
        with self.source.changed:
            self.source.steps_done = steps_done
            self.source.changed.notify_all()


class Computing(keras.callbacks.Callback):
    """Steps of a quick source take a second."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock

    def on_train_batch_end(self, batch: int, logs: object = None) -> None:
        self.clock.now += 1.0


@pytest.mark.parametrize(("slow", "share"), [(True, 1.0), (False, 0.0)])
def test_in_a_real_training_a_slow_source_is_all_waiting_and_a_quick_one_none(clock: Clock, slow: bool, share: float):
    model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    source = Source(clock, slow)
    meter = Meter(clock, source)
    computing = [] if slow else [Computing(clock)]
    with Prefetched(source, meter, threads=1) as ahead:
        model.fit(ahead, epochs=2, shuffle=False, verbose=0, callbacks=[*computing, meter, After(source)])
    assert meter.share == share
