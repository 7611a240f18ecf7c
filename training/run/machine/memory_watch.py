"""Ends a process that takes more memory than it should, before the whole computer suffers. No Keras."""

from __future__ import annotations

import threading
from contextlib import suppress

import psutil

from training.run.machine.machine import memory_and_free
from training.run.machine.memory_need import amount

INTERVAL_SECONDS = 0.1
SHARE_OF_MEMORY = 0.6  # of all there is: the rest is for the program itself, and for what else is open
LEAST = 2 * 2**30  # what Keras needs with an ordinary network
MOST = 12 * 2**30


def most_memory() -> int:
    """Bytes that a process may take which answers for a model, whoever made it."""
    total, _ = memory_and_free()
    return min(MOST, max(LEAST, round(total * SHARE_OF_MEMORY)))


class MemoryWatch:
    """Looks at a process that was just started until it ends or `end` is called; kills it when it takes too much."""

    def __init__(self, process_id: int, most: int | None = None) -> None:
        self._most = most_memory() if most is None else most
        self._is_over = threading.Event()
        self._has_killed = False
        self._thread = threading.Thread(target=self._watch, args=(process_id,), name="memory-watch", daemon=True)
        self._thread.start()

    @property
    def verdict(self) -> str:
        """Why the process was killed, as the end of a sentence; nothing if it was not."""
        return f"it took more than {amount(self._most)} of memory" if self._has_killed else ""

    def end(self) -> None:
        self._is_over.set()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _watch(self, process_id: int) -> None:
        with suppress(psutil.Error):
            process = psutil.Process(process_id)
            while not self._is_over.wait(INTERVAL_SECONDS):
                if process.memory_info().rss > self._most:
                    self._has_killed = True
                    process.kill()
                    return
