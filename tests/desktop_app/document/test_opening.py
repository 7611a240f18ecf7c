"""A project is read off the event loop and swapped in only when it is whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QThreadPool

from desktop_app.document.document import Document
from desktop_app.document.edits import Edits
from desktop_app.document.opening import BusyProject
from tests.helpers.documents import PATIENCE_MS, open_document, open_in
from tests.helpers.pictures import write_picture, write_pictures
from training.dataset.box import Rectangle
from training.dataset.store import PROJECT_NAME


@pytest.fixture
def folder(tmp_path):
    write_pictures(tmp_path / "photos", ["a.png", "b.png"])
    return tmp_path / "photos"


def test_opening_a_folder_writes_nothing_until_the_first_edit(qtbot, folder):
    with open_document(qtbot, folder) as document:
        assert [path.name for path in sorted(folder.iterdir())] == ["a.png", "b.png"]
        Edits(document).add_box(Rectangle(1, 1, 20, 20))
        assert (folder / PROJECT_NAME).exists()


def test_it_opens_at_the_asked_image_else_at_the_first(qtbot, folder):
    with open_document(qtbot, folder, "b.png") as document:
        assert document.current_image == "b.png"
    with open_document(qtbot, folder, "gone.png") as document:
        assert document.current_image == "a.png"


def test_what_was_done_is_there_after_opening_again(qtbot, folder):
    with open_document(qtbot, folder) as document:
        Edits(document).add_box(Rectangle(1, 1, 20, 20))
    with open_document(qtbot, folder) as document:
        assert [box.corners for box in document.record("a.png").boxes] == [(1, 1, 20, 20)]
        assert document.class_counts == {document.classes[0].id: 1}
        assert document.active_class_id == document.classes[0].id


def test_a_folder_that_can_not_be_opened_leaves_the_project_that_is_open(qtbot, folder):
    with open_document(qtbot, folder) as document:
        with qtbot.waitSignal(document.opening_failed, timeout=PATIENCE_MS) as failed:
            document.open_folder(folder / "nowhere")
        assert "nowhere" in failed.args[1]
        assert document.folder == folder
        assert document.images == ("a.png", "b.png")


def test_of_two_folders_opened_at_once_the_later_one_stays(qtbot, folder, tmp_path):
    write_picture(tmp_path / "other" / "x.png")
    document = Document()
    document.open_folder(folder)
    open_in(qtbot, document, tmp_path / "other")
    QThreadPool.globalInstance().waitForDone(PATIENCE_MS)
    qtbot.wait(0)
    assert document.folder == tmp_path / "other"
    document.close()
    with open_document(qtbot, folder) as again:  # the first one's lock was handed back
        Edits(again).add_box(Rectangle(1, 1, 20, 20))
    document.deleteLater()


def test_a_second_window_on_the_same_project_is_told(qtbot, folder):
    with open_document(qtbot, folder) as document:
        Edits(document).add_box(Rectangle(1, 1, 20, 20))
        second = Document()
        with qtbot.waitSignal(second.project_busy, timeout=PATIENCE_MS) as busy:
            second.open_folder(folder)
        assert busy.args[0] == BusyProject(folder, folder / PROJECT_NAME, "", may_have_gone=False, own_boxes=None)
        assert not second.is_open
        second.deleteLater()


def test_who_only_looks_changes_nothing(qtbot, folder):
    with open_document(qtbot, folder) as document:
        Edits(document).add_box(Rectangle(1, 1, 20, 20))
        second = Document()
        with qtbot.waitSignal(second.project_opened, timeout=PATIENCE_MS):
            second.open_folder(folder, read_only=True)
        assert second.is_read_only
        assert not document.is_read_only
        with qtbot.waitSignal(second.problem_reported) as told:
            Edits(second).add_box(Rectangle(5, 5, 20, 20))
        assert "only looking" in told.args[0]
        assert len(second.record("a.png").boxes) == len(document.record("a.png").boxes) == 1
        assert not second.undo_stack.canUndo()
        second.close()
        second.deleteLater()


def test_an_image_whose_file_has_gone_keeps_its_boxes(qtbot, folder):
    with open_document(qtbot, folder) as document:
        Edits(document).add_box(Rectangle(1, 1, 20, 20))
    (folder / "a.png").unlink()
    with open_document(qtbot, folder) as document:
        assert document.images == ("b.png", "a.png")
        assert len(document.record("a.png").boxes) == 1


def test_new_files_are_found_without_losing_the_undo_stack(qtbot, folder: Path):
    with open_document(qtbot, folder) as document:
        Edits(document).add_box(Rectangle(1, 1, 20, 20))
        write_picture(folder / "c.png")
        with qtbot.waitSignal(document.images_changed, timeout=PATIENCE_MS):
            document.refresh_images()
        assert document.images == ("a.png", "b.png", "c.png")
        assert document.undo_stack.canUndo()
