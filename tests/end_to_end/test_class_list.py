"""The class list: add, rename, recolour, reorder, merge and delete, each of them undone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QColorDialog, QLineEdit, QMessageBox

from desktop_app.document.change import Change
from training.dataset.records import ClassRecord

NEW = ClassRecord(id=999, name="zebra", colour="#aa3355")


@pytest.fixture
def person(window):
    """At a picture with a box of each of three classes."""
    for number, name in enumerate(("cup", "fork", "plate")):
        window.add_class(name)
        window.draw_box(10 + 50 * number, 10, 50 + 50 * number, 60)
    window.press_key("Escape")
    return window


def row(person, name):
    return person.window.classes.model.index(person.class_list.index(name))


def digit(person, name):
    return person.window.classes.model.data(row(person, name), Qt.ItemDataRole.UserRole + 2)


def count(person, name):
    return person.window.classes.model.data(row(person, name), Qt.ItemDataRole.UserRole + 1)


def test_one_name_after_the_other_can_be_typed_and_enter_alone_goes_back_to_the_canvas(window):
    field = window.window.classes.new_class
    field.setFocus()
    for name in ("cup", "fork"):
        QTest.keyClicks(QApplication.focusWidget(), name)
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert window.class_list == ["cup", "fork"]
    assert field.hasFocus()
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.canvas.hasFocus()
    assert window.boxes == []


def test_escape_leaves_the_field_without_a_class(window):
    field = window.window.classes.new_class
    field.setFocus()
    QTest.keyClicks(field, "cup")
    window.press_key("Esc")
    assert window.canvas.hasFocus()
    assert (window.class_list, field.text()) == ([], "")


def test_the_first_box_tells_how_to_name_its_class(window):
    window.draw_box(10, 10, 60, 40)
    assert "“object”" in window.message
    assert "rename" in window.message


def test_enter_in_the_field_adds_a_class(window):
    window.add_class("  teapot ")
    assert window.class_list == ["teapot"]
    assert window.window.classes.new_class.text() == ""
    assert window.canvas.hasFocus()
    window.draw_box(10, 10, 60, 40)
    assert window.class_names == ["teapot"]


def test_a_name_that_is_taken_is_told(person):
    person.add_class("fork")
    assert "already" in person.window.classes.refusal
    assert person.class_list == ["cup", "fork", "plate"]


def test_the_list_shows_digits_and_counts(person):
    assert [digit(person, name) for name in person.class_list] == ["1", "2", "3"]
    assert [count(person, name) for name in person.class_list] == [1, 1, 1]
    person.press_key("1")
    person.draw_box(10, 100, 60, 140)
    assert count(person, "cup") == 2
    person.press_key("Ctrl+Z")
    assert count(person, "cup") == 1


def test_a_click_chooses_the_class_of_the_next_box(person):
    person.click_class("fork")
    person.draw_box(10, 100, 60, 140)
    assert person.class_names == ["cup", "fork", "plate", "fork"]


def test_a_click_gives_the_class_to_the_selected_boxes(person):
    person.press_key("Ctrl+A")
    person.click_class("plate")
    assert person.class_names == ["plate", "plate", "plate"]
    person.press_key("Ctrl+Z")
    assert person.class_names == ["cup", "fork", "plate"]


def test_a_class_is_renamed_in_place(person):
    person.window.classes.list.setCurrentIndex(row(person, "fork"))
    person.action("rename_class").trigger()
    editor = person.window.classes.list.findChild(QLineEdit)
    editor.setText("spoon")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    person.wait_until(lambda: person.class_list == ["cup", "spoon", "plate"])
    assert person.class_names == ["cup", "spoon", "plate"]
    person.press_key("Ctrl+Z")
    assert person.class_list == ["cup", "fork", "plate"]


def test_a_class_gets_another_colour(person, monkeypatch):
    monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor("#123456"))
    before = person.document.classes[1].colour
    person.class_menu("fork")["Change colour…"].trigger()
    assert person.document.classes[1].colour == "#123456"
    person.press_key("Ctrl+Z")
    assert person.document.classes[1].colour == before


def test_keys_move_a_class_and_the_digits_follow(person):
    person.window.classes.list.setCurrentIndex(row(person, "plate"))
    person.press_key("Alt+Up")
    person.press_key("Alt+Up")
    person.press_key("Alt+Up")
    assert person.class_list == ["plate", "cup", "fork"]
    assert digit(person, "plate") == "1"
    person.press_key("Alt+Down")
    assert person.class_list == ["cup", "plate", "fork"]
    assert person.class_names == ["cup", "fork", "plate"]


@pytest.mark.parametrize(
    ("dragged", "before", "after"),
    [
        ("plate", 0, ["plate", "cup", "fork"]),
        ("cup", 3, ["fork", "plate", "cup"]),
        ("cup", 2, ["fork", "cup", "plate"]),
    ],
)
def test_a_class_is_dragged_to_another_place(person, dragged, before, after):
    model = person.window.classes.model
    model.moveRow(QModelIndex(), person.class_list.index(dragged), QModelIndex(), before)
    assert person.class_list == after
    person.press_key("Ctrl+Z")
    assert person.class_list == ["cup", "fork", "plate"]


def test_a_class_is_merged_into_another_over_all_images(person):
    person.go_to("two.png")
    person.press_key("1")
    person.draw_box(10, 10, 60, 60)
    merging = person.class_menu("cup")["Merge into"].menu()
    assert [entry.text() for entry in merging.actions()] == ["fork", "plate"]
    merging.actions()[1].trigger()
    assert person.class_list == ["fork", "plate"]
    assert person.class_names == ["plate"]
    person.go_to("one.png")
    assert person.class_names == ["plate", "fork", "plate"]
    person.press_key("Ctrl+Z")
    assert person.class_list == ["cup", "fork", "plate"]
    assert person.class_names == ["cup", "fork", "plate"]


def test_deleting_a_class_with_boxes_asks_and_can_be_undone(person, monkeypatch):
    asked = []

    def answer(box):
        asked.append(box.text())
        next(button for button in box.buttons() if button.text() == "Delete").click()

    monkeypatch.setattr(QMessageBox, "exec", answer)
    person.class_menu("fork")["Delete class"].trigger()
    assert "its 1 box" in asked[0]
    assert person.class_list == ["cup", "plate"]
    assert person.class_names == ["cup", "plate"]
    person.press_key("Ctrl+Z")
    assert person.class_names == ["cup", "fork", "plate"]


def test_a_deletion_that_is_cancelled_changes_nothing(person, monkeypatch):
    monkeypatch.setattr(QMessageBox, "exec", lambda box: box.button(QMessageBox.StandardButton.Cancel).click())
    person.class_menu("fork")["Delete class"].trigger()
    assert person.class_list == ["cup", "fork", "plate"]


def test_a_class_without_boxes_goes_without_a_question(person, monkeypatch):
    monkeypatch.setattr(QMessageBox, "exec", lambda *_: pytest.fail("asked for nothing"))
    person.add_class("napkin")
    person.class_menu("napkin")["Delete class"].trigger()
    assert person.class_list == ["cup", "fork", "plate"]


def test_classes_and_their_order_are_there_after_opening_again(person, open_window, photos):
    person.window.classes.list.setCurrentIndex(row(person, "plate"))
    person.press_key("Alt+Up")
    person.window.close()
    again = open_window()
    again.open(photos)
    assert again.class_list == ["cup", "plate", "fork"]


def test_the_digit_keys_work_when_the_list_of_images_has_the_keyboard(person):
    person.window.images.list.setFocus()
    QApplication.processEvents()
    person.press_key("2")
    assert person.document.active_class_id == person.document.classes[1].id
    person.press_key("Space")
    assert person.record.reviewed


def test_a_name_refused_in_renaming_offers_merging_and_is_forgotten_at_the_next_click(person):
    person.window.classes.model.setData(row(person, "fork"), "cup")
    assert "merge them in the menu Classes" in person.window.classes.refusal
    person.click_class("plate")
    assert person.window.classes.refusal == ""


def test_the_menu_merges_the_chosen_class(person):
    person.click_class("fork")
    menu = person.window.classes.merge_menu
    menu.aboutToShow.emit()
    assert [entry.text() for entry in menu.actions()] == ["cup", "plate"]
    menu.actions()[0].trigger()
    assert person.class_list == ["cup", "plate"]


def test_a_class_that_a_recording_makes_is_brought_into_sight(window):
    for number in range(60):
        window.add_class(f"class {number}")
    panel = window.window.classes
    panel.list.scrollToTop()
    active = window.document.active_class_id
    change = Change("Recorded", classes=(window.document.classes, (*window.document.classes, NEW)))
    window.document.push(change)
    shown = panel.list.visualRect(row(window, "zebra"))
    assert shown.height() > 0
    assert panel.list.viewport().rect().contains(shown)
    assert window.document.active_class_id == active
    panel.list.scrollToTop()
    window.draw_box(10, 10, 50, 60)
    assert panel.list.verticalScrollBar().value() == 0, "counts that change leave the list where it is"
