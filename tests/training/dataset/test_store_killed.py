"""`kill -9` at any moment loses at most the edit in progress."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.helpers import project_writer
from training.dataset.records import ImageRecord
from training.dataset.store import ProjectStore

ROUNDS = 10
SEED = 11


def start_writer(folder: Path, first: int) -> subprocess.Popen[str]:
    command = [sys.executable, project_writer.__file__, str(folder), str(SEED), str(first)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def killed_after(folder: Path, first: int, acknowledged: int) -> int:
    """Starts a writer, kills it once it has said so often that an edit is done; gives the last edit it spoke of."""
    last = first - 1
    with start_writer(folder, first) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "open\n"
        for _ in range(acknowledged):
            last = int(writer.stdout.readline().removeprefix("done "))
        writer.kill()
        for line in writer.stdout:  # what it said between our last look and its end; the last line may be torn
            if line.endswith("\n"):
                last = int(line.removeprefix("done "))
    return last


def state_after(number: int) -> dict[str, ImageRecord]:
    records = {}
    for edit in range(number + 1):
        record = project_writer.edit(SEED, edit)
        records[record.path] = record
    return records


@pytest.mark.skipif(sys.platform == "win32", reason="the lock of a killed process is given back with a delay there")
def test_a_killed_writer_loses_at_most_the_edit_in_progress(tmp_path: Path):
    chance = random.Random()
    next_edit = 0
    for attempt in range(ROUNDS):
        last = killed_after(tmp_path, next_edit, 0 if attempt == 0 else chance.randrange(1, 60))
        store = ProjectStore.open(tmp_path)
        stored = {record.path: record for record in store.records()}
        classes = store.classes()
        store.close()
        # The edit after the last one spoken of may have been done without a word.
        number = next((at for at in (last, last + 1) if stored == state_after(at)), None)
        assert number is not None, f"round {attempt}: the project is not what edit {last} or {last + 1} left"
        if number >= 0:
            assert classes == project_writer.classes_after(number)
            with closing(sqlite3.connect(store.project_file)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        next_edit = number + 1
    assert next_edit > ROUNDS
