"""A camera on the network of this computer: the newest frame wins, and what vanishes is found again."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.helpers.mjpeg import MjpegServer, jpeg_of
from tests.helpers.videos import number_of, numbered_frame, write_video
from training.run.streams import camera_opening
from training.run.streams.camera import CameraSource
from training.run.streams.frame import Frame
from training.run.streams.orientation import Orientation

PATIENCE = 0.5  # of the camera's thread
DEADLINE = 15.0  # of the test
CYCLE = 500  # so that numbers do not come twice


@contextmanager
def camera(address: int | str, **options: object) -> Iterator[CameraSource]:
    source = CameraSource(address, patience=PATIENCE, **options)
    try:
        yield source
    finally:
        source.close(DEADLINE)


def wait_until(is_so: Callable[[], object]) -> None:
    end = time.monotonic() + DEADLINE
    while not is_so():
        assert time.monotonic() < end, "it took too long"
        threading.Event().wait(0.005)


def newest(source: CameraSource, after: int = -1) -> Frame:
    frame = source.wait_for(after, DEADLINE)
    assert frame is not None, source.sentence
    return frame


def test_frames_of_a_stream_come_live():
    with MjpegServer(rate=100, cycle=CYCLE) as server, camera(server.address) as source:
        first = newest(source)
        assert first.pixels.shape == numbered_frame(0).shape
        following = newest(source, first.number)
        assert following.number > first.number
        assert following.seconds > first.seconds
        assert number_of(following.pixels) == following.number % CYCLE
        assert (source.state, source.sentence) == ("live", "")
        assert source.newest(following.number + 100_000) is None
        wait_until(lambda: source.frames_per_second > 50)
    assert (source.state, source.sentence) == ("closed", "")
    assert source.newest() is None


def test_a_slow_consumer_always_gets_the_newest_frame():
    with MjpegServer(rate=100, cycle=CYCLE) as server, camera(server.address) as source:
        newest(source)
        ages, numbers = [], []
        for _ in range(4):
            sent = server.sent
            wait_until(lambda sent=sent: server.sent > sent + 25)
            frame = newest(source)
            ages.append(time.monotonic() - frame.taken)
            numbers.append((number_of(frame.pixels), server.sent))
    assert max(ages) < 0.5, "what comes is from now, however long nobody looked"
    assert all(sent - 1 - number < 50 for number, sent in numbers), numbers


def test_only_frames_that_somebody_looks_at_are_decoded(monkeypatch: pytest.MonkeyPatch):
    from training.run.streams import newest_frame

    decoded: list[int] = []
    real = newest_frame.decoded
    monkeypatch.setattr(newest_frame, "decoded", lambda data: decoded.append(1) or real(data))
    with MjpegServer(rate=100, cycle=CYCLE) as server, camera(server.address) as source:
        frame = newest(source)
        wait_until(lambda: server.sent > 40)
        assert source.newest(frame.number - 1) is not None
        assert len(decoded) <= 2


def test_a_stream_that_changes_its_size_is_followed():
    with MjpegServer(rate=100) as server, camera(server.address) as source:
        newest(source)
        for width, height in ((80, 60), (320, 200)):
            server.show(lambda number, size=(width, height): numbered_frame(number, *size), cycle=3)
            wait_until(lambda size=(height, width): (source.newest() or newest(source)).pixels.shape[:2] == size)


def test_turning_and_mirroring_take_effect_at_once():
    with MjpegServer(rate=50) as server, camera(server.address, orientation=Orientation(1)) as source:
        assert newest(source).pixels.shape == (160, 120, 3)
        source.orientation = Orientation(0, mirrored=True)
        frame = newest(source)
        assert frame.pixels.shape == (120, 160, 3)
        assert number_of(frame.pixels[:, ::-1]) == frame.number % 60


def test_a_camera_that_vanishes_is_told_and_found_again():
    told: list[tuple[str, str]] = []
    server = MjpegServer(rate=100)
    server.start()
    with camera(server.address, on_change=lambda: told.append((source.state, source.sentence))) as source:
        before = newest(source)
        server.stop()
        wait_until(lambda: source.state == "lost")
        assert source.newest() is None, "an old picture is none"
        assert source.frames_per_second == 0.0
        assert "by itself" in source.sentence
        wait_until(lambda: "switched on" in source.sentence)
        assert source.state == "lost"
        server.start()
        after = newest(source)
        assert after.number > before.number
        assert source.state == "live"
        server.stop()
    states = [state for state, _ in told]
    assert states[0] == "live"
    assert "lost" in states
    assert "opening" not in states
    assert "closed" not in states, "nobody is called after the end"


def test_a_camera_that_falls_silent_is_lost_and_comes_back():
    with MjpegServer(rate=100) as server, camera(server.address) as source:
        newest(source)
        server.stall = True
        wait_until(lambda: source.state == "lost")
        server.stall = False
        wait_until(lambda: source.state == "live")
        assert newest(source).pixels.shape == (120, 160, 3)


def test_a_camera_may_be_switched_on_later():
    server = MjpegServer(rate=50)
    server.start()
    server.stop()  # so that its address is known
    with camera(server.address) as source:
        assert source.state in ("opening", "missing")
        wait_until(lambda: source.state == "missing")
        assert "Nothing answers at 127.0.0.1" in source.sentence
        server.start()
        newest(source)
        assert source.state == "live"
        server.stop()


def test_what_answers_without_a_video_is_told_apart():
    with MjpegServer() as server, camera(server.address.replace("127", "me:secret@127") + "/other") as source:
        wait_until(lambda: source.state == "missing")
        assert "answers, but" in source.sentence
        assert "secret" not in source.sentence


def test_a_computer_that_says_nothing_does_not_hold_anybody_up():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for scheme in ("http", "rtsp"):
            began = time.monotonic()
            source = CameraSource(f"{scheme}://127.0.0.1:{silent.getsockname()[1]}/live", patience=PATIENCE)
            assert source.wait_for(timeout=0.01) is None
            source.close(timeout=0)
            assert time.monotonic() - began < 0.4, "nobody waits for it"
            source.close(DEADLINE)
            assert source.state == "closed"


def test_pictures_that_are_none_do_not_pass_for_a_camera(monkeypatch: pytest.MonkeyPatch):
    server = MjpegServer(rate=50)
    server._jpegs = [b"\xff\xd8\xff\xe0 no picture \xff\xd9"]
    with server, camera(server.address) as source:
        wait_until(lambda: source.state in ("busy", "missing"))
        assert source.newest() is None


def test_a_camera_that_gives_one_picture_a_question_is_asked_again_and_again():
    told: list[str] = []
    with (
        serving(jpeg_of(numbered_frame(33)), "image/jpeg") as address,
        camera(address, on_change=lambda: told.append(source.state)) as source,
    ):
        frame = newest(source)
        assert number_of(frame.pixels) == 33
        assert newest(source, frame.number + 1).number > frame.number
        assert set(told) == {"live"}


def test_a_recorded_film_is_no_camera(tmp_path: Path):
    film = write_video(tmp_path / "film.mp4", 5).read_bytes()
    with serving(film, "video/mp4") as address, camera(address) as source:
        wait_until(lambda: source.state == "missing")
        assert "video with an end" in source.sentence


@contextmanager
def serving(content: bytes, kind: str) -> Iterator[str]:
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            try:
                self.wfile.write(content)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/content"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.skipif(os.name == "nt", reason="devices are files on Linux")
def test_devices_that_are_missing_or_busy_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd):
    monkeypatch.setattr(camera_opening.sys, "platform", "linux")
    monkeypatch.setattr(camera_opening, "DEVICES", tmp_path)
    with camera(37) as source:
        wait_until(lambda: source.state == "missing")
        assert "There is no camera 37" in source.sentence
        (tmp_path / "video37").touch()
        wait_until(lambda: source.state == "busy")
        assert "another program" in source.sentence
    assert capfd.readouterr() == ("", ""), "libraries keep quiet"


def test_nobody_is_called_after_the_end():
    told: list[str] = []
    with MjpegServer(rate=50) as server, camera(server.address, on_change=lambda: told.append(source.state)) as source:
        newest(source)
        wait_until(lambda: told)
    assert told == ["live"]


def test_closing_twice_and_from_several_threads_is_allowed():
    with MjpegServer() as server:
        source = CameraSource(server.address, patience=PATIENCE)
        waiting = threading.Thread(target=source.wait_for, args=(10**9, DEADLINE))
        waiting.start()
        source.close()
        source.close()
        waiting.join(2)
        assert not waiting.is_alive(), "whoever waits for a frame is let go"
        assert source.state == "closed"
