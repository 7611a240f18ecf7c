"""One process trains in a run folder: real processes, one of which dies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.helpers.command_line import ROOT, run_command
from tests.helpers.runs import prepared_run
from training.dataset.signs_of_life import SILENCE_SECONDS
from training.run.events import Event
from training.run.run_control import RunControl
from training.run.run_folder import RunFolder, RunFolderError
from training.run.run_lock import hold_run, holder_of, is_running
from training.run.worker import run_training

HOLDS = """
import sys
from pathlib import Path
from training.run.run_folder import RunFolder
from training.run.run_lock import hold_run
with hold_run(RunFolder(Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return prepared_run(tmp_path)


@contextmanager
def held_by_another(run: RunFolder) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(run.path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    try:
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def names_in(run: RunFolder) -> set[str]:
    return {path.name for path in run.path.iterdir()}


def test_a_run_that_nobody_holds_is_not_running_and_asking_leaves_nothing_behind(run: RunFolder):
    before = names_in(run)
    assert not is_running(run)
    assert not is_running(RunFolder(run.path / "nowhere"))
    assert names_in(run) == before


def test_a_second_process_is_told_who_trains_and_asking_does_not_disturb(run: RunFolder):
    with held_by_another(run) as process:
        assert all(is_running(run) for _ in range(3))
        assert holder_of(run).pid == process.pid
        with pytest.raises(RunFolderError, match=f"process {process.pid} is training here already"), hold_run(run):
            pass
        assert is_running(run)


def test_the_end_of_the_one_lets_the_next_one_in_and_leaves_nothing_behind(run: RunFolder):
    before = names_in(run)
    with held_by_another(run) as process:
        process.communicate("")
    assert not is_running(run)
    with hold_run(run):
        assert is_running(run)
        assert holder_of(run).pid == os.getpid()
    assert names_in(run) == before


def test_the_lock_of_a_process_that_was_killed_is_free_again(run: RunFolder):
    with held_by_another(run) as process:
        process.kill()
        process.wait()
        assert run.holder_file.is_file()
        assert not is_running(run)
        with hold_run(run):
            assert holder_of(run).pid == os.getpid()


def held_elsewhere(run: RunFolder, seconds_ago: float = 0.0) -> None:
    """By another computer, which renewed its name so long ago."""
    run.holder_file.write_text(json.dumps({"host": "a-machine-of-its-own", "pid": 4711}))
    then = time.time() - seconds_ago
    os.utime(run.holder_file, (then, then))


def test_a_run_on_another_machine_is_running_as_long_as_its_holder_gives_a_sign_of_life(run: RunFolder):
    held_elsewhere(run, seconds_ago=5)
    assert is_running(run)
    with (
        pytest.raises(RunFolderError, match="process 4711 on a-machine-of-its-own wrote here less than 90"),
        hold_run(run),
    ):
        pass


def test_a_run_on_another_machine_that_has_been_silent_can_be_taken_over(run: RunFolder):
    held_elsewhere(run, seconds_ago=SILENCE_SECONDS + 5)
    assert not is_running(run)
    with hold_run(run):
        assert is_running(run)


@pytest.mark.parametrize("wrong_by", [-86_400, 86_400])
@pytest.mark.parametrize(("age", "lives"), [(5, True), (SILENCE_SECONDS + 5, False)])
def test_the_age_of_a_sign_of_life_is_told_by_the_clock_of_the_share(run, monkeypatch, wrong_by, age, lives):
    held_elsewhere(run, age)
    true_time = time.time
    monkeypatch.setattr("training.dataset.signs_of_life.time.time", lambda: true_time() + wrong_by)
    before = names_in(run)
    assert is_running(run) is lives
    assert names_in(run) == before


def test_a_change_between_two_looks_is_a_sign_of_life_whatever_the_clocks_say(run: RunFolder):
    held_elsewhere(run, seconds_ago=300)
    assert not is_running(run)
    held_elsewhere(run, seconds_ago=290)
    assert is_running(run)


def test_a_holder_shows_that_it_lives(run: RunFolder, monkeypatch):
    monkeypatch.setattr("training.run.run_lock.BEAT_SECONDS", 0.01)
    with hold_run(run) as hold:
        os.utime(run.holder_file, (1, 1))
        deadline = time.monotonic() + 10
        while run.holder_file.stat().st_mtime < 2:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        hold.check(now=True)


def test_a_holder_that_slept_finds_out_that_another_has_taken_the_run_and_leaves_it_alone(run: RunFolder):
    with hold_run(run) as hold:
        hold.check()
        held_elsewhere(run)
        with pytest.raises(RunFolderError, match=r"another computer took this run over .*a-machine-of-its-own"):
            hold.check(now=True)
    assert holder_of(run).host == "a-machine-of-its-own"


def test_a_holder_looks_by_itself_when_the_clock_on_the_wall_has_jumped(run: RunFolder, monkeypatch):
    true_time = time.time
    with hold_run(run) as hold:
        held_elsewhere(run)
        hold.check()
        monkeypatch.setattr("training.run.run_lock.time.time", lambda: true_time() + 3600)
        with pytest.raises(RunFolderError, match="took this run over"):
            hold.check()


def test_a_worker_whose_run_was_taken_over_writes_nothing_more_and_says_so(run: RunFolder, monkeypatch):
    (run.path.parent / "a.jpg").touch()
    told: list[Event] = []
    true_time = time.time

    def listen(event: Event) -> None:
        told.append(event)
        if len(told) == 1:
            held_elsewhere(run)
            monkeypatch.setattr("training.run.run_lock.time.time", lambda: true_time() + 3600)

    ended = run_training(run, listen, RunControl())
    assert ended.outcome == "failed"
    assert "another computer took this run over" in ended.reason
    assert told[-1].reason == ended.reason
    assert len(run.read_events()[0]) == 1
    assert holder_of(run).pid == 4711


@pytest.mark.parametrize("content", ["", "no json", "[]", '{"host": 1}'])
def test_a_broken_note_about_the_holder_is_nobody(run: RunFolder, content: str):
    run.holder_file.write_text(content)
    assert holder_of(run) is None
    assert not is_running(run)


def test_a_second_worker_is_refused_with_a_sentence_and_tells_nothing(run: RunFolder, tmp_path: Path):
    with hold_run(run):
        second = run_command(tmp_path, "work", run.path)
        resumed = run_command(tmp_path, "resume", run.path)
    for refused in (second, resumed):
        assert refused.returncode == 1
        assert refused.stdout == ""
        assert refused.stderr.endswith(f"process {os.getpid()} is training here already\n")
    assert not run.events_file.exists()
