"""Import is checked whole before anything changes and is one step; export comes back byte for byte."""

from __future__ import annotations

import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QPlainTextEdit

from desktop_app.dialogs import file_choice
from desktop_app.dialogs.export_dialog import ExportDialog
from desktop_app.dialogs.import_dialog import ImportDialog
from tests.helpers.pictures import write_pictures
from training.dataset.records import ImageState

HEADER = "filename,width,height,class,xmin,ymin,xmax,ymax\n"
ROWS = [
    "one.png,300,200,cup,10,10,60.5,40\n",
    "one.png,300,200,fork,ten,10,60,40\n",
    "nowhere.png,300,200,cup,1,1,2,2\n",
    "three.jpg,300,200,fork,20,20,90,80\n",
    "two.png,300,200,,,,,\n",
]


@pytest.fixture
def table(tmp_path):
    file = tmp_path / "boxes.csv"
    file.write_text(HEADER + "".join(ROWS))
    return file


def start_import(person, monkeypatch, *files):
    monkeypatch.setattr(file_choice, "choose_annotation_files", lambda *_: list(files))
    person.choose("File", "Import…")
    dialog = person.dialog(ImportDialog)
    person.wait_until(lambda: not dialog.is_working)
    return dialog


def export(person, folder, *, per_split=False):
    person.choose("File", "Export…")
    dialog = person.dialog(ExportDialog)
    dialog.folder.setText(str(folder))
    (dialog.file_per_split if per_split else dialog.one_file).setChecked(True)
    dialog.export_button.click()
    person.wait_until(dialog.export_button.isEnabled)
    sentence = dialog.summary
    dialog.buttons.button(QDialogButtonBox.StandardButton.Close).click()
    return sentence


def test_the_import_shows_what_comes_and_every_bad_row_before_anything_changes(window, table, monkeypatch):
    dialog = start_import(window, monkeypatch, table)
    assert dialog.summary.startswith("2 boxes in 2 images. Images reviewed, with nothing in them: 1.")
    assert "New classes: cup, fork." in dialog.summary
    first, second = dialog.problems.text.splitlines()
    assert "boxes.csv, line 3" in first
    assert "ten" in first
    assert "boxes.csv, line 4" in second
    assert "nowhere.png" in second
    assert window.class_list == []
    assert window.boxes == []


def test_the_list_of_bad_rows_can_be_copied(window, table, monkeypatch, qapp):
    dialog = start_import(window, monkeypatch, table)
    dialog.problems.copy_button.click()
    assert qapp.clipboard().text() == dialog.problems.text


def test_marked_lines_of_the_list_can_be_copied(window, table, monkeypatch, qapp):
    lines = start_import(window, monkeypatch, table).problems.findChild(QPlainTextEdit)
    first, _ = lines.toPlainText().splitlines()
    lines.setFocus()
    for _ in first:
        QTest.keyClick(lines, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(lines, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert qapp.clipboard().text() == first


def test_images_are_found_by_name_wherever_they_lie_and_two_of_a_name_are_told(open_window, tmp_path, monkeypatch):
    write_pictures(tmp_path / "photos", ["a/deep/one.png", "b/same.png", "c/same.png"], width=300, height=200)
    (tmp_path / "boxes.csv").write_text(
        HEADER + "".join(f"{name}.png,300,200,cup,1,1,9,9\n" for name in ("one", "same"))
    )
    person = open_window()
    person.open(tmp_path / "photos")
    dialog = start_import(person, monkeypatch, tmp_path / "boxes.csv")
    assert dialog.summary.startswith("1 box in 1 image.")
    assert dialog.problems.text.startswith("boxes.csv, line 3: 'same.png' can be 'b/same.png' or 'c/same.png'")
    dialog.import_button.click()
    assert person.boxes_of("a/deep/one.png") == [(1, 1, 9, 9)]


def test_the_import_is_one_step(window, table, monkeypatch):
    start_import(window, monkeypatch, table).import_button.click()
    assert window.boxes_of("one.png") == [(10, 10, 60.5, 40)]
    assert window.boxes_of("sub/three.jpg") == [(20, 20, 90, 80)]
    assert window.document.summary("two.png").state == ImageState.REVIEWED
    assert window.class_list == ["cup", "fork"]
    assert "Undo: Import boxes" in window.entries("Edit")
    window.press_key("Ctrl+Z")
    assert window.class_list == []
    assert [window.boxes_of(name) for name in window.listed_images] == [[], [], []]
    assert window.document.summary("two.png").state == ImageState.UNLABELLED
    window.press_key("Ctrl+Shift+Z")
    assert window.boxes_of("one.png") == [(10, 10, 60.5, 40)]


def test_cancelling_an_import_changes_nothing(window, table, monkeypatch):
    dialog = start_import(window, monkeypatch, table)
    dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel).click()
    assert window.class_list == []
    assert not window.document.undo_stack.canUndo()


def test_an_import_adds_or_replaces(window, table, monkeypatch):
    window.add_class("plate")
    window.draw_box(100, 100, 150, 150)
    start_import(window, monkeypatch, table).import_button.click()
    assert window.boxes_of("one.png") == [(100, 100, 150, 150), (10, 10, 60.5, 40)]
    window.press_key("Ctrl+Z")
    dialog = start_import(window, monkeypatch, table)
    dialog.replace_choice.setChecked(True)
    window.wait_until(lambda: not dialog.is_working)
    dialog.import_button.click()
    assert window.boxes_of("one.png") == [(10, 10, 60.5, 40)]
    window.press_key("Ctrl+Z")
    assert window.boxes_of("one.png") == [(100, 100, 150, 150)]
    assert window.class_list == ["plate"]


def test_a_table_dropped_on_the_window_is_imported(window, table):
    window.drop(table)
    dialog = window.dialog(ImportDialog)
    window.wait_until(lambda: not dialog.is_working)
    dialog.import_button.click()
    assert window.class_list == ["cup", "fork"]


def test_a_file_that_is_no_table_is_told(window, tmp_path, monkeypatch):
    (tmp_path / "letter.csv").write_text("Dear Sir or Madam\n")
    dialog = start_import(window, monkeypatch, tmp_path / "letter.csv")
    assert "letter.csv" in dialog.summary
    assert not dialog.import_button.isEnabled()


def test_export_import_export_gives_identical_bytes(open_window, window, photos, tmp_path, monkeypatch):
    window.add_class("cup")
    window.draw_box(10.25, 10, 60, 40.125)
    window.add_class('a "quoted", class')
    window.go_to("sub/three.jpg")
    window.draw_box(20, 20, 90, 80)
    window.press_key("Shift+1")
    window.go_to("two.png")
    window.press_key("Space")
    assert "2 boxes of 3 images" in export(window, tmp_path / "first")
    window.window.close()

    shutil.copytree(photos, tmp_path / "copy", ignore=shutil.ignore_patterns("*.boxwright*"))
    other = open_window()
    other.open(tmp_path / "copy")
    start_import(other, monkeypatch, tmp_path / "first" / "dataset.csv").import_button.click()
    export(other, tmp_path / "second")
    names = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert names == ["classes.txt", "dataset.csv"]
    for name in names:
        assert (tmp_path / "second" / name).read_bytes() == (tmp_path / "first" / name).read_bytes()


def test_the_export_makes_one_file_a_split_when_asked(window, tmp_path):
    window.draw_box(10, 10, 60, 40)
    export(window, tmp_path / "out", per_split=True)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "classes.txt",
        "test.csv",
        "train.csv",
        "validation.csv",
    ]


def test_an_export_that_fails_says_so(window, tmp_path):
    window.draw_box(10, 10, 60, 40)
    (tmp_path / "a file").write_text("in the way")
    assert "a file" in export(window, tmp_path / "a file" / "out")


def test_a_file_with_semicolons_is_understood(window, tmp_path, monkeypatch):
    (tmp_path / "boxes.csv").write_text((HEADER + ROWS[0]).replace(",", ";").replace("60.5", "60,5"))
    dialog = start_import(window, monkeypatch, tmp_path / "boxes.csv")
    assert "separated by semicolons" in dialog.source.reasons.text()
    dialog.import_button.click()
    assert window.boxes_of("one.png") == [(10, 10, 60.5, 40)]


def test_what_cannot_be_read_is_told_whole_and_offers_no_choice(window, tmp_path, monkeypatch):
    (tmp_path / "boxes.csv").write_text("Dear Sir or Madam,\nthis is a letter,\n" * 20)
    dialog = start_import(window, monkeypatch, tmp_path / "boxes.csv")
    assert "boxes.csv" in dialog.summary
    assert not dialog.add_choice.isVisibleTo(dialog)
    label = dialog._summary
    assert label.height() >= label.heightForWidth(label.width())


def test_rows_of_one_missing_image_are_counted_each(window, tmp_path, monkeypatch):
    (tmp_path / "boxes.csv").write_text(HEADER + ROWS[0] + 3 * ROWS[2])
    dialog = start_import(window, monkeypatch, tmp_path / "boxes.csv")
    assert len(dialog.problems.text.splitlines()) == 1
    assert dialog.problems.title.startswith("3 rows")
    dialog.import_button.click()
    assert window.message == "Imported 1 box in 1 image. 3 rows stay out."
    window.press_key("Ctrl+Z")
    assert window.message == ""
