"""Drawing boxes by hand."""

from __future__ import annotations

import pytest

from desktop_app.canvas.canvas_view import CanvasView
from desktop_app.document.class_edits import ClassEdits
from desktop_app.document.document import Document
from tests.helpers.canvas_driver import CTRL, CanvasDriver


@pytest.mark.parametrize("key", ["W", "R", "N"])
def test_a_key_and_a_drag_draw_a_box_of_the_active_class(person: CanvasDriver, key: str):
    person.press_key(key)
    person.drag((10, 10), (60, 40))
    assert person.boxes == [(10, 10, 60, 40)]
    assert person.class_names == ["cat"]
    assert person.selected == {0}


def test_a_box_can_be_drawn_from_any_corner(person: CanvasDriver):
    person.draw_box(60, 40, 10, 10)
    person.draw_box(70, 40, 120, 10)
    assert person.boxes == [(10, 10, 60, 40), (70, 10, 120, 40)]


def test_the_size_in_pixels_is_shown_while_drawing(person: CanvasDriver):
    person.press_key("W")
    person.press((10, 10))
    person.move_to((60, 40))
    assert person.size_shown == "50 × 30 px"
    person.release((60, 40))
    assert person.size_shown == ""


def test_edges_lie_between_pixels_at_every_zoom(person: CanvasDriver):
    person.canvas.viewpoint.set_zoom(0.7)
    person.draw_box(10.3, 9.6, 60.4, 39.8)
    person.canvas.viewpoint.set_zoom(13.0)
    person.draw_box(20.3, 19.6, 30.4, 29.8)
    assert person.boxes == [(10, 10, 60, 40), (20, 20, 30, 30)]


def test_a_box_drawn_beyond_the_image_ends_at_its_edges(person: CanvasDriver):
    person.draw_box(-15, -5, 230, 50)
    person.draw_box(150, 60, 260, 130)
    assert person.boxes == [(0, 0, 200, 50), (150, 60, 200, 100)]


def test_nothing_is_drawn_beside_the_image(person: CanvasDriver):
    person.draw_box(-20, 10, -5, 40)
    assert person.boxes == []


def test_two_clicks_draw_a_box_too(person: CanvasDriver):
    person.press_key("W")
    person.click((10, 10))
    person.move_to((40, 30))
    assert person.size_shown == "30 × 20 px"
    person.click((60, 40))
    assert person.boxes == [(10, 10, 60, 40)]


def test_drawing_goes_on_until_it_is_put_away(person: CanvasDriver, canvas: CanvasView):
    person.press_key("W")
    person.drag((10, 10), (40, 40))
    person.press_key("W")
    person.drag((50, 10), (80, 40))
    person.press_key("V")
    assert not canvas.is_drawing
    person.drag((100, 10), (150, 40))
    assert person.boxes == [(10, 10, 40, 40), (50, 10, 80, 40)]


@pytest.mark.parametrize("key", ["Esc", "V"])
def test_a_key_ends_drawing(person: CanvasDriver, canvas: CanvasView, key: str):
    person.press_key("W")
    assert canvas.action("draw").isChecked()
    person.press_key(key)
    assert not canvas.is_drawing
    assert canvas.action("select").isChecked()


def test_drawing_stays_on_from_image_to_image(person: CanvasDriver, document: Document):
    person.press_key("W")
    document.set_current_image("b.png")
    person.drag((10, 10), (60, 40))
    assert person.boxes == [(10, 10, 60, 40)]


def test_esc_takes_back_the_box_being_drawn_and_drawing_goes_on(person: CanvasDriver, canvas: CanvasView):
    person.press_key("W")
    person.press((10, 10))
    person.move_to((60, 40))
    person.press_key("Esc")
    person.release((60, 40))
    assert person.boxes == []
    assert person.size_shown == ""
    assert canvas.is_drawing
    person.drag((20, 20), (70, 50))
    assert person.boxes == [(20, 20, 70, 50)]


def test_the_right_button_takes_back_the_box_being_drawn_and_opens_no_menu(person: CanvasDriver):
    person.press_key("W")
    person.click((10, 10))
    person.move_to((60, 40))
    assert person.open_menu((60, 40)) is None
    person.click((80, 40))
    assert person.boxes == []
    person.press_key("Esc")
    assert person.open_menu((60, 40)) is not None


def test_going_to_another_image_takes_back_the_box_being_drawn(person: CanvasDriver, document: Document):
    person.press_key("W")
    person.press((10, 10))
    person.move_to((60, 40))
    document.set_current_image("b.png")
    person.release((60, 40))
    assert person.boxes == []
    document.set_current_image("a.png")
    assert person.boxes == []


def test_a_box_can_be_drawn_inside_another(person: CanvasDriver):
    person.press_key("W")
    person.drag((10, 10), (100, 90))
    person.drag((30, 30), (60, 60))
    assert person.boxes == [(10, 10, 100, 90), (30, 30, 60, 60)]


def test_handles_of_the_new_box_work_while_drawing(person: CanvasDriver):
    person.press_key("W")
    person.drag((10, 10), (100, 90))
    person.drag((100, 90), (120, 95))
    assert person.boxes == [(10, 10, 120, 95)]


def test_ctrl_lends_the_select_tool_while_drawing(person: CanvasDriver):
    person.press_key("W")
    person.drag((10, 10), (60, 40))
    person.drag((80, 10), (120, 40))
    person.click((20, 20), CTRL)
    assert person.selected == {0, 1}
    assert len(person.boxes) == 2


def test_a_digit_while_drawing_is_meant_for_the_box_being_drawn(person: CanvasDriver):
    person.press_key("W")
    person.drag((10, 10), (60, 40))
    person.press((80, 10))
    person.move_to((100, 30))
    person.press_key("2")
    person.release((120, 40))
    assert person.class_names == ["cat", "dog"]


def test_a_box_in_a_project_without_classes_makes_one_in_the_same_step(person: CanvasDriver, document: Document):
    classes = ClassEdits(document)
    for known in document.classes:
        classes.delete(known.id)
    steps = document.undo_stack.count()
    person.draw_box(10, 10, 60, 40)
    assert person.class_names == ["object"]
    assert document.undo_stack.count() == steps + 1


def test_enter_draws_a_box_in_the_middle_for_hands_without_a_mouse(person: CanvasDriver, document: Document):
    said: list[str] = []
    document.message_sent.connect(said.append)
    person.press_key("Return")
    assert person.boxes == []
    person.press_key("W")
    person.press_key("Return")
    assert said == ["Box drawn in the middle: move it with the arrow keys."]
    assert person.boxes == [(75, 38, 125, 62)]
    person.press_key("Right")
    person.press_key("Ctrl+Down")
    assert person.boxes == [(76, 38, 126, 63)]


def test_guides_follow_the_cursor_while_drawing(person: CanvasDriver, canvas: CanvasView):
    person.move_to((50, 50))
    assert not canvas.canvas_scene.aids.guides_visible
    person.press_key("W")
    person.move_to((60, 50))
    assert canvas.canvas_scene.aids.guides_visible
    person.press_key("Esc")
    assert not canvas.canvas_scene.aids.guides_visible


def test_drawing_is_one_named_step_to_undo_and_redo(person: CanvasDriver, document: Document):
    person.draw_box(10, 10, 60, 40)
    assert document.undo_stack.undoText() == "Draw box"
    document.undo()
    assert person.boxes == person.boxes_on_screen == []
    document.redo()
    assert person.boxes == person.boxes_on_screen == [(10, 10, 60, 40)]


def test_undo_in_the_middle_of_a_gesture_takes_the_gesture_back_first(person: CanvasDriver, document: Document):
    person.draw_box(10, 10, 60, 40)
    person.draw_box(100, 10, 160, 40)
    person.press((30, 30))
    person.move_to((50, 50))
    document.undo()
    assert person.boxes_on_screen == [(10, 10, 60, 40)]
    person.release((50, 50))
    assert person.boxes == person.boxes_on_screen == [(10, 10, 60, 40)]


def test_undo_shows_the_image_that_it_changes(person: CanvasDriver, document: Document):
    person.draw_box(10, 10, 60, 40)
    document.set_current_image("b.png")
    assert person.boxes_on_screen == []
    document.undo()
    assert document.current_image == "a.png"
    document.redo()
    assert person.boxes_on_screen == [(10, 10, 60, 40)]
