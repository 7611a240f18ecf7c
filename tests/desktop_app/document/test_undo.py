"""One undo command serves every edit: it is stored first, named, and takes back no more than it did."""

from __future__ import annotations

import pytest

from desktop_app.document.class_edits import ClassEdits
from desktop_app.document.edits import Edits
from tests.helpers.documents import open_document
from tests.helpers.pictures import write_pictures
from training.dataset.box import Rectangle
from training.dataset.dataset import Split
from training.dataset.records import ImageState
from training.dataset.store import ProjectError, ProjectStore


@pytest.fixture
def folder(tmp_path):
    write_pictures(tmp_path / "photos", ["a.png", "b.png", "c.png"])
    return tmp_path / "photos"


@pytest.fixture
def document(qtbot, folder):
    with open_document(qtbot, folder) as document:
        yield document


@pytest.fixture
def edits(document):
    return Edits(document)


def corners(document, image="a.png"):
    return [box.corners for box in document.record(image).boxes]


def draw(document, edits, image, *rectangle):
    document.set_current_image(image)
    edits.add_box(Rectangle(*rectangle))


def test_every_step_is_taken_back_and_done_again_across_images(document, edits):
    draw(document, edits, "a.png", 10, 10, 30, 30)
    draw(document, edits, "b.png", 5, 5, 25, 25)
    edits.toggle_reviewed()
    document.undo()
    document.undo()
    assert corners(document, "b.png") == []
    document.undo()
    assert corners(document, "a.png") == []
    assert document.classes == ()
    for _ in range(3):
        document.redo()
    assert corners(document, "a.png") == [(10, 10, 30, 30)]
    assert corners(document, "b.png") == [(5, 5, 25, 25)]
    assert document.summary("b.png").state == ImageState.REVIEWED


def test_undo_shows_the_image_that_it_changes(document, edits):
    draw(document, edits, "a.png", 10, 10, 30, 30)
    document.set_current_image("c.png")
    document.undo()
    assert document.current_image == "a.png"


def test_steps_have_names(document, edits):
    draw(document, edits, "a.png", 10, 10, 30, 30)
    assert document.undo_stack.undoText() == "Draw box"
    edits.toggle_reviewed()
    assert document.undo_stack.undoText() == "Mark as reviewed"
    document.undo()
    assert document.undo_stack.redoText() == "Mark as reviewed"


def test_nudges_that_follow_each_other_are_one_step(document, edits):
    draw(document, edits, "a.png", 10, 10, 30, 30)
    for _ in range(5):
        edits.nudge_selected(1, 0)
    edits.nudge_selected(0, 10)
    assert corners(document) == [(15, 20, 35, 40)]
    document.undo()
    assert corners(document) == [(10, 10, 30, 30)]
    document.redo()
    assert corners(document) == [(15, 20, 35, 40)]


def test_another_edit_or_selection_between_nudges_parts_them(document, edits):
    draw(document, edits, "a.png", 10, 10, 30, 30)
    draw(document, edits, "a.png", 50, 10, 60, 30)
    edits.nudge_selected(1, 0)
    document.select([0])
    edits.nudge_selected(1, 0)
    document.undo()
    assert corners(document) == [(10, 10, 30, 30), (51, 10, 61, 30)]


def test_undo_takes_back_no_split_and_no_size_that_came_in_between(document, edits):
    draw(document, edits, "a.png", 10, 10, 30, 30)
    assert document.set_splits({"a.png": Split.TEST})
    document.undo()
    record = document.store.record("a.png")
    assert record.boxes == ()
    assert record.split == Split.TEST
    document.redo()
    assert document.store.record("a.png").split == Split.TEST
    assert document.store.record("a.png").width == 96


def test_merging_classes_is_one_step_over_all_images(document, edits):
    classes = ClassEdits(document)
    classes.add("cup")
    draw(document, edits, "a.png", 10, 10, 30, 30)
    classes.add("mug")
    draw(document, edits, "b.png", 10, 10, 30, 30)
    edits.set_image_class(document.active_class_id)
    cup, mug = (record.id for record in document.classes)
    classes.merge([mug], cup)
    assert [record.name for record in document.classes] == ["cup"]
    assert document.record("b.png").boxes[0].class_id == cup
    assert document.record("b.png").class_id == cup
    assert document.class_counts[cup] == 2
    document.undo()
    assert [record.name for record in document.classes] == ["cup", "mug"]
    assert document.record("b.png").boxes[0].class_id == mug
    assert document.record("b.png").class_id == mug
    assert (document.class_counts[cup], document.class_counts[mug]) == (1, 1)


def test_deleting_a_class_takes_its_boxes_and_undo_brings_both_back(document, edits):
    classes = ClassEdits(document)
    classes.add("cup")
    draw(document, edits, "a.png", 10, 10, 30, 30)
    only = document.classes[0]
    classes.delete(only.id)
    assert document.classes == ()
    assert corners(document) == []
    assert document.active_class_id is None
    document.undo()
    assert document.classes == (only,)
    assert corners(document) == [(10, 10, 30, 30)]


def test_a_class_id_is_never_used_again_not_even_after_undo(document):
    classes = ClassEdits(document)
    classes.add("cup")
    first = document.classes[0].id
    document.undo()
    classes.add("fork")
    assert document.classes[0].id != first


def test_a_step_that_can_not_be_stored_changes_nothing_and_is_told(qtbot, document, edits, monkeypatch):
    draw(document, edits, "a.png", 10, 10, 30, 30)

    def disk_full(*_):
        raise ProjectError("The project can't be written: the disk is full.")

    with monkeypatch.context() as broken:
        broken.setattr(ProjectStore, "write", disk_full)
        for act in (lambda: edits.nudge_selected(5, 0), document.undo):
            with qtbot.waitSignal(document.problem_reported) as told:
                act()
            assert "disk is full" in told.args[0]
    assert corners(document) == [(10, 10, 30, 30)]
    assert document.undo_stack.undoText() == "Draw box"
    assert document.undo_stack.count() == 1
    document.undo()
    assert corners(document) == []


def test_an_edit_that_changes_nothing_is_no_step(document, edits):
    draw(document, edits, "a.png", 0, 0, 30, 30)
    edits.nudge_selected(-5, 0)
    edits.relabel_selected(document.active_class_id)
    assert document.undo_stack.count() == 1


def test_undoing_a_deletion_selects_what_came_back(document, edits):
    for place in (10, 60, 110):
        edits.add_box(Rectangle(place, 10, place + 30, 40))
    document.select([0])
    edits.delete_selected()
    document.select([1])
    document.undo()
    assert document.selection == {0}


def test_moving_a_box_tells_the_class_list_nothing(document, edits, qtbot):
    edits.add_box(Rectangle(10, 10, 40, 40))
    with qtbot.assertNotEmitted(document.classes_changed):
        edits.nudge_selected(1, 0)
