"""Classes by digit, reviewed by Space, and keys that must not get in the way of typing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QVBoxLayout, QWidget

from desktop_app.canvas import keyboard, space_key
from desktop_app.canvas.canvas_view import CanvasView
from desktop_app.document.document import Document
from desktop_app.document.edits import Edits
from tests.helpers.canvas_driver import CanvasDriver


def test_a_digit_gives_the_selected_boxes_a_class_and_the_next_one_too(person: CanvasDriver):
    person.draw_box(10, 10, 60, 40)
    person.press_key("2")
    assert person.class_names == ["dog"]
    person.draw_box(80, 10, 120, 40)
    assert person.class_names == ["dog", "dog"]


def test_a_digit_without_a_selection_is_for_the_next_box(person: CanvasDriver):
    person.draw_box(10, 10, 60, 40)
    person.press_key("Esc")
    person.press_key("2")
    person.draw_box(80, 10, 120, 40)
    assert person.class_names == ["cat", "dog"]


def test_a_digit_without_a_class_says_so(person: CanvasDriver, document: Document):
    said = []
    document.message_sent.connect(said.append)
    person.press_key("7")
    assert said == ["There is no class number 7."]


def test_shift_and_a_digit_give_the_image_its_own_class_and_take_it_away(person: CanvasDriver, document: Document):
    person.press_key("Shift+2")
    assert person.record.class_id == document.classes[1].id
    assert person.badges[0] == "image: dog"
    person.press_key("Shift+2")
    assert person.record.class_id is None
    assert "image: dog" not in person.badges


@pytest.mark.parametrize(
    ("platform", "scan_code", "virtual_key", "digit"),
    [("xcb", 10, 0, 1), ("wayland", 18, 0, 9), ("windows", 2, 0x31, 1), ("cocoa", 0, 26, 7), ("cocoa", 0, 0, None)],
)
def test_digits_are_told_by_the_place_of_the_key(monkeypatch, platform, scan_code, virtual_key, digit):
    """Shift+1 gives "!" here and 1 gives "&" on a French keyboard: the key is the same."""
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: platform)
    event = QKeyEvent(
        QEvent.Type.KeyPress,
        Qt.Key.Key_Exclam,
        Qt.KeyboardModifier.ShiftModifier,
        scan_code,
        virtual_key,
        0,
        "!",
    )
    assert keyboard.digit_of(event) == digit


def test_a_letter_of_another_alphabet_does_nothing(person: CanvasDriver, canvas: CanvasView):
    cyrillic = QKeyEvent(QEvent.Type.KeyPress, 0x426, Qt.KeyboardModifier.NoModifier, "ц")
    QApplication.sendEvent(canvas, cyrillic)
    assert not cyrillic.isAccepted()
    assert person.boxes == []


def test_space_tapped_marks_the_image_as_reviewed_and_back(person: CanvasDriver, document: Document):
    person.press_key("Space")
    assert person.record.is_negative
    assert person.badges == ["✓ reviewed · nothing here", "Press W, then drag a box around something"]
    assert person.canvas.action("review").isChecked()
    person.press_key("Space")
    assert not person.record.reviewed
    assert not person.canvas.action("review").isChecked()
    assert document.undo_stack.undoText() == "Mark as not reviewed"


def test_a_reviewed_image_with_boxes_is_no_negative(person: CanvasDriver):
    person.draw_box(10, 10, 60, 40)
    person.press_key("Space")
    assert person.record.reviewed
    assert person.badges == ["✓ reviewed"]


def test_space_held_pans_and_marks_nothing(person: CanvasDriver, canvas: CanvasView):
    canvas.viewpoint.set_zoom(8.0)
    before = canvas.viewpoint.centre
    person.hold_space()
    assert person.cursor_after_move((100, 50)) == Qt.CursorShape.OpenHandCursor
    person.drag((100, 50), (110, 55))
    person.let_space_go()
    assert canvas.viewpoint.centre.x == pytest.approx(before.x - 10, abs=0.2)
    assert canvas.viewpoint.centre.y == pytest.approx(before.y - 5, abs=0.2)
    assert not person.record.reviewed
    assert person.boxes == []


def test_space_held_long_without_a_drag_marks_nothing(person: CanvasDriver, monkeypatch):
    monkeypatch.setattr(space_key, "LONGEST_TAP_MS", -1)
    person.press_key("Space")
    assert not person.record.reviewed


def test_space_that_repeats_while_it_is_held_is_no_tap(person: CanvasDriver, canvas: CanvasView):
    person.hold_space()
    for kind in (QEvent.Type.KeyRelease, QEvent.Type.KeyPress) * 3:
        event = QKeyEvent(kind, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ", autorep=True)
        QApplication.sendEvent(canvas, event)
    person.let_space_go()
    assert not person.record.reviewed


def test_a_repetition_that_looks_like_a_release_is_none(person: CanvasDriver, monkeypatch, qtbot):
    """X11 repeats a key as releases and presses, and Qt does not always notice."""
    monkeypatch.setattr(space_key, "NO_REPEAT_BEFORE_MS", -1)
    held = []
    person.hold_space()
    person.canvas.space.held_changed.connect(held.append)
    for _ in range(3):
        person.let_space_go()
        person.hold_space()
    assert held == []
    person.let_space_go()
    qtbot.waitUntil(lambda: held == [False])
    assert not person.record.reviewed


def test_a_slow_tap_counts_when_it_is_over_for_sure(person: CanvasDriver, monkeypatch, qtbot):
    monkeypatch.setattr(space_key, "NO_REPEAT_BEFORE_MS", -1)
    person.press_key("Space")
    assert not person.record.reviewed
    qtbot.waitUntil(lambda: person.record.reviewed)


def test_a_space_whose_release_went_elsewhere_is_forgotten(person: CanvasDriver, canvas: CanvasView):
    person.hold_space()
    canvas.clearFocus()
    canvas.setFocus()
    person.draw_box(10, 10, 60, 40)
    assert person.boxes == [(10, 10, 60, 40)]
    assert not person.record.reviewed


@pytest.mark.parametrize("key", ["Del", "Backspace"])
def test_a_key_deletes_the_selected_boxes(person: CanvasDriver, document: Document, key: str):
    person.draw_box(10, 10, 60, 40)
    person.draw_box(80, 10, 120, 40)
    person.press_key(key)
    assert person.boxes == person.boxes_on_screen == [(10, 10, 60, 40)]
    assert person.selected == set()
    document.undo()
    assert person.boxes_on_screen == [(10, 10, 60, 40), (80, 10, 120, 40)]


def test_actions_are_enabled_when_they_make_sense(person: CanvasDriver, canvas: CanvasView, document: Document):
    def enabled() -> set[str]:
        names = ("draw", "delete", "duplicate", "copy", "select_all", "paste", "fit", "review")
        return {name for name in names if canvas.action(name).isEnabled()}

    assert enabled() == {"draw", "paste", "fit", "review"}
    person.draw_box(10, 10, 60, 40)
    assert enabled() == {"draw", "delete", "duplicate", "copy", "select_all", "paste", "fit", "review"}
    person.press_key("Esc")
    assert enabled() == {"draw", "select_all", "paste", "fit", "review"}
    document.set_current_image("")
    assert enabled() == {"draw"}


def test_every_action_tells_its_keys(canvas: CanvasView):
    for action in canvas.actions():
        for key in action.shortcuts():
            assert key.toString() in action.toolTip()


def test_no_two_actions_share_a_key(canvas: CanvasView):
    keys = [key.toString() for action in canvas.actions() for key in action.shortcuts()]
    assert len(keys) == len(set(keys))


@pytest.fixture
def canvas_beside(qtbot, document: Document, loader):
    """Shows a canvas in a window with another widget, which has the keyboard."""

    window = QWidget()
    qtbot.addWidget(window)

    def show(other: QWidget) -> CanvasView:
        layout = QVBoxLayout(window)
        canvas = CanvasView(document, Edits(document))
        layout.addWidget(canvas)
        layout.addWidget(other)
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        loader.bring(canvas)
        other.setFocus()
        return canvas

    return show


def test_a_text_field_in_the_window_gets_its_letters_digits_and_spaces(canvas_beside):
    field = QLineEdit()
    canvas = canvas_beside(field)
    QTest.keyClicks(field, "wrn 12vf+")
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    assert field.text() == "wrn 12vf"
    assert not canvas.is_drawing


def test_classes_are_picked_by_digit_while_a_list_has_the_keyboard(canvas_beside, document: Document):
    names = QListWidget()
    names.addItems(["1 photo", "2 photos"])
    canvas_beside(names)
    QTest.keyClick(names, Qt.Key.Key_2)
    assert document.active_class_id == document.classes[1].id
    QTest.keyClick(names, Qt.Key.Key_1, Qt.KeyboardModifier.ShiftModifier)
    record = document.current_record
    assert record is not None
    assert record.class_id == document.classes[0].id


def test_keys_do_nothing_where_there_is_no_image(person: CanvasDriver, document: Document):
    document.set_current_image("")
    for key in ("Space", "Return", "Left", "Del", "Ctrl+V", "1", "Shift+1", "Tab", "Esc", "F", "+"):
        person.press_key(key)
    person.click((10, 10))
    assert document.undo_stack.count() == 0
