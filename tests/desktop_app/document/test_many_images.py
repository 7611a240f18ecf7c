"""An edit of very many images is stored aside: the window paints meanwhile."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication

from desktop_app.document.change import Change
from desktop_app.document.document import IMAGES_AT_ONCE
from tests.helpers.documents import PATIENCE_MS, open_document
from tests.helpers.pictures import write_pictures
from training.dataset.box import ProjectBox
from training.dataset.records import ClassRecord, ImageRecord
from training.dataset.store import ProjectError, ProjectStore

MANY = IMAGES_AT_ONCE + 1
CAT = ClassRecord(1, "cat", "#aa0000")


@pytest.fixture
def document(qtbot, tmp_path):
    write_pictures(tmp_path / "photos", ["a.png"])
    with open_document(qtbot, tmp_path / "photos") as document:
        yield document


@pytest.fixture
def events(monkeypatch):
    """What happened, in order. The store waits for the event loop: without one it would wait in vain."""
    seen: list[str] = []
    write = ProjectStore.write

    def slow_write(store, *args):
        loop_ran = threading.Event()
        QTimer.singleShot(0, QGuiApplication.instance(), loop_ran.set)
        assert loop_ran.wait(PATIENCE_MS / 1000)
        assert QGuiApplication.overrideCursor().shape() == Qt.CursorShape.WaitCursor
        write(store, *args)
        seen.append("stored")

    monkeypatch.setattr(ProjectStore, "write", slow_write)
    return seen


def a_box_in_each() -> Change:
    befores = [ImageRecord(f"{number}.png", 96, 64) for number in range(MANY)]
    afters = [ImageRecord(one.path, 96, 64, boxes=(ProjectBox(1, 2, 30, 40, CAT.id),)) for one in befores]
    return Change("Import boxes", tuple(zip(befores, afters, strict=True)), ((), (CAT,)))


def boxes_in_store(document) -> int:
    return sum(len(record.boxes) for record in document.store.records())


def test_the_window_paints_while_many_images_are_stored(document, events):
    told = []
    document.image_states_changed.connect(lambda images: told.append(len(images)))
    assert document.push(a_box_in_each())
    assert (boxes_in_store(document), document.class_counts[CAT.id]) == (MANY, MANY)
    document.undo()
    assert (boxes_in_store(document), document.class_counts[CAT.id]) == (0, 0)
    document.redo()
    assert boxes_in_store(document) == MANY
    assert told == [MANY] * 3
    assert events == ["stored"] * 3
    assert QGuiApplication.overrideCursor() is None


def test_what_cannot_be_stored_is_said_and_changes_nothing(qtbot, document, monkeypatch):
    def refuse(*_args):
        raise ProjectError("The disk is full.")

    monkeypatch.setattr(ProjectStore, "write", refuse)
    with qtbot.waitSignal(document.problem_reported) as said:
        assert not document.push(a_box_in_each())
    assert said.args == ["The disk is full."]
    assert document.undo_stack.count() == 0
    assert (document.classes, dict(document.class_counts), document.summaries) == ((), {}, {})


def test_another_project_that_was_read_meanwhile_waits_for_the_edit(qtbot, document, tmp_path, events):
    write_pictures(tmp_path / "others", ["b.png"])
    document.project_opened.connect(lambda: events.append("other project") if document.is_open else None)
    document.open_folder(tmp_path / "others")
    first = document.store
    assert document.push(a_box_in_each())
    assert document.store is first
    qtbot.waitUntil(lambda: "other project" in events, timeout=PATIENCE_MS)
    assert events == ["stored", "other project"]
