"""What is typed about a run reaches its folder, whatever comes first."""

from __future__ import annotations

import os
import threading

import pytest

from desktop_app.runs.list import note_keeper
from desktop_app.runs.list.note_keeper import NoteKeeper
from tests.helpers.runs import prepared_run
from training.run.catalogue.run_catalogue import summary_of
from training.run.catalogue.run_notes import RunNotes, read_notes, write_notes


@pytest.fixture
def run(tmp_path):
    return prepared_run(tmp_path)


@pytest.fixture
def keeper(qapp):
    made = NoteKeeper()
    yield made
    made.flush()
    made.deleteLater()


def test_a_name_is_stored_at_once_and_keeps_the_note(qtbot, keeper, run):
    write_notes(run, RunNotes("", "a note"))
    with qtbot.waitSignal(keeper.stored):
        keeper.rename(run, "my run")
    assert read_notes(run) == RunNotes("my run", "a note")
    with qtbot.waitSignal(keeper.stored):
        keeper.rename(run, run.path.name)
    assert read_notes(run) == RunNotes("", "a note")


def test_typing_is_stored_once_after_a_pause_and_shown_before(qtbot, keeper, run, monkeypatch):
    written: list[str] = []
    monkeypatch.setattr(note_keeper, "write_notes", lambda _run, notes: written.append(notes.note))
    for text in ("a", "ab", "abc"):
        keeper.note(run, text)
    assert keeper.as_typed(summary_of(run)).note == "abc"
    with qtbot.waitSignal(keeper.stored):
        pass
    assert written == ["abc"]


def test_closing_writes_what_is_still_waiting(keeper, run):
    keeper.note(run, "last words")
    keeper.flush()
    assert read_notes(run).note == "last words"


def test_closing_while_a_thread_writes_keeps_the_newest_text(qtbot, keeper, run, monkeypatch):
    may_write = threading.Event()
    original = note_keeper.read_notes

    def slowly(folder):
        if threading.current_thread() is not threading.main_thread():
            may_write.wait(10)
        return original(folder)

    keeper.rename(run, "old")  # waits for a thread of the pool, or is there already
    keeper.rename(run, "new")
    monkeypatch.setattr(note_keeper, "read_notes", slowly)
    keeper.note(run, "newest")
    may_write.set()
    keeper.flush()
    qtbot.waitUntil(lambda: read_notes(run) == RunNotes("new", "newest"))


def test_a_disk_that_takes_nothing_is_told(qtbot, keeper, run, monkeypatch):
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with qtbot.waitSignal(keeper.failed) as failed:
        keeper.rename(run, "x")
    assert "could not be stored" in failed.args[0]
    assert "No space left" in failed.args[0]


def test_a_run_that_goes_gets_no_note_any_more(keeper, run):
    keeper.note(run, "too late")
    keeper.forget(run)
    keeper.flush()
    assert not run.notes_file.exists()


def test_a_share_that_was_away_gets_the_text_at_the_next_change(qtbot, keeper, tmp_path, monkeypatch):
    run, other = prepared_run(tmp_path / "a"), prepared_run(tmp_path / "b")
    with monkeypatch.context() as away, qtbot.waitSignal(keeper.failed):
        away.setattr(note_keeper, "write_notes", no_share)
        keeper.rename(run, "mine")
    assert keeper.as_typed(summary_of(run)).name == "mine"
    keeper.rename(other, "yours")
    qtbot.waitUntil(lambda: (read_notes(run).name, read_notes(other).name) == ("mine", "yours"))


def test_what_failed_stands_under_what_was_typed_since(qtbot, keeper, run, monkeypatch):
    keeper.note(run, "later")
    with monkeypatch.context() as away, qtbot.waitSignal(keeper.failed):
        away.setattr(note_keeper, "write_notes", no_share)
        keeper.rename(run, "mine")
    with monkeypatch.context() as away:
        away.setattr(note_keeper, "write_notes", no_share)
        keeper.flush()
    keeper.note(run, "latest")
    keeper.flush()
    assert read_notes(run) == RunNotes("mine", "latest")


def no_share(*_: object) -> None:
    raise OSError(112, "Host is down")
