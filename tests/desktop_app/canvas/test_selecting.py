"""Selecting boxes by hand and by key."""

from __future__ import annotations

import pytest

from desktop_app.canvas.canvas_view import CanvasView
from desktop_app.document.document import Document
from desktop_app.document.edits import Edits
from tests.helpers.canvas_driver import CTRL, SHIFT, CanvasDriver
from training.dataset.box import ProjectBox

LARGE, MIDDLE_SIZED, SMALL, APART = (10, 10, 110, 90), (20, 20, 80, 80), (30, 30, 60, 60), (140, 20, 180, 60)


@pytest.fixture(autouse=True)
def boxes(canvas: CanvasView, document: Document) -> None:
    """Three boxes inside each other, the largest first, and one apart."""
    cat = document.classes[0].id
    Edits(document).paste([ProjectBox(*corners, cat) for corners in (LARGE, MIDDLE_SIZED, SMALL, APART)])
    document.select([])


def test_a_click_selects_the_smallest_box_under_the_cursor(person: CanvasDriver):
    person.click((45, 45))
    assert person.selected == {2}
    person.click((70, 70))
    assert person.selected == {1}
    person.click((15, 15))
    assert person.selected == {0}


def test_clicking_again_at_the_same_place_goes_through_the_boxes_below(person: CanvasDriver):
    seen = []
    for _ in range(4):
        person.click((45, 45))
        seen.append(person.selected)
    assert seen == [{2}, {1}, {0}, {2}]


def test_a_box_reached_by_clicking_again_is_the_one_that_a_drag_moves(person: CanvasDriver):
    person.click((45, 45))
    person.click((45, 45))
    person.drag((45, 45), (50, 45))
    assert person.boxes[1] == (25, 20, 85, 80)
    assert person.boxes[2] == SMALL


def test_a_drag_takes_the_smallest_box_though_a_larger_one_is_selected(person: CanvasDriver):
    person.click((15, 15))
    person.drag((45, 45), (50, 45))
    assert person.boxes[2] == (35, 30, 65, 60)
    assert person.boxes[0] == LARGE


def test_a_selected_box_can_be_held_by_its_outline_over_smaller_ones(person: CanvasDriver, document: Document):
    Edits(document).paste([ProjectBox(105, 65, 115, 80, document.classes[0].id)])
    document.select([0])
    person.drag((110, 72), (115, 72))
    assert person.boxes[0] == (15, 10, 115, 90)
    assert person.boxes[4] == (105, 65, 115, 80)


def test_a_press_a_little_beside_a_box_still_takes_it(person: CanvasDriver, canvas: CanvasView):
    for zoom in (1.0, 5.0):
        canvas.viewpoint.set_zoom(zoom)
        person.click((APART[2] + 3 / zoom, 50))
        assert person.selected == {3}
        person.click((APART[2] + 6 / zoom, 50))
        assert person.selected == set()


def test_ctrl_and_click_add_a_box_and_take_it_away_again(person: CanvasDriver):
    person.click((45, 45))
    person.click((150, 40), CTRL)
    assert person.selected == {2, 3}
    person.click((45, 45), CTRL)
    assert person.selected == {3}


def test_a_click_on_an_empty_place_selects_nothing(person: CanvasDriver):
    person.click((45, 45))
    person.click((125, 95))
    assert person.selected == set()


def test_a_click_on_one_of_several_selected_boxes_leaves_that_one(person: CanvasDriver):
    person.press_key("Ctrl+A")
    person.click((150, 40))
    assert person.selected == {3}


def test_a_click_on_the_name_of_a_box_selects_it(person: CanvasDriver, canvas: CanvasView):
    above = 8 / canvas.viewpoint.scale
    person.click((APART[0] + above, APART[1] - above))
    assert person.selected == {3}


def test_all_boxes_can_be_selected(person: CanvasDriver):
    person.press_key("Ctrl+A")
    assert person.selected == {0, 1, 2, 3}


def test_tab_goes_from_box_to_box(person: CanvasDriver):
    seen = []
    for key in ("Tab", "Tab", "Shift+Tab", "Shift+Tab"):
        person.press_key(key)
        seen.append(person.selected)
    assert seen == [{0}, {1}, {0}, {3}]


def test_tab_leaves_the_canvas_where_there_is_no_box(person: CanvasDriver, canvas: CanvasView, document: Document):
    document.set_current_image("b.png")
    person.press_key("Tab")
    assert person.selected == set()
    assert not canvas.action("next_box").isEnabled()


def test_esc_lets_the_selection_go(person: CanvasDriver):
    person.click((45, 45))
    person.press_key("Esc")
    assert person.selected == set()


def test_a_drag_from_an_empty_place_selects_what_it_touches(person: CanvasDriver):
    person.drag((135, 15), (150, 25))
    assert person.selected == {3}
    person.drag((195, 95), (100, 50))
    assert person.selected == {0, 3}


def test_a_drag_with_shift_adds_to_the_selection_wherever_it_begins(person: CanvasDriver):
    person.click((150, 40))
    person.drag((25, 25), (32, 32), SHIFT)
    assert person.selected == {0, 1, 2, 3}
    assert person.boxes == [LARGE, MIDDLE_SIZED, SMALL, APART]


def test_esc_takes_a_rubber_band_back(person: CanvasDriver):
    person.click((45, 45))
    person.press((135, 15))
    person.move_to((150, 25))
    assert person.selected == {3}
    person.press_key("Esc")
    assert person.selected == {2}


def test_the_box_under_the_cursor_stands_out_before_it_is_pressed(person: CanvasDriver, canvas: CanvasView):
    person.move_to((45, 45))
    assert canvas.canvas_scene.boxes.hovered == 2
    person.move_to((125, 95))
    assert canvas.canvas_scene.boxes.hovered is None


def test_a_press_of_the_right_button_selects_what_its_menu_is_about(person: CanvasDriver):
    menu = person.open_menu((45, 45))
    assert menu is not None
    assert person.selected == {2}
    assert "Delete boxes" in [entry.text().replace("&", "") for entry in menu.actions()]
    menu.close()


def test_the_menu_of_several_boxes_keeps_them_all_selected(person: CanvasDriver):
    person.press_key("Ctrl+A")
    assert person.open_menu((45, 45)) is not None
    assert person.selected == {0, 1, 2, 3}
