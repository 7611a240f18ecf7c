"""A file comes whole or not at all, and whoever waits is told how far it is."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.weights_server import WeightsServer, weights_server
from training.models.weights_download import DownloadFailed, download

CONTENT = os.urandom(3_000_000)


class Stopped(Exception):  # noqa: N818
    pass


@pytest.fixture
def server() -> Iterator[WeightsServer]:
    with weights_server() as running:
        running.content = CONTENT
        yield running


@pytest.fixture(autouse=True)
def no_download_outlives_its_test() -> Iterator[None]:
    yield
    for thread in threading.enumerate():
        if thread.name == "download":
            thread.join(5)
            assert not thread.is_alive()


def test_the_whole_file_comes_and_progress_tells_of_all_its_bytes(server: WeightsServer, tmp_path: Path):
    told: list[tuple[int, int | None]] = []
    download(server.address + "some.h5", tmp_path / "models" / "some.h5", lambda *step: told.append(step))
    assert (tmp_path / "models" / "some.h5").read_bytes() == CONTENT
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["some.h5"]


def test_progress_is_told_on_the_way_too(server: WeightsServer, tmp_path: Path):
    server.stands_still_after = 1_000_000
    told: list[tuple[int, int | None]] = []

    def progress(done: int, total: int | None) -> None:
        told.append((done, total))
        if done == 1_000_000:
            server.stands_still_after = None
            server.content = b""
            server.go_on.set()

    with pytest.raises(DownloadFailed, match="broke off after 1,000,000 of 3,000,000 bytes"):
        download(server.address + "some.h5", tmp_path / "some.h5", progress)
    assert (1_000_000, 3_000_000) in told


def test_a_file_of_unknown_length_is_taken_to_its_end(server: WeightsServer, tmp_path: Path):
    server.says_length = False
    told: list[tuple[int, int | None]] = []
    download(server.address + "some.h5", tmp_path / "some.h5", lambda *step: told.append(step))
    assert (tmp_path / "some.h5").read_bytes() == CONTENT
    assert told[-1] == (len(CONTENT), None)


def test_a_download_that_breaks_off_leaves_nothing_behind_and_an_older_file_as_it_was(
    server: WeightsServer, tmp_path: Path
):
    server.breaks_off_after = 1_000_000
    for earlier in ([], ["some.h5"]):
        with pytest.raises(DownloadFailed, match="the connection broke off after 1,000,000 of 3,000,000 bytes"):
            download(server.address + "some.h5", tmp_path / "some.h5")
        assert [path.name for path in tmp_path.iterdir()] == earlier
        (tmp_path / "some.h5").write_bytes(b"as it was")
    assert (tmp_path / "some.h5").read_bytes() == b"as it was"


def test_a_network_that_stands_still_is_given_up_after_a_while(server: WeightsServer, tmp_path: Path):
    server.stands_still_after = 1_000_000
    with pytest.raises(DownloadFailed, match=r"nothing came from the network for 0\.5 seconds"):
        download(server.address + "some.h5", tmp_path / "some.h5", patience=0.5)
    server.go_on.set()
    _wait_for_the_thread()
    assert list(tmp_path.iterdir()) == []


def test_a_stop_is_heard_while_the_network_stands_still(server: WeightsServer, tmp_path: Path):
    server.stands_still_after = 1_000_000

    def progress(done: int, _: int | None) -> None:
        if done == 1_000_000:
            raise Stopped

    with pytest.raises(Stopped):
        download(server.address + "some.h5", tmp_path / "some.h5", progress)
    server.go_on.set()
    _wait_for_the_thread()
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_being_looked_up_for_ever_is_given_up_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    found = threading.Event()

    def looking(*_: object, **__: object) -> None:
        found.wait(30)
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", looking)
    with pytest.raises(DownloadFailed, match=r"nothing came from the network for 0\.4 seconds"):
        download("http://weights.invalid/some.h5", tmp_path / "some.h5", patience=0.4)
    found.set()


@pytest.mark.parametrize("status", [403, 404, 503])
def test_an_answer_that_is_no_file_is_named(server: WeightsServer, tmp_path: Path, status: int):
    server.status = status
    with pytest.raises(DownloadFailed, match=f"the server answers {status} "):
        download(server.address + "some.h5", tmp_path / "some.h5")
    assert list(tmp_path.iterdir()) == []


def test_where_nobody_answers_the_reason_says_so(tmp_path: Path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(DownloadFailed, match=r"the server can.t be reached \(Connection refused\)"):
            download(f"http://127.0.0.1:{unused.getsockname()[1]}/some.h5", tmp_path / "some.h5")


def test_a_full_disk_is_no_matter_of_the_network(
    server: WeightsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        download(server.address + "some.h5", tmp_path / "some.h5")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_program_left_is_cleared_away(server: WeightsServer, tmp_path: Path):
    old, young, other = (tmp_path / name for name in (".some.h5-1.part", ".some.h5-2.part", ".other.h5-1.part"))
    for path in (old, young, other):
        path.write_bytes(b"half")
    for path in (old, other):
        os.utime(path, (0, 0))
    download(server.address + "some.h5", tmp_path / "some.h5")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".other.h5-1.part", ".some.h5-2.part", "some.h5"]


def _wait_for_the_thread() -> None:
    for thread in threading.enumerate():
        if thread.name == "download":
            thread.join(5)
