"""The bars above the picture leave the keyboard to the picture when they go."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_app import import_offer
from desktop_app.dialogs.import_dialog import ImportDialog
from desktop_app.document.opening import BusyProject

ROWS = "filename,width,height,class,xmin,ymin,xmax,ymax\none.png,300,200,cup,10,10,60,40\n"


@pytest.fixture
def offered(open_window, photos, monkeypatch):
    """A person at a window that offers boxes."""
    monkeypatch.setattr(import_offer, "LOOK_AFTER_MS", 0)
    (photos / "boxes.csv").write_text(ROWS)
    person = open_window()
    person.open(photos)
    bar = person.window.import_offer.bar
    person.wait_until(lambda: bar.isVisibleTo(person.window))
    return person


def activate(person):
    person.window.activateWindow()
    person.wait_until(person.window.isActiveWindow)


def press(person, button):
    """As somebody does who works with the keyboard."""
    activate(person)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert button.hasFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)


def type_at_window(person, keys):
    """Wherever the focus is."""
    activate(person)
    for key in keys:
        QTest.keyClick(QApplication.focusWidget() or person.window, key)


def assert_keys_are_the_picture_s(person):
    before = person.image
    type_at_window(person, "wd")
    assert person.window.classes.new_class.text() == ""
    assert person.canvas.is_drawing
    assert person.image != before


def test_after_a_look_at_what_is_offered(offered):
    press(offered, offered.window.import_offer.bar.look_button)
    dialog = offered.dialog(ImportDialog)
    offered.wait_until(dialog.import_button.isEnabled)
    dialog.import_button.click()
    offered.wait_until(lambda: not dialog.isVisible())
    assert_keys_are_the_picture_s(offered)


def test_after_the_import_in_one_press(offered):
    bar = offered.window.import_offer.bar
    press(offered, bar.import_button)
    offered.wait_until(lambda: "Imported" in bar.text)
    assert bar.close_button.hasFocus(), "it can be read, and closed by a key"
    press(offered, bar.close_button)
    assert_keys_are_the_picture_s(offered)


def test_a_click_leaves_the_keyboard_where_it_is(offered):
    bar = offered.window.import_offer.bar
    offered.canvas.setFocus()
    QTest.mouseClick(bar.import_button, Qt.MouseButton.LeftButton)
    offered.wait_until(lambda: "Imported" in bar.text)
    assert offered.canvas.hasFocus()
    assert_keys_are_the_picture_s(offered)


def test_after_a_problem_was_read(window):
    window.document.problem_reported.emit("one.png can't be read")
    press(window, window.window.stage.problems.close_button)
    assert_keys_are_the_picture_s(window)


def test_after_hearing_who_has_a_project_open(window, tmp_path):
    window.document.project_busy.emit(BusyProject(tmp_path, tmp_path / "project.boxwright", "somebody", False, None))
    press(window, window.window.shared.bar.close_button)
    assert_keys_are_the_picture_s(window)
