"""Two people's projects are merged in the real window; where they disagree somebody decides, and undo takes it back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_app.dialogs import file_choice
from desktop_app.dialogs.disagreement_table import CHOICE, IMAGE, MINE, THEIRS
from desktop_app.dialogs.merge_dialog import MergeDialog
from tests.helpers.two_people import records_in, two_projects
from tests.helpers.window_driver import WindowDriver
from training.dataset.project_zip import write_project_zip


@pytest.fixture
def people(open_window, tmp_path: Path) -> tuple[WindowDriver, Path]:
    """Somebody at the window on their project, and the folder of the other one."""
    mine, theirs = two_projects(tmp_path)
    person = open_window()
    person.open(mine)
    return person, theirs


@pytest.fixture
def start(people, monkeypatch: pytest.MonkeyPatch):
    def start_merging(other: Path | None = None) -> MergeDialog:
        person, theirs = people
        monkeypatch.setattr(file_choice, "choose_file", lambda *_: other or theirs / "project.boxwright")
        person.choose("File", "Merge with another project…")
        dialog = person.dialog(MergeDialog)
        person.wait_until(lambda: not dialog.is_working)
        return dialog

    return start_merging


def rows(dialog: MergeDialog, *columns: int) -> list[tuple[str, ...]]:
    model = dialog.table.rows
    return [tuple(str(model.index(row, column).data()) for column in columns) for row in range(model.rowCount())]


def mark(dialog: MergeDialog, *wanted: int) -> None:
    dialog.table.clearSelection()
    for row in wanted:
        dialog.table.selectionModel().select(
            dialog.table.rows.index(row, 0),
            dialog.table.selectionModel().SelectionFlag.Select | dialog.table.selectionModel().SelectionFlag.Rows,
        )


def test_it_tells_how_far_the_two_agree_before_anything_changes(people, start):
    dialog = start()
    assert dialog.summary == (
        "Both of you worked on 5 images and agree on 1 of them (20 %). Mean IoU of 5 pairs of boxes: 0.96. "
        "Mine and theirs differ most in “cup” and “fork” (2). 1 image that only they worked on comes in. "
        "New classes: “Cup”. 6 disagreements in 4 images: mine stays unless you choose otherwise."
    )
    assert rows(dialog, IMAGE, MINE, THEIRS)[:4] == [
        ("class.png", "cup", "fork"), ("class.png", "cup", "fork"), ("empty.png", "–", "cup"), ("number.png", "cup", "–"),
    ]  # fmt: skip
    assert {choice for (choice,) in rows(dialog, CHOICE)} == {"mine"}
    person, _ = people
    assert person.class_list == ["cup", "fork"]
    dialog.reject()
    assert not person.document.undo_stack.canUndo()


def test_merging_is_one_step(people, start):
    person, _ = people
    before = records_in(person.document.folder)
    start().merge_button.click()
    assert person.boxes_of("theirs.png") == [(5, 5, 55, 55)]
    assert person.boxes_of("class.png") == [(10, 10, 110, 60)]
    assert person.class_list == ["cup", "fork", "Cup"]
    assert person.message == "Merged with “theirs”: 1 image changed"
    assert "Undo: Merge with “theirs”" in person.entries("Edit")
    person.press_key("Ctrl+Z")
    assert person.class_list == ["cup", "fork"]
    assert person.boxes_of("theirs.png") == []
    person.press_key("Ctrl+Shift+Z")
    assert person.boxes_of("theirs.png") == [(5, 5, 55, 55)]
    assert {name: records_in(person.document.folder)[name] for name in before} == before


def test_each_disagreement_is_decided_by_itself(people, start):
    person, _ = people
    dialog = start()
    mark(dialog, 0, 2)
    dialog.theirs.click()
    mark(dialog, 5)
    QTest.keyClick(dialog.table, Qt.Key.Key_B)
    assert [choice for (choice,) in rows(dialog, CHOICE)] == ["theirs", "mine", "theirs", "mine", "mine", "both"]
    dialog.merge_button.click()
    document = person.document
    fork, cup = document.class_named("fork"), document.class_named("cup")
    assert fork is not None
    assert cup is not None
    assert [box.class_id for box in document.record("class.png").boxes] == [fork.id]
    assert document.record("class.png").class_id == cup.id
    assert person.boxes_of("empty.png") == [(10, 10, 110, 60)]
    assert person.boxes_of("edges.png") == [(10, 10, 100, 60)]
    assert len(person.boxes_of("number.png")) == 2


def test_one_choice_for_all(people, start):
    person, _ = people
    dialog = start()
    dialog.both.click()
    assert {choice for (choice,) in rows(dialog, CHOICE)} == {"both"}
    dialog.merge_button.click()
    assert len(person.boxes_of("number.png")) == 3


def test_a_double_click_shows_the_image_with_its_box(people, start):
    person, _ = people
    dialog = start()
    dialog.table.doubleClicked.emit(dialog.table.rows.index(3, 0))
    person.wait_for_picture("number.png")
    assert person.document.selection == {1}
    dialog.reject()


def test_one_that_was_handed_in_and_the_table_is_saved(people, start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    person, theirs = people
    write_project_zip(theirs, tmp_path / "from Ada.zip")
    dialog = start(tmp_path / "from Ada.zip")
    assert dialog.table.rows.rowCount() == 6
    monkeypatch.setattr(file_choice, "choose_new_file", lambda *_: tmp_path / "table.csv")
    dialog.save_button.click()
    assert len((tmp_path / "table.csv").read_text(encoding="utf-8").splitlines()) == 7
    assert "table.csv" in person.message
    dialog.reject()


def test_what_is_no_project_and_what_brings_nothing(start, tmp_path: Path):
    (tmp_path / "letter.zip").write_text("Dear Sir or Madam")
    dialog = start(tmp_path / "letter.zip")
    assert "letter.zip is not opened as a project" in dialog.summary
    assert not dialog.merge_button.isEnabled()
    dialog.reject()
    dialog = start()
    dialog.theirs.click()
    dialog.merge_button.click()
    dialog = start()
    assert not dialog.table.isVisible()
    assert "agree on 6 of them (100 %)" in dialog.summary
    assert not dialog.merge_button.isEnabled()
    dialog.reject()
