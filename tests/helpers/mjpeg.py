"""A network camera on 127.0.0.1: JPEG after JPEG by HTTP, at a chosen rate; it can vanish and return."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

import cv2

from tests.helpers.videos import numbered_frame
from training.run.answers.letterbox import Pixels

BOUNDARY = b"frame"


def jpeg_of(pixels: Pixels) -> bytes:
    done, data = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 90])
    assert done
    return data.tobytes()


class MjpegServer:
    """Serves `picture(number)` (RGB) `rate` times a second to whoever asks, from `start` to `stop`, on one port.

    Pictures are made before anybody asks, `cycle` of them, so that serving costs little. `stall` keeps connections open
    without sending.
    """

    def __init__(
        self,
        rate: float = 30.0,
        picture: Callable[[int], Pixels] = numbered_frame,
        cycle: int = 60,
        path: str = "/video",
    ) -> None:
        self.rate = rate
        self.path = path
        self.sent = 0
        self.stall = False
        self._jpegs = [jpeg_of(picture(number)) for number in range(cycle)]
        self._port = 0
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}{self.path}"

    def show(self, picture: Callable[[int], Pixels], cycle: int = 60) -> None:
        """Other pictures from now on, also of another size."""
        self._jpegs = [jpeg_of(picture(number)) for number in range(cycle)]

    def start(self) -> None:
        """Also again, on the same port."""
        self._ended.clear()
        self._server = _Server(("127.0.0.1", self._port), self._handler())
        self._port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="mjpeg-server")
        self._thread.start()

    def stop(self) -> None:
        """Vanish: connections end, new ones are refused. Also twice."""
        self._ended.set()
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def __enter__(self) -> MjpegServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path != owner.path:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={BOUNDARY.decode()}")
                self.end_headers()
                owner._send_to(self.wfile.write)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
                pass

        return Handler

    def _send_to(self, write: Callable[[bytes], object]) -> None:
        due, number = time.monotonic(), 0
        while not self._ended.wait(max(0.0, due - time.monotonic())):
            due = max(due + 1 / self.rate, time.monotonic() - 0.1)
            if self.stall:
                continue
            data = self._jpegs[number % len(self._jpegs)]
            number += 1
            self.sent += 1
            head = b"--%s\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % (BOUNDARY, len(data))
            try:
                write(head + data + b"\r\n")
            except OSError:  # whoever watched has gone
                return


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    allow_reuse_address = True
