"""Drawing boxes in the real window: every sentence of what a person can do there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.helpers.canvas_driver import CTRL, MIDDLE
from training.dataset.records import ImageState
from training.dataset.store import ProjectStore

FIRST, SECOND = (10, 10, 60, 40), (100, 50, 180, 120)


@pytest.fixture
def person(window):
    """At the first picture of 300 x 200 pixels, with two classes, `cup` being the next box's."""
    for name in ("cup", "fork"):
        window.add_class(name)
    window.click_class("cup")
    window.document.undo_stack.clear()
    window.canvas.setFocus()
    return window


def stored(person, image: str) -> list[tuple[float, float, float, float]]:
    """What another program reads from the project's file this very moment."""
    store = ProjectStore.open(person.document.folder, read_only=True)
    try:
        return [box.corners for box in store.record(image).boxes]
    finally:
        store.close()


# --- drawing


@pytest.mark.parametrize("key", ["W", "R"])
def test_press_a_key_and_drag(person, key):
    person.press_key(key)
    person.drag((10, 10), (60, 40))
    assert person.boxes == [FIRST]
    assert stored(person, person.image) == [FIRST]


def test_press_the_button_in_the_toolbar_and_drag(person):
    person.action("draw").trigger()
    person.drag((10, 10), (60, 40))
    assert person.boxes == [FIRST]


def test_the_key_draws_though_the_keyboard_is_in_the_list_of_images(person):
    person.window.images.list.setFocus()
    QTest.keyClick(person.window.images.list, Qt.Key.Key_W)
    person.drag((10, 10), (60, 40))
    assert person.boxes == [FIRST]


def test_the_letter_of_a_key_can_be_typed_into_a_field(person):
    person.window.images.search.setFocus()
    QTest.keyClicks(person.window.images.search, "wr 2")
    assert person.window.images.search.text() == "wr 2"
    assert not person.canvas.is_drawing
    assert person.boxes == []


def test_the_size_in_pixels_is_shown_while_drawing(person):
    person.press_key("W")
    person.press((10, 10))
    person.move_to((60, 40))
    assert person.size_shown == "50 × 30 px"
    person.release((60, 40))
    assert person.size_shown == ""


def test_the_class_is_picked_by_a_digit(person):
    person.press_key("2")
    person.draw_box(*FIRST)
    assert person.class_names == ["fork"]


def test_the_class_is_picked_from_the_class_list(person):
    person.click_class("fork")
    person.draw_box(*FIRST)
    assert person.class_names == ["fork"]


def test_the_class_is_the_last_one_used(person):
    person.draw_box(*FIRST)
    person.press_key("2")
    person.draw_box(*SECOND)
    assert person.class_names == ["fork", "fork"]


def test_a_new_class_is_one_field_away(person):
    person.add_class("spoon")
    person.draw_box(*FIRST)
    assert person.class_names == ["spoon"]


def test_a_selected_box_gets_another_class_by_digit_or_from_the_list(person):
    person.draw_box(*FIRST)
    person.press_key("2")
    assert person.class_names == ["fork"]
    person.click_class("cup")
    assert person.class_names == ["cup"]


# --- changing


def test_the_smallest_box_under_the_cursor_is_selected_first(person):
    person.draw_box(10, 10, 200, 150)
    person.draw_box(50, 50, 90, 90)
    person.press_key("Esc")
    person.click((70, 70))
    assert person.selected == {1}
    person.click((70, 70))
    assert person.selected == {0}


def test_a_box_is_moved(person):
    person.draw_box(*FIRST)
    person.drag((30, 25), (50, 45))
    assert person.boxes == stored(person, person.image) == [(30, 30, 80, 60)]


HANDLES = {
    (50, 40): (40, 30, 150, 120),
    (100, 40): (50, 30, 150, 120),
    (150, 40): (50, 30, 140, 120),
    (150, 80): (50, 40, 140, 120),
    (150, 120): (50, 40, 140, 110),
    (100, 120): (50, 40, 150, 110),
    (50, 120): (40, 40, 150, 110),
    (50, 80): (40, 40, 150, 120),
}


@pytest.mark.parametrize("handle", HANDLES)
def test_a_box_is_resized_by_eight_handles(person, handle):
    person.draw_box(50, 40, 150, 120)
    person.drag(handle, (handle[0] - 10, handle[1] - 10))
    assert person.boxes == [HANDLES[handle]]


def test_a_box_is_nudged_by_1_and_by_10_pixels(person):
    person.draw_box(*FIRST)
    person.press_key("Right")
    person.press_key("Shift+Down")
    assert person.boxes == [(11, 20, 61, 50)]


def test_a_box_is_deleted(person):
    person.draw_box(*FIRST)
    person.press_key("Del")
    assert person.boxes == stored(person, person.image) == []


def test_a_box_is_duplicated(person):
    person.draw_box(*FIRST)
    person.press_key("Ctrl+D")
    assert person.boxes == [FIRST, (20, 20, 70, 50)]


def test_boxes_are_copied_and_pasted_across_images(person):
    person.draw_box(*FIRST)
    person.press_key("2")
    person.draw_box(*SECOND)
    person.press_key("Ctrl+A")
    person.press_key("Ctrl+C")
    person.press_key("D")
    person.wait_for_picture("sub/three.jpg")
    person.press_key("Ctrl+V")
    assert stored(person, "sub/three.jpg") == [FIRST, SECOND]
    assert person.class_names == ["fork", "fork"]


def test_boxes_stay_inside_the_image(person):
    person.draw_box(250, 150, 400, 300)
    person.drag((270, 170), (500, 500))
    person.press_key("Shift+Right")
    assert person.boxes == [(250, 150, 300, 200)]
    person.drag((250, 150), (-90, -90))
    assert person.boxes == [(0, 0, 300, 200)]


# --- undo


def test_undo_and_redo_are_named_unlimited_and_cross_images(person):
    person.draw_box(*FIRST)
    person.press_key("D")
    person.wait_for_picture("sub/three.jpg")
    person.draw_box(*SECOND)
    for _ in range(120):
        person.press_key("Right")
        person.press_key("Ctrl+D")
        person.press_key("Del")
        person.press_key("Tab")
    assert person.action("undo").text() == "&Undo: Delete boxes"
    while person.action("undo").isEnabled():
        person.press_key("Ctrl+Z")
    assert person.image == "one.png"
    assert stored(person, "one.png") == stored(person, "sub/three.jpg") == []
    person.press_key("Ctrl+Y")
    assert stored(person, "one.png") == [FIRST]
    assert person.action("redo").text() == "&Redo: Draw box"
    person.press_key("Ctrl+Shift+Z")
    person.wait_for_picture("sub/three.jpg")
    assert person.boxes == person.boxes_on_screen == [SECOND]


# --- looking


def test_the_wheel_zooms_at_the_cursor(person):
    before = person.on_screen((200, 60))
    person.turn_wheel(1, (200, 60))
    after = person.on_screen((200, 60))
    assert (after.x(), after.y()) == (pytest.approx(before.x(), abs=1), pytest.approx(before.y(), abs=1))
    assert person.on_screen((210, 60)).x() - after.x() > 10


def test_space_and_a_drag_pan_and_the_middle_button_too(person):
    before = person.on_screen((100, 100))
    person.hold_space()
    person.drag((100, 100), (120, 110))
    person.let_space_go()
    between = person.on_screen((100, 100))
    assert between.x() > before.x()
    person.drag((100, 100), (80, 90), button=MIDDLE)
    assert person.on_screen((100, 100)).x() == pytest.approx(before.x(), abs=2)
    assert not person.record.reviewed
    assert person.boxes == []


def test_fit_and_100_percent(person):
    person.press_key("Ctrl+1")
    assert person.canvas.viewpoint.zoom == 1.0
    person.choose("View", "Fit to window")
    corners = [person.on_screen((0, 0)).toPoint(), person.on_screen((300, 200)).toPoint()]
    assert all(person.canvas.viewport().rect().contains(corner) for corner in corners)
    assert person.canvas.viewpoint.fits


# --- the state of an image, and its own class


def test_space_tapped_marks_an_image_as_reviewed(person):
    person.draw_box(*FIRST)
    person.press_key("Space")
    assert person.document.summary(person.image).state == ImageState.REVIEWED
    assert "✓ reviewed" in person.badges


def test_reviewed_without_boxes_is_a_negative(person):
    person.press_key("Space")
    assert person.record.is_negative
    assert "✓ reviewed · nothing here" in person.badges


def test_an_image_carries_one_class_of_its_own_shown_as_a_badge(person):
    person.press_key("Shift+2")
    assert "image: fork" in person.badges
    person.press_key("Shift+1")
    assert person.record.class_id == person.document.classes[0].id
    assert "image: cup" in person.badges
    person.press_key("Shift+1")
    assert person.record.class_id is None


def test_several_boxes_are_changed_together(person):
    person.draw_box(*FIRST)
    person.draw_box(*SECOND)
    person.click((30, 25), CTRL)
    person.press_key("2")
    person.press_key("Right")
    assert person.class_names == ["fork", "fork"]
    assert person.boxes == [(11, 10, 61, 40), (101, 50, 181, 120)]
