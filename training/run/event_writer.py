"""Events on their way out: to whoever listens, and into events.jsonl."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from training.run.events import Event, StepEvent, stamped, to_line

# A run of ten hours reported ten times a second would take seconds to open again.
SECONDS_BETWEEN_STORED_STEPS = 1.0


class EventWriter:
    """Hands every event to `listener` and appends it to a file; steps go into the file at most once a second.

    May be called from several threads. A file that can't be written stops the run: OSError.
    """

    def __init__(self, file: Path, listener: Callable[[Event], None] | None = None) -> None:
        is_torn = _is_torn(file)
        self._file = file.open("a", encoding="utf-8", newline="\n")
        self._listener = listener
        self._lock = threading.Lock()
        self._last_stored_step = 0.0
        if is_torn:
            self._file.write("\n")

    def write(self, event: Event) -> None:
        event = stamped(event)
        with self._lock:
            # First those who listen: they are to hear of a full disk too.
            if self._listener is not None:
                self._listener(event)
            if self._is_stored(event):
                self._file.write(to_line(event))
                self._file.flush()

    def _is_stored(self, event: Event) -> bool:
        if not isinstance(event, StepEvent):
            return True
        now = time.monotonic()
        if now - self._last_stored_step < SECONDS_BETWEEN_STORED_STEPS:
            return False
        self._last_stored_step = now
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def _is_torn(file: Path) -> bool:
    """Whether the last line was never ended: its writer died, and a new event must not become part of it."""
    try:
        with file.open("rb") as content:
            size = content.seek(0, os.SEEK_END)
            content.seek(max(0, size - 1))
            return size > 0 and content.read(1) != b"\n"
    except FileNotFoundError:
        return False
