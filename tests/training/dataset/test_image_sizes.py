"""Sizes come in the order of the images; threads help where the disk is slow, and only there."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from training.dataset import image_sizes
from training.dataset.image_files import ImageProblem

MANY = 2000
NAMES = [f"{number}.jpg" for number in range(MANY)]


@pytest.fixture
def readers(monkeypatch) -> set[str]:
    """The threads that read."""
    names: set[str] = set()

    def read_size(path: str) -> tuple[int, int]:
        names.add(threading.current_thread().name)
        number = int(Path(path).stem)
        if number == 7:
            raise ImageProblem(Path(path), "is broken")
        return number + 1, 1

    monkeypatch.setattr(image_sizes, "read_size", read_size)
    return names


def widths(folder: Path) -> list[int | None]:
    return [None if isinstance(size, ImageProblem) else size[0] for size in image_sizes.read_sizes(folder, NAMES)]


@pytest.mark.parametrize(("share_of_waiting", "threads"), [(0.1, 1), (0.9, 2)])
def test_sizes_come_in_order_from_as_many_threads_as_help(readers, monkeypatch, tmp_path, share_of_waiting, threads):
    ticks = iter(range(10 * MANY))
    monkeypatch.setattr(image_sizes, "perf_counter", lambda: next(ticks))
    monkeypatch.setattr(image_sizes, "thread_time", lambda: next(ticks) * (1 - share_of_waiting))
    assert widths(tmp_path) == [None if number == 7 else number + 1 for number in range(MANY)]
    assert (len(readers) >= threads) if threads > 1 else readers == {threading.current_thread().name}


def test_who_stops_taking_sizes_stops_the_reading(readers, monkeypatch, tmp_path):
    read: list[str] = []
    plain = image_sizes.read_size
    monkeypatch.setattr(image_sizes, "read_size", lambda path: read.append(path) or plain(path))
    sizes = image_sizes.read_sizes(tmp_path, NAMES)
    assert next(sizes) == (1, 1)
    sizes.close()
    assert len(read) < MANY
