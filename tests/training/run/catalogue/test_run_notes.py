"""Names and notes of runs."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.helpers.runs import prepared_run
from training.run.catalogue.run_notes import LONGEST_NAME, RunNotes, read_notes, write_notes
from training.run.run_folder import RunFolder


@pytest.fixture
def run(tmp_path) -> RunFolder:
    return prepared_run(tmp_path)


def test_what_was_written_is_read_again(run):
    notes = RunNotes("Løb 3 — Tassen", "first line\nsecond, with “quotes” and 日本")
    write_notes(run, notes)
    assert read_notes(run) == notes
    assert b"\r" not in run.notes_file.read_bytes()


def test_without_a_file_there_is_nothing(run):
    assert read_notes(run) == RunNotes()
    assert not run.notes_file.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"name": 3, "note": ["a"]}', b"\xff\xfe\x00", b"[" * 100_000, b'"' + b"x" * 2_000_000 + b'"'],
)
def test_a_broken_file_says_nothing(run, content):
    run.notes_file.write_bytes(content)
    assert read_notes(run) == RunNotes()


def test_a_link_is_not_followed_and_not_written_through(run, tmp_path):
    other = tmp_path / "other.json"
    other.write_text('{"name": "stolen"}', encoding="utf-8")
    run.notes_file.symlink_to(other)
    assert read_notes(run) == RunNotes()
    write_notes(run, RunNotes("mine"))
    assert read_notes(run).name == "mine"
    assert other.read_text(encoding="utf-8") == '{"name": "stolen"}'


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have names on Unix only")
def test_a_pipe_is_not_waited_for(run):
    os.mkfifo(run.notes_file)
    assert read_notes(run) == RunNotes()


def test_names_stay_on_one_line_and_within_reason(run):
    run.notes_file.write_text('{"name": "a\\n b\\tc ' + "x" * 1000 + '", "note": "\\ud800 half"}', encoding="utf-8")
    notes = read_notes(run)
    assert notes.name.startswith("a b c x")
    assert len(notes.name) <= LONGEST_NAME
    assert notes.note == "? half"


def test_a_failed_write_keeps_the_old_notes(run, monkeypatch):
    write_notes(run, RunNotes("before"))

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        write_notes(run, RunNotes("after"))
    assert read_notes(run).name == "before"
    assert [path.name for path in run.path.iterdir() if path.name.startswith(".")] == []


def test_a_folder_that_is_gone_is_not_made_again(run):
    shutil.rmtree(run.path)
    with pytest.raises(FileNotFoundError, match="expected the folder of the run"):
        write_notes(run, RunNotes("ghost"))
    assert not run.path.exists()
