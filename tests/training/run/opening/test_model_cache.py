"""What is unpacked is whole or not there, for several processes at once, and never more than so much."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.helpers.command_line import ROOT
from training.run.failure import ModelFileError
from training.run.opening import model_cache
from training.run.opening.model_cache import in_cache, models_folder


@pytest.fixture(autouse=True)
def _own_holds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    held = {}
    monkeypatch.setattr(model_cache, "_held", held)
    yield
    for lock in held.values():
        lock.release()


def filled(size: int = 10):
    def fill(folder: Path) -> None:
        (folder / "best.keras").write_bytes(b"x" * size)

    return fill


def fails(folder: Path) -> None:
    (folder / "best.keras").write_bytes(b"half")
    raise ModelFileError("no model")


def kept() -> set[str]:
    return {entry.name for entry in models_folder().iterdir() if entry.is_dir()}


def age(seconds: float, *names: str) -> None:
    for place, name in enumerate(names):
        stamp = (models_folder() / name).stat().st_mtime - seconds + place
        os.utime(models_folder() / name, (stamp, stamp))


def let_go() -> None:
    while model_cache._held:
        model_cache._held.popitem()[1].release()


def test_what_is_there_is_not_made_again():
    folder = in_cache("a", filled())
    assert in_cache("a", fails) == folder


def test_nothing_stays_of_what_failed():
    with pytest.raises(ModelFileError):
        in_cache("a", fails)
    assert kept() == set()
    assert in_cache("a", filled()).is_dir()


def test_what_lost_a_part_is_made_again():
    (in_cache("a", filled(10)) / "best.keras").unlink()
    assert (in_cache("a", filled(20)) / "best.keras").stat().st_size == 20
    (models_folder() / "a" / "best.keras").write_bytes(b"cut")
    assert (in_cache("a", filled(30)) / "best.keras").stat().st_size == 30


def test_what_a_process_that_died_left_is_removed():
    models_folder().mkdir(parents=True)
    (models_folder() / ".b-new").mkdir()
    (models_folder() / ".b-new" / "best.keras").write_bytes(b"half")
    in_cache("a", filled())
    assert kept() == {"a"}


def test_the_oldest_make_room_by_number_and_by_size(monkeypatch):
    monkeypatch.setattr(model_cache, "MOST_MODELS", 3)
    for name in "abcd":
        in_cache(name, filled())
        let_go()
        age(100 - ord(name), name)
    assert kept() == {"b", "c", "d"}
    monkeypatch.setattr(model_cache, "MOST_BYTES", 150)
    in_cache("e", filled(100))
    assert kept() == {"e", "d"}


def test_one_that_is_larger_than_the_bound_is_kept_while_it_is_the_newest(monkeypatch):
    monkeypatch.setattr(model_cache, "MOST_BYTES", 5)
    in_cache("a", filled())
    let_go()
    assert kept() == {"a"}
    in_cache("b", filled())
    assert kept() == {"b"}


HOLDER = """
import sys
from pathlib import Path
from training.run.opening.model_cache import in_cache
in_cache(sys.argv[1], lambda folder: (folder / "best.keras").write_bytes(b"x" * 10) and None)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_model_that_another_process_uses_is_kept_until_it_ends(monkeypatch):
    monkeypatch.setattr(model_cache, "MOST_MODELS", 1)
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDER, "a"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"held"
        in_cache("b", filled())
        assert kept() == {"a", "b"}
        other.communicate()
    age(100, "a")
    let_go()
    in_cache("c", filled())
    assert kept() == {"c"}
    assert sorted(file.name for file in models_folder().glob("*.held")) == [f"c.{os.getpid()}.held"]


def test_two_at_once_get_the_same_whole_folder():
    started = threading.Barrier(2)
    made = []

    def fill(folder: Path) -> None:
        made.append(folder)
        (folder / "best.keras").write_bytes(b"x" * 1000)

    def one(_: int) -> Path:
        started.wait(10)
        return in_cache("a", fill)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(one, range(2))
    assert first == second
    assert len(made) == 1


def test_who_waits_for_minutes_is_told(monkeypatch):
    from filelock import FileLock

    monkeypatch.setattr(model_cache, "_PATIENCE_SECONDS", 0.05)
    models_folder().mkdir(parents=True)
    with (
        FileLock(models_folder() / "cache.lock"),
        pytest.raises(ModelFileError, match="another window or command has been"),
    ):
        in_cache("a", filled())
