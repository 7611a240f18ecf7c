"""What others want of a running training: that it ends, and what it sees in one image."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable


class StopRequested(Exception):  # noqa: N818 -- no error: somebody asked for an end
    """Raised where nothing is trained yet and a stop just ends the work."""


class RunControl:
    """Written by one thread (a listener, a signal), read by the training between two batches."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._watched: str | None = None
        self._has_question = False

    def request_stop(self) -> None:
        self._stop.set()

    @property
    def stop_requested(self) -> bool:
        return self._stop.is_set()

    def raise_if_stopped(self) -> None:
        if self.stop_requested:
            raise StopRequested

    def watch(self, image: str) -> None:
        """Ask about an image: answered once soon, and at each epoch's end until another one is asked about."""
        with self._lock:
            self._watched = image
            self._has_question = True

    @property
    def watched(self) -> str | None:
        return self._watched

    def take_question(self) -> str | None:
        """The image asked about since the last call, if any."""
        with self._lock:
            asked = self._watched if self._has_question else None
            self._has_question = False
            return asked

    def listen(self, lines: Iterable[str]) -> threading.Thread:
        """Follow JSON lines `{"watch": image}` in a thread of their own; their end means stop. Other lines are ignored."""
        thread = threading.Thread(target=self._follow, args=(lines,), name="requests", daemon=True)
        thread.start()
        return thread

    def _follow(self, lines: Iterable[str]) -> None:
        try:
            for line in lines:
                self._obey(line)
        finally:
            self.request_stop()

    def _obey(self, line: str) -> None:
        try:
            request = json.loads(line)
        except ValueError:
            return
        if isinstance(request, dict) and isinstance(request.get("watch"), str):
            self.watch(request["watch"])
