"""A model answers over HTTP until it is told to stop."""

from __future__ import annotations

import logging
import threading
from typing import Any

from waitress import create_server, wasyncore

from training.run.answers.predictor import Predictor
from training.run.serving.address import Listening
from training.run.serving.app import make_app, too_large
from training.run.serving.limits import Limits
from training.run.serving.patient_channel import PatientChannel
from training.run.serving.served_model import ServedModel

PATIENCE_SECONDS = 20.0  # for answers that are under way when it ends


class ModelServer:
    """To be run in one thread; `stop` may come from any. The predictor stays the caller's to close."""

    def __init__(
        self, predictor: Predictor, title: str, where: Listening, token: str = "", limits: Limits | None = None
    ) -> None:
        limits = limits or Limits()
        self.where = where
        # Who waits in line is told by the answers; the log is for what goes wrong.
        logging.getLogger("waitress").setLevel(logging.ERROR)
        self._channels: dict[int, Any] = {}
        self._ending, self._has_ended = threading.Lock(), False
        self._server = create_server(
            make_app(ServedModel(predictor, title, limits), where, token, limits),
            map=self._channels,
            sockets=[where.socket],
            threads=limits.threads,
            # One byte more than the application takes: what is exactly as large as allowed is allowed.
            max_request_body_size=limits.upload_bytes + 1,
            channel_timeout=limits.silence_seconds,
            cleanup_interval=max(1, limits.silence_seconds // 4),
            connection_limit=limits.connections,
            ident="boxwright",
            clear_untrusted_proxy_headers=True,
        )
        told = {"upload_seconds": limits.upload_seconds, "too_large": too_large(limits)}
        self._server.channel_class = type("Channel", (PatientChannel,), told)

    def run(self) -> None:
        """Until `stop`, or until Ctrl+C in the main thread; requests that are being answered are finished."""
        try:
            self._server.run()
        finally:
            self._end()

    def stop(self) -> None:
        with self._ending:
            if not self._has_ended:
                self._server.trigger.pull_trigger(self._end)

    def _end(self) -> None:
        self._server.task_dispatcher.shutdown(timeout=PATIENCE_SECONDS)
        with self._ending:  # whoever wakes the server must be done with it
            self._has_ended = True
            wasyncore.close_all(self._channels, ignore_all=True)
