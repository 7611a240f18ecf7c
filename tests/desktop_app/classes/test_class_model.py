"""The class list as Qt sees it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from desktop_app.classes.class_model import DIGITS, ClassModel, ClassRole
from desktop_app.document.class_edits import ClassEdits
from tests.helpers.documents import open_document
from tests.helpers.pictures import write_pictures


@pytest.fixture
def edits(qtbot, tmp_path):
    write_pictures(tmp_path, ["a.png"])
    with open_document(qtbot, tmp_path) as document:
        yield ClassEdits(document)


@pytest.fixture
def model(edits):
    document = edits.parent()
    model = ClassModel(document, edits, document)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    return model


def names(model):
    return [model.index(row).data() for row in range(model.rowCount())]


def test_rows_follow_every_verb_and_its_undo(model, edits):
    document = edits.parent()
    for name in ("cup", "fork", "plate"):
        edits.add(name)
    edits.rename(document.classes[1].id, "spoon")
    edits.move(document.classes[2].id, 0)
    assert names(model) == ["plate", "cup", "spoon"]
    edits.delete(document.classes[0].id)
    assert names(model) == ["cup", "spoon"]
    for _ in range(4):
        document.undo()
    assert names(model) == ["cup", "fork"]


def test_the_first_nine_have_a_digit(model, edits):
    for number in range(DIGITS + 1):
        edits.add(f"class {number}")
    digits = [model.index(row).data(ClassRole.DIGIT) for row in range(model.rowCount())]
    assert digits == ["1", "2", "3", "4", "5", "6", "7", "8", "9", ""]


def test_a_name_that_is_taken_is_refused_with_a_sentence(qtbot, model, edits):
    edits.add("cup")
    edits.add("fork")
    with qtbot.waitSignal(model.name_refused) as refused:
        assert not model.setData(model.index(0), "fork")
    assert "fork" in refused.args[0]
    assert model.setData(model.index(0), "mug")
    assert names(model) == ["mug", "fork"]


def test_what_is_spoken_names_the_class_and_its_boxes(model, edits):
    edits.add("cup")
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "cup, 0 boxes"


def test_rows_that_are_not_there_are_not_moved(model, edits):
    edits.add("cup")
    assert not model.moveRow(QModelIndex(), 5, QModelIndex(), 0)
    assert names(model) == ["cup"]
