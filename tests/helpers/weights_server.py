"""A server on this machine that gives files as the real ones do, or as bad networks do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Whoever asked may have hung up; that is what some tests are about."""


class WeightsServer:
    """`address` is that of a folder; whatever is asked for there, `content` comes. `served` lists what was asked for."""

    def __init__(self) -> None:
        self.content = b""
        self.status = 200
        self.says_length = True
        self.breaks_off_after: int | None = None
        self.stands_still_after: int | None = None
        self.go_on = threading.Event()
        self.served: list[str] = []
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self._server.server_port}/"

    def serve(self) -> None:
        self._server.serve_forever(poll_interval=0.02)

    def close(self) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.served.append(self.path.rsplit("/", 1)[-1])
                self.send_response(server.status)
                if server.says_length:
                    self.send_header("Content-Length", str(len(server.content)))
                self.end_headers()
                server.give(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name it has there
                """Nobody reads it."""

        return Handler

    def give(self, handler: BaseHTTPRequestHandler) -> None:
        stop = self.breaks_off_after if self.stands_still_after is None else self.stands_still_after
        handler.wfile.write(self.content[:stop])
        handler.wfile.flush()
        if self.stands_still_after is not None:
            self.go_on.wait(30)


@contextmanager
def weights_server() -> Iterator[WeightsServer]:
    server = WeightsServer()
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join()
