from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from training.run.failure import RunFailed, reason_of
from training.run.machine import cache_place
from training.run.samples import prepared_room
from training.run.samples.prepared_room import array_room, room_for

GIB = 2**30


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """What is free: "memory", "temporary" and "run" folder; and two folders of these names."""
    free = {"memory": GIB, "temporary": 100 * GIB, "run": 100 * GIB}
    for name in ("temporary", "run"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(prepared_room, "memory_and_free", lambda: (2 * GIB, free["memory"]))
    monkeypatch.setattr(cache_place, "disk_free", lambda folder: free[folder.name])
    monkeypatch.setattr(cache_place, "_is_memory", lambda _: False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    return free


def opened_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders in which files for squares are opened from now on."""
    seen, real = [], prepared_room.tempfile.TemporaryFile

    def watched(dir: Path) -> object:  # noqa: A002 -- its name there
        seen.append(Path(dir).name)
        return real(dir=dir)

    monkeypatch.setattr(prepared_room.tempfile, "TemporaryFile", watched)
    return seen


def test_squares_lie_in_memory_while_they_take_half_of_what_is_free(computer: dict[str, int]):
    computer["memory"] = 2 * 10 * 8 * 8 * 3
    assert not isinstance(room_for(10, 8), np.memmap)
    assert isinstance(room_for(11, 8), np.memmap)


def test_a_file_holds_what_is_written_and_leaves_no_name(computer: dict[str, int], tmp_path: Path):
    computer["memory"] = 0
    room = array_room((7, 3), np.float32, tmp_path / "run")
    room[:] = np.arange(21).reshape(7, 3)
    assert np.array_equal(room, np.arange(21).reshape(7, 3))
    if sys.platform != "win32":
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_runs_folder_is_taken_where_the_systems_has_no_room(
    computer: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    computer["memory"] = 0
    opened = opened_in(tmp_path, monkeypatch)
    room_for(4, 8, tmp_path / "run")
    computer["temporary"] = cache_place.LEFT_ON_DISK
    room_for(4, 8, tmp_path / "run")
    monkeypatch.setattr(cache_place, "_is_memory", lambda folder: folder.name == "temporary")
    computer["temporary"] = 100 * GIB
    room_for(4, 8, tmp_path / "run")
    assert opened == ["temporary", "run", "run"]


def test_no_room_anywhere_is_said_with_all_numbers(computer: dict[str, int], tmp_path: Path):
    computer.update(memory=GIB, temporary=3 * GIB, run=2 * GIB)
    with pytest.raises(RunFailed) as told:
        room_for(100_000, 224, tmp_path / "run")
    text = str(told.value)  # a reason is cut where paths are long
    assert "need 14.0 GB" in text
    assert "half of the 1.0 GB of memory" in text
    assert f"3.0 GB in {tmp_path / 'temporary'} and 2.0 GB in {tmp_path / 'run'}" in text


def test_a_disk_that_fills_up_is_a_failure_with_a_name(
    computer: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    computer["memory"] = 0

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    with pytest.raises(OSError) as told:
        room_for(4, 8, tmp_path / "run")
    assert reason_of(told.value) == f"the disk is full: {tmp_path / 'temporary'}"


def test_room_is_taken_in_advance_also_where_the_system_has_no_call_for_it(
    computer: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    computer["memory"] = 0
    monkeypatch.delattr(os, "posix_fallocate", raising=False)
    room = room_for(100, 64)
    assert room.nbytes > prepared_room._BLOCK
    assert not room.any()
    room[-1] = 7
    assert room[-1].min() == 7


KILLED = """
import sys
from pathlib import Path
from training.run.samples import prepared_room
prepared_room.memory_and_free = lambda: (2**40, 0)
room = prepared_room.room_for(1000, 64, Path(sys.argv[1]))
room[:] = 1
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there the system deletes it")
def test_nothing_is_left_of_the_file_when_its_process_is_killed(tmp_path: Path):
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGKILL)
        process.wait(60)
    assert list(tmp_path.iterdir()) == []
