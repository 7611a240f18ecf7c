"""Moving and resizing boxes by hand and by key."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from desktop_app.canvas.canvas_view import CanvasView
from desktop_app.document.document import Document
from desktop_app.document.edits import Edits
from tests.helpers.canvas_driver import CTRL, CanvasDriver
from training.dataset.box import ProjectBox
from training.dataset.store import ProjectError


def add_boxes(document: Document, *corners: tuple[float, float, float, float]) -> None:
    cat = document.classes[0].id
    Edits(document).paste([ProjectBox(*box, cat) for box in corners])


def test_a_drag_moves_a_box_in_one_step(person: CanvasDriver, document: Document):
    add_boxes(document, (10, 10, 60, 40))
    person.drag((30, 30), (50, 45))
    assert person.boxes == [(30, 25, 80, 55)]
    assert document.undo_stack.undoText() == "Move boxes"
    document.undo()
    assert person.boxes == person.boxes_on_screen == [(10, 10, 60, 40)]


def test_the_box_moves_while_it_is_dragged_and_is_stored_at_the_end(person: CanvasDriver, document: Document):
    add_boxes(document, (10, 10, 60, 40))
    person.press((30, 30))
    person.move_to((40, 35))
    assert person.boxes_on_screen == [(20, 15, 70, 45)]
    assert person.boxes == [(10, 10, 60, 40)]
    person.release((40, 35))
    assert person.boxes == [(20, 15, 70, 45)]


def test_selected_boxes_move_together_and_stay_inside_the_image(person: CanvasDriver, document: Document):
    add_boxes(document, (10, 10, 60, 40), (70, 20, 100, 50))
    person.press_key("Ctrl+A")
    person.drag((30, 30), (-60, 200))
    assert person.boxes == [(0, 60, 50, 90), (60, 70, 90, 100)]


def test_a_box_keeps_its_fractions_when_it_is_moved(person: CanvasDriver, document: Document):
    add_boxes(document, (10.25, 10.5, 60.75, 40.5))
    person.drag((30, 30), (35, 33))
    assert person.boxes == [(15.25, 13.5, 65.75, 43.5)]


def test_a_hand_that_slips_while_it_clicks_moves_nothing(person: CanvasDriver, document: Document):
    add_boxes(document, (10, 10, 60, 40))
    slip = 2 / person.canvas.viewpoint.scale
    steps = document.undo_stack.count()
    person.drag((30, 30), (30 + slip, 30 + slip))
    assert person.boxes == [(10, 10, 60, 40)]
    assert document.undo_stack.count() == steps


def test_esc_puts_a_dragged_box_back(person: CanvasDriver, document: Document):
    add_boxes(document, (10, 10, 60, 40))
    person.press((30, 30))
    person.move_to((90, 60))
    person.press_key("Esc")
    assert person.boxes_on_screen == [(10, 10, 60, 40)]
    person.release((90, 60))
    assert person.boxes == person.boxes_on_screen == [(10, 10, 60, 40)]


def test_a_drag_whose_release_went_to_another_window_is_taken_back(person: CanvasDriver, document: Document):
    add_boxes(document, (10, 10, 60, 40))
    person.press((30, 30))
    person.move_to((50, 50))
    person.lose_release()
    person.move_to((80, 60))
    assert person.boxes == person.boxes_on_screen == [(10, 10, 60, 40)]


def test_a_box_goes_back_when_its_move_can_t_be_stored(person: CanvasDriver, document: Document, monkeypatch):
    add_boxes(document, (10, 10, 60, 40))

    def full(*_args, **_more) -> None:
        raise ProjectError("There is no space left on the disk.")

    told = []
    document.problem_reported.connect(told.append)
    monkeypatch.setattr(document.store, "write", full)
    person.drag((30, 30), (50, 50))
    assert told == ["There is no space left on the disk."]
    assert person.boxes == person.boxes_on_screen == [(10, 10, 60, 40)]


HANDLES = {
    "top left": ((50, 30), (40, 20), (40, 20, 150, 80)),
    "top": ((100, 30), (95, 20), (50, 20, 150, 80)),
    "top right": ((150, 30), (160, 20), (50, 20, 160, 80)),
    "right": ((150, 55), (160, 60), (50, 30, 160, 80)),
    "bottom right": ((150, 80), (160, 90), (50, 30, 160, 90)),
    "bottom": ((100, 80), (95, 90), (50, 30, 150, 90)),
    "bottom left": ((50, 80), (40, 90), (40, 30, 150, 90)),
    "left": ((50, 55), (40, 60), (40, 30, 150, 80)),
}


@pytest.mark.parametrize("handle", HANDLES)
def test_each_of_eight_handles_drags_its_edges(person: CanvasDriver, document: Document, handle: str):
    start, end, expected = HANDLES[handle]
    add_boxes(document, (50, 30, 150, 80))
    person.drag(start, end)
    assert person.boxes == [expected]
    assert document.undo_stack.undoText() == "Resize box"


def test_an_edge_keeps_its_distance_to_the_cursor(person: CanvasDriver, document: Document):
    """A handle that is not hit in its middle makes no jump."""
    add_boxes(document, (50, 30, 150, 80))
    person.canvas.viewpoint.set_zoom(1.0)
    person.drag((154, 83), (164, 93))
    assert person.boxes == [(50, 30, 160, 90)]


def test_a_handle_has_the_same_reach_on_the_screen_at_every_zoom(person: CanvasDriver, document: Document):
    add_boxes(document, (50, 30, 150, 80))
    for zoom in (1.0, 4.0):
        person.canvas.viewpoint.set_zoom(zoom)
        inside, outside = 6 / zoom, 14 / zoom
        person.move_to((150 + inside, 80 + inside))
        assert person.cursor == Qt.CursorShape.SizeFDiagCursor
        person.move_to((150 + outside, 80 + outside))
        assert person.cursor == Qt.CursorShape.ArrowCursor


def test_cursors_tell_what_a_press_would_do(person: CanvasDriver, document: Document):
    add_boxes(document, (50, 30, 150, 80))
    seen = {}
    for name, place in {"edge": (50, 55), "inside": (75, 50), "beside": (20, 20)}.items():
        person.move_to(place)
        seen[name] = person.cursor
    document.select([])
    person.move_to((75, 50))
    seen["not selected"] = person.cursor
    shape = Qt.CursorShape
    assert seen == {
        "edge": shape.SizeHorCursor,
        "inside": shape.SizeAllCursor,
        "beside": shape.ArrowCursor,
        "not selected": shape.PointingHandCursor,
    }


def test_a_handle_dragged_beyond_the_opposite_edge_turns_the_box_over(person: CanvasDriver, document: Document):
    add_boxes(document, (50, 30, 90, 80))
    person.drag((90, 55), (20, 55))
    assert person.boxes == [(20, 30, 50, 80)]


def test_a_box_never_gets_smaller_than_a_pixel(person: CanvasDriver, document: Document):
    add_boxes(document, (50, 30, 90, 80))
    person.drag((90, 55), (50, 55))
    assert person.boxes == [(50, 30, 51, 80)]


def test_a_box_is_resized_no_further_than_the_image(person: CanvasDriver, document: Document):
    add_boxes(document, (50, 30, 150, 80))
    person.drag((150, 80), (260, 190))
    assert person.boxes == [(50, 30, 200, 100)]


def test_edges_that_are_not_dragged_keep_their_fractions(person: CanvasDriver, document: Document):
    add_boxes(document, (50.25, 30.5, 150.75, 80.5))
    person.drag((150.75, 55.5), (160.75, 55.5))
    assert person.boxes == [(50.25, 30.5, 161, 80.5)]


def test_the_size_is_shown_while_resizing(person: CanvasDriver, document: Document):
    add_boxes(document, (50, 30, 150, 80))
    person.press((150, 80))
    person.move_to((160, 90))
    assert person.size_shown == "110 × 60 px"
    person.press_key("Esc")
    assert person.size_shown == ""
    assert person.boxes_on_screen == [(50, 30, 150, 80)]


def test_several_selected_boxes_have_no_handles(person: CanvasDriver, document: Document):
    add_boxes(document, (50, 30, 150, 80), (10, 10, 30, 20))
    assert person.selected == {0, 1}
    person.drag((150, 80), (155, 85))
    assert person.boxes == [(55, 35, 155, 85), (15, 15, 35, 25)]


def test_arrows_nudge_by_one_and_with_shift_by_ten(person: CanvasDriver, document: Document):
    add_boxes(document, (50, 30, 90, 60))
    for key in ("Left", "Up", "Shift+Right", "Shift+Down"):
        person.press_key(key)
    assert person.boxes == [(59, 39, 99, 69)]


def test_nudges_that_follow_each_other_are_one_step(person: CanvasDriver, document: Document):
    add_boxes(document, (50, 30, 90, 60))
    for _ in range(5):
        person.press_key("Right")
    assert person.boxes == [(55, 30, 95, 60)]
    document.undo()
    assert person.boxes == [(50, 30, 90, 60)]


def test_ctrl_and_arrows_move_the_right_and_lower_edges_in_one_step(person: CanvasDriver, document: Document):
    add_boxes(document, (50, 30, 90, 60))
    for key in ("Ctrl+Right", "Ctrl+Right", "Ctrl+Up"):
        person.press_key(key)
    assert person.boxes == [(50, 30, 92, 59)]
    person.press_key("Ctrl+Shift+Down")
    assert person.boxes == [(50, 30, 92, 69)]
    document.undo()
    assert person.boxes == [(50, 30, 90, 60)]


def test_a_box_is_stretched_no_further_than_the_image_and_never_to_nothing(person: CanvasDriver, document: Document):
    add_boxes(document, (190, 90, 195, 95))
    person.press_key("Ctrl+Shift+Right")
    person.press_key("Ctrl+Shift+Up")
    assert person.boxes == [(190, 90, 200, 91)]


def test_arrows_pan_where_nothing_is_selected(person: CanvasDriver, canvas: CanvasView):
    before = canvas.viewpoint.centre
    person.press_key("Right")
    assert canvas.viewpoint.centre.x > before.x
    assert person.boxes == []


def test_a_press_with_ctrl_never_moves_a_box(person: CanvasDriver, document: Document):
    add_boxes(document, (50, 30, 90, 60))
    person.drag((60, 40), (80, 60), CTRL)
    assert person.boxes == [(50, 30, 90, 60)]
