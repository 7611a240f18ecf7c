"""A real server in a thread, and what asks it: plain HTTP, as any program would speak it."""

from __future__ import annotations

import http.client
import io
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image

from tests.helpers.pretended_models import PretendedPredictor, finished_run
from training.run.serving.address import listen
from training.run.serving.limits import Limits
from training.run.serving.server import ModelServer

BOUNDARY = "----border"
FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict:
        return json.loads(self.body)


@dataclass
class Served:
    host: str
    port: int
    token: str = ""
    predictor: PretendedPredictor = field(kw_only=True)
    stop: Callable[[], None] = field(kw_only=True)

    def ask(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Reply:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=20)
        try:
            connection.request(method, path, body, dict(headers or {}))
            reply = connection.getresponse()
            return Reply(reply.status, reply.headers, reply.read())
        finally:
            connection.close()

    def send(self, *images: bytes, query: str = "", **headers: str) -> Reply:
        """As a form, the way the page and curl do it."""
        return self.ask("POST", f"/predict{query}", form(*images), {**FORM, **headers})


Serve = Callable[..., Served]


def form(*images: bytes, name: str = "image", filename: str = "photo.png") -> bytes:
    parts = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n\r\n'.encode()
        + image
        + b"\r\n"
        for image in images
    )
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def picture(share: float = 0.9, size: tuple[int, int] = (96, 72), kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("L", size, round(255 * share)).convert("RGB").save(file, kind)
    return file.getvalue()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start a server; all of them end with the test."""
    running: list[tuple[ModelServer, threading.Thread]] = []
    run = finished_run(tmp_path / "photos", class_id=5, name="café <b>")
    PretendedPredictor.may_answer.set()
    PretendedPredictor.asked = 0

    def start(token: str = "", host: str = "127.0.0.1", **limits) -> Served:
        where = listen(host, 0, token)
        predictor = PretendedPredictor(run)
        server = ModelServer(predictor, "cups", where, token, Limits(**limits))
        thread = threading.Thread(target=server.run, name="server")
        thread.start()
        running.append((server, thread))
        return Served(where.host, where.port, token, predictor=predictor, stop=server.stop)

    yield start
    PretendedPredictor.may_answer.set()
    for server, thread in running:
        server.stop()
        thread.join(10)
