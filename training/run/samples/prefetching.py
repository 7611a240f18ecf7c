"""Batches made ahead of the steps that need them, in threads beside the training."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import nullcontext
from threading import Lock
from typing import Any, Self

import cv2
import keras

from training.run.machine.machine import usable_cores
from training.run.samples.data_wait import WaitMeter
from training.run.samples.input_pipeline import SampleBatches

MOST_THREADS = 4
_Place = tuple[int, int]  # an epoch, and the number of a batch in it


class Prefetched(keras.utils.PyDataset):  # type: ignore[misc]
    """The same batches in the same order, for `fit` and `evaluate` with `shuffle=False`; a context manager.

    `batches` make each batch from its number alone, in any thread: OpenCV and numpy release the interpreter's lock, so
    that threads are enough. A pass begins with batch 0. Of training batches those that begin the next epoch are made
    while this one is judged and saved; others are dropped when a pass begins, as what they depend on may have changed.
    Keras's own workers would start with a pass before its epoch is known, and do not tell how long they were waited for.
    """

    def __init__(self, batches: keras.utils.PyDataset, meter: WaitMeter | None = None, threads: int = 0) -> None:
        """`threads` 0: all cores but one, at most four."""
        super().__init__()
        cv2.setNumThreads(1)  # its own threads for each small picture cost a quarter more, and would fight with these
        self.batches = batches
        self.meter = meter
        self.threads = threads or max(1, min(MOST_THREADS, usable_cores() - 1))
        self._ahead = 2 * self.threads
        self._epochs = batches if isinstance(batches, SampleBatches) and batches.training else None
        self._epoch = 0
        self._pool: ThreadPoolExecutor | None = ThreadPoolExecutor(self.threads, thread_name_prefix="batches")
        self._coming: dict[_Place, Future[Any]] = {}
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the threads. Batches can still be had, made when they are asked for.

        TensorFlow keeps what it reads from for the life of the process: through the meter, which is one of the callbacks,
        it would keep the model too, and after memory ran out that is needed for the next one.
        """
        with self._lock:
            pool, self._pool = self._pool, None
            self.meter = None
            self._keep(set())
        if pool is not None:
            pool.shutdown(cancel_futures=True)

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, index: int) -> Any:
        with nullcontext() if self.meter is None else self.meter.fetching(index):
            coming = self._begun(index)
            try:
                return self.batches[index] if coming is None else coming.result()
            except CancelledError:  # closed while somebody still waits, as TensorFlow's own thread may
                return self.batches[index]

    def on_epoch_begin(self) -> None:
        self.batches.on_epoch_begin()

    def on_epoch_end(self) -> None:
        self.batches.on_epoch_end()

    def _begun(self, index: int) -> Future[Any] | None:
        """This batch, begun at the latest now, as those after it are."""
        with self._lock:
            if index == 0 and self._epochs is not None:
                self._epoch = self._epochs.epoch
            if self._pool is None:
                return None
            places = list(self._places_from(index))
            begins_anew = index == 0 and self._epochs is None
            self._keep(set() if begins_anew else set(places))
            for place in places:
                if place not in self._coming:
                    self._coming[place] = self._pool.submit(self._made, place)
            return self._coming.pop(places[0])

    def _places_from(self, index: int) -> Iterator[_Place]:
        for number in range(index, index + 1 + self._ahead):
            epochs_later, place = divmod(number, len(self.batches))
            if epochs_later and self._epochs is None:
                return
            yield self._epoch + epochs_later, place

    def _made(self, place: _Place) -> Any:
        epoch, index = place
        return self.batches[index] if self._epochs is None else self._epochs.batch_at(epoch, index)

    def _keep(self, wanted: set[_Place]) -> None:
        for place in self._coming.keys() - wanted:
            self._coming.pop(place).cancel()
