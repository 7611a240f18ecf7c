"""A network camera on 127.0.0.1 that shows pictures in turn, with nothing but the standard library."""

from __future__ import annotations

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RATE = 15.0  # pictures a second
BOUNDARY = "picture"
PATH = "/camera"


class Stream:
    """From the start of the block to its end; pictures are JPEG files of one size."""

    def __init__(self, jpegs: list[bytes]) -> None:
        self._ended = threading.Event()
        self.sent = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(jpegs))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}{PATH}"

    def __enter__(self) -> Stream:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self, jpegs: list[bytes]) -> type[BaseHTTPRequestHandler]:
        stream = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={BOUNDARY}")
                self.end_headers()
                with contextlib.suppress(OSError):  # whoever looked has gone
                    stream._show(self, jpegs)

            def log_message(self, *_arguments: object) -> None:
                pass

        return Handler

    def _show(self, handler: BaseHTTPRequestHandler, jpegs: list[bytes]) -> None:
        while not self._ended.wait(1 / RATE):
            jpeg = jpegs[self.sent // 5 % len(jpegs)]  # each for a third of a second
            head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
            handler.wfile.write(head.encode() + jpeg + b"\r\n")
            self.sent += 1
