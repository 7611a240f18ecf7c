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
from training.run.run_folder import RunFolder, RunFolderError
from training.run.run_lock import SILENCE_SECONDS, hold_run, holder_of, is_running

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


def held_elsewhere(run: RunFolder, seconds_ago: float) -> None:
    run.holder_file.write_text(json.dumps({"host": "a-machine-of-its-own", "pid": 4711}))
    run.events_file.write_text("")
    then = time.time() - seconds_ago
    os.utime(run.events_file, (then, then))


def test_a_run_on_another_machine_is_running_as_long_as_its_events_grow(run: RunFolder):
    held_elsewhere(run, seconds_ago=5)
    assert is_running(run)
    with (
        pytest.raises(RunFolderError, match="process 4711 on a-machine-of-its-own wrote here less than 90"),
        hold_run(run),
    ):
        pass
    held_elsewhere(run, seconds_ago=SILENCE_SECONDS + 5)
    assert not is_running(run)
    with hold_run(run):
        assert is_running(run)


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
