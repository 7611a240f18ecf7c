"""A connection of the server: uploads have an end, and whoever is refused still hears why."""

from __future__ import annotations

import json
import socket
import time
from contextlib import suppress
from typing import Any, ClassVar

from waitress.channel import HTTPChannel
from waitress.task import ErrorTask

from training.run.serving.guards import HEADERS

HEARD_OUT_SECONDS = 10.0
_AT_ONCE = 65536


class JsonErrorTask(ErrorTask):  # type: ignore[misc]
    """What the server refuses before the application sees it: too large, or no HTTP."""

    def execute(self) -> None:
        error = self.request.error
        reasons = {413: self.channel.too_large, 431: "the request's headers are too long"}
        reason = reasons.get(error.code, f"the request can't be read: {error.body}")
        body = json.dumps({"error": reason}).encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers += [("Content-Type", "application/json"), *HEADERS.items()]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.channel.is_refused = True
        self.write(body)


class PatientChannel(HTTPChannel):  # type: ignore[misc]
    """To be subclassed with the limits of a server."""

    error_task_class = JsonErrorTask
    upload_seconds: ClassVar[float]
    too_large: ClassVar[str]
    is_refused = False
    _coming: Any = None
    _coming_since = 0.0
    _heard_out_until: float | None = None

    def readable(self) -> bool:
        """Asked about once a second: the place to notice who sends a byte now and then to keep a connection for ever."""
        now = time.monotonic()
        if self._heard_out_until is not None:
            if now > self._heard_out_until:
                self.will_close = True
            return not self.will_close
        if self.request is not None and self.request is self._coming:
            if now - self._coming_since > self.upload_seconds:
                self.will_close = True
        elif self.request is not None:
            self._coming, self._coming_since = self.request, now
        return bool(super().readable())

    def handle_read(self) -> None:
        if self._heard_out_until is None:
            super().handle_read()
            return
        with suppress(OSError):
            if self.recv(_AT_ONCE):
                return
        super().handle_close()

    def handle_close(self) -> None:
        """Who is still sending would lose the answer if the connection were closed now: they are heard out for a while."""
        if not self.is_refused or self._heard_out_until is not None or not self.connected:
            super().handle_close()
            return
        self._heard_out_until = time.monotonic() + HEARD_OUT_SECONDS
        self.will_close = self.close_when_flushed = False
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            super().handle_close()
