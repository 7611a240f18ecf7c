"""Classes keep their ids: only merging and deleting touch a box."""

from __future__ import annotations

import pytest

from desktop_app.document.class_edits import ClassEdits
from desktop_app.document.edits import Edits
from tests.helpers.documents import open_document
from tests.helpers.pictures import write_pictures
from training.dataset.box import Rectangle


@pytest.fixture
def document(qtbot, tmp_path):
    write_pictures(tmp_path, ["a.png"])
    with open_document(qtbot, tmp_path) as document:
        yield document


@pytest.fixture
def classes(document):
    edits = ClassEdits(document)
    for name in ("cup", "fork", "plate"):
        assert edits.add(name) == ""
    return edits


def names(document):
    return [record.name for record in document.classes]


def test_a_new_class_is_the_next_boxs_class(document, classes):
    assert names(document) == ["cup", "fork", "plate"]
    assert document.active_class_id == document.classes[2].id
    assert len({record.colour for record in document.classes}) == 3


@pytest.mark.parametrize(("name", "reason"), [("  ", "needs a name"), ("fork", "already"), (" fork ", "already")])
def test_a_name_that_can_not_be_is_answered_with_a_sentence(document, classes, name, reason):
    assert reason in classes.add(name)
    assert reason in classes.rename(document.classes[0].id, name)
    assert names(document) == ["cup", "fork", "plate"]


def test_renaming_touches_no_box_and_is_undone(document, classes):
    Edits(document).add_box(Rectangle(1, 1, 20, 20))
    plate = document.classes[2].id
    assert classes.rename(plate, "dish") == ""
    assert names(document) == ["cup", "fork", "dish"]
    assert document.record("a.png").boxes[0].class_id == plate
    document.undo()
    assert names(document) == ["cup", "fork", "plate"]


def test_a_class_may_keep_its_own_name(document, classes):
    assert classes.rename(document.classes[0].id, "cup") == ""
    assert document.undo_stack.undoText() == "Add class"


@pytest.mark.parametrize(
    ("moved", "position", "after"),
    [(0, 2, ["fork", "plate", "cup"]), (2, 0, ["plate", "cup", "fork"]), (1, 1, ["cup", "fork", "plate"])],
)
def test_a_class_moves_to_another_place(document, classes, moved, position, after):
    classes.move(document.classes[moved].id, position)
    assert names(document) == after


def test_recolouring_is_undone(document, classes):
    before = document.classes[0].colour
    classes.recolour(document.classes[0].id, "#123456")
    assert document.classes[0].colour == "#123456"
    document.undo()
    assert document.classes[0].colour == before
