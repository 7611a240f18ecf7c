"""Batches made ahead of the steps that need them, in threads beside the training."""

from __future__ import annotations

from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import nullcontext
from threading import Lock
from typing import Any, Self

import cv2
import keras

from training.run.data_wait import WaitMeter
from training.run.machine.machine import usable_cores

MOST_THREADS = 4


class Prefetched(keras.utils.PyDataset):  # type: ignore[misc]
    """The same batches in the same order, for `fit` and `evaluate` with `shuffle=False`; a context manager.

    `batches` make each batch from its number alone, in any thread: OpenCV and numpy release the interpreter's lock, so
    that threads are enough. A pass begins with batch 0, which drops what an interrupted one had begun. Keras's own
    workers would start with a pass before its epoch is known, and do not tell how long they were waited for.
    """

    def __init__(self, batches: keras.utils.PyDataset, meter: WaitMeter | None = None, threads: int = 0) -> None:
        """`threads` 0: all cores but one, at most four."""
        super().__init__()
        cv2.setNumThreads(1)  # its own threads for each small picture cost a quarter more, and would fight with these
        self.batches = batches
        self.meter = meter
        self.threads = threads or max(1, min(MOST_THREADS, usable_cores() - 1))
        self._ahead = 2 * self.threads
        self._pool: ThreadPoolExecutor | None = ThreadPoolExecutor(self.threads, thread_name_prefix="batches")
        self._coming: dict[int, Future[Any]] = {}
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the threads. Batches can still be had, made when they are asked for."""
        with self._lock:
            pool, self._pool = self._pool, None
            self._drop()
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
            if index == 0 or index not in self._coming:
                self._drop()
            if self._pool is None:
                return None
            for number in range(index, min(index + 1 + self._ahead, len(self.batches))):
                if number not in self._coming:
                    self._coming[number] = self._pool.submit(self.batches.__getitem__, number)
            return self._coming.pop(index)

    def _drop(self) -> None:
        for future in self._coming.values():
            future.cancel()
        self._coming.clear()
