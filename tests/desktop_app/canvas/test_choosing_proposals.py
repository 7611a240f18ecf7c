"""Choosing, accepting, rejecting and adopting what a model proposes, with hands and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from desktop_app.canvas.box_tooltips import text_at
from desktop_app.canvas.canvas_view import CanvasView
from desktop_app.canvas.geometry import Point
from desktop_app.document.document import Document
from tests.helpers.canvas_driver import CanvasDriver
from training.run.answers.prediction import PredictedBox

RUN = "2026-01-02_10-00-00-localizer"
SURE, UNSURE = (10, 10, 60, 40), (100, 40, 160, 90)


def proposed(corners: tuple[float, float, float, float], score: float, class_id: int = 1) -> PredictedBox:
    return PredictedBox(*corners, label="cat", class_id=class_id, score=score)


@pytest.fixture
def proposals(canvas: CanvasView, document: Document):
    document.proposals.set_run(RUN)
    document.proposals.tell("a.png", [proposed(UNSURE, 0.6), proposed(SURE, 0.9), proposed((0, 0, 9, 9), 0.2)])
    return document.proposals


def chosen(document: Document) -> tuple[float, ...] | None:
    return None if document.proposals.chosen is None else document.proposals.chosen.corners


def test_tab_goes_from_the_surest_to_the_next_and_around(proposals, document: Document, person: CanvasDriver):
    person.press_key("Tab")
    assert chosen(document) == SURE
    person.press_key("Tab")
    assert chosen(document) == UNSURE
    person.press_key("Tab")
    assert chosen(document) == SURE
    person.press_key("Shift+Tab")
    assert chosen(document) == UNSURE
    person.press_key("Esc")
    assert chosen(document) is None


def test_tab_goes_through_own_boxes_when_no_proposal_is_left(proposals, document: Document, person: CanvasDriver):
    person.draw_box(100, 5, 120, 20)
    person.press_key("Esc")
    proposals.set_min_score(0.95)
    person.press_key("Tab")
    assert person.selected == {0}


def test_enter_accepts_the_chosen_one_and_goes_on(proposals, document: Document, person: CanvasDriver):
    person.press_key("Return")
    assert person.boxes == [], "nothing is chosen yet"
    person.press_key("Tab")
    person.press_key("Return")
    assert person.boxes == [SURE]
    assert chosen(document) == UNSURE
    person.press_key("Enter")
    assert person.boxes == [SURE, UNSURE]
    assert chosen(document) is None
    person.press_key("Return")
    assert len(person.boxes) == 2


def test_shift_enter_accepts_all_above_the_score(proposals, document: Document, person: CanvasDriver):
    person.press_key("Shift+Return")
    assert person.boxes == [SURE, UNSURE]
    document.undo()
    assert person.boxes == []


def test_enter_while_drawing_still_draws_in_the_middle(proposals, person: CanvasDriver):
    person.press_key("W")
    person.press_key("Return")
    assert len(person.boxes) == 1
    assert person.boxes[0] not in (SURE, UNSURE)


@pytest.mark.parametrize("key", ["Del", "Backspace"])
def test_del_rejects_the_chosen_one_and_only_that(proposals, document: Document, person: CanvasDriver, key: str):
    person.draw_box(100, 5, 120, 20)
    person.press_key("Tab")
    person.press_key(key)
    assert person.boxes == [(100, 5, 120, 20)]
    assert chosen(document) == UNSURE
    assert [box.corners for box in proposals.open_in("a.png")] == [UNSURE]
    person.press_key("Esc")
    person.click((110, 10))
    person.press_key(key)
    assert person.boxes == [], "a selected box of one's own is deleted as ever"
    assert len(proposals.open_in("a.png")) == 1


def test_a_click_chooses_and_a_click_beside_leaves(proposals, document: Document, person: CanvasDriver):
    person.click((30, 25))
    assert chosen(document) == SURE
    assert person.cursor == Qt.CursorShape.SizeAllCursor
    person.click((80, 20))
    assert chosen(document) is None


def test_own_boxes_win_but_the_line_of_a_proposal_inside_one_can_be_hit(
    proposals, document: Document, person: CanvasDriver
):
    person.draw_box(2, 2, 80, 60)
    person.press_key("Esc")
    person.click((30, 25))
    assert person.selected == {0}
    assert chosen(document) is None
    person.click((60, 25))
    assert chosen(document) == SURE
    assert person.selected == set()
    person.click((30, 25))
    assert chosen(document) == SURE, "once chosen it is taken anywhere inside"


def test_clicking_again_goes_on_to_what_lies_below(proposals, document: Document, person: CanvasDriver):
    document.proposals.tell("a.png", [proposed((10, 10, 60, 40), 0.9), proposed((5, 5, 90, 60), 0.8)])
    person.click((30, 25))
    assert chosen(document) == (10, 10, 60, 40)
    person.click((30, 25))
    assert chosen(document) == (5, 5, 90, 60)


def test_dragging_makes_it_ones_own_in_one_step(proposals, document: Document, person: CanvasDriver):
    person.press((30, 25))
    person.move_to((50, 35))
    assert person.boxes_on_screen == [(30, 20, 80, 50)]
    assert person.boxes == []
    person.release((50, 35))
    assert person.boxes == [(30, 20, 80, 50)]
    assert document.record("a.png").boxes[0].origin == RUN
    assert person.selected == {0}
    assert [box.corners for box in proposals.open_in("a.png")] == [UNSURE]
    document.undo()
    assert person.boxes == []
    assert len(proposals.open_in("a.png")) == 2
    document.redo()
    assert person.boxes == [(30, 20, 80, 50)]


def test_dragging_a_handle_of_the_chosen_one_makes_it_ones_own(proposals, document: Document, person: CanvasDriver):
    person.press_key("Tab")
    person.drag((60, 40), (70, 55))
    assert person.boxes == [(10, 10, 70, 55)]


def test_esc_takes_a_drag_back(proposals, document: Document, person: CanvasDriver):
    person.press((30, 25))
    person.move_to((50, 35))
    person.press_key("Esc")
    person.release((50, 35))
    assert person.boxes == person.boxes_on_screen == []
    assert len(proposals.open_in("a.png")) == 2
    assert document.undo_stack.count() == 0


def test_the_model_may_learn_during_a_drag(proposals, document: Document, person: CanvasDriver):
    person.press((30, 25))
    person.move_to((50, 35))
    proposals.tell("a.png", [proposed((100, 5, 120, 30), 0.8)])
    person.move_to((55, 35))
    person.release((55, 35))
    assert person.boxes == [(35, 20, 85, 50)]


def test_hidden_proposals_can_not_be_hit(proposals, document: Document, person: CanvasDriver, canvas: CanvasView):
    proposals.set_shown(False)
    person.click((30, 25))
    person.press_key("Tab")
    assert chosen(document) is None
    assert canvas.canvas_scene.predictions.texts == []
    assert not canvas.action("accept_proposals").isEnabled()


def test_actions_are_enabled_where_they_make_sense(proposals, person: CanvasDriver, canvas: CanvasView):
    assert canvas.action("accept_proposals").isEnabled()
    assert canvas.action("next_proposal").isEnabled()
    assert not canvas.action("accept_proposal").isEnabled()
    canvas.action("next_proposal").trigger()
    assert canvas.action("accept_proposal").isEnabled()
    assert canvas.action("reject_proposal").isEnabled()
    assert not canvas.action("cut").isEnabled()


def test_the_menu_and_the_tooltip_say_where_a_box_comes_from(proposals, person: CanvasDriver, canvas: CanvasView):
    assert text_at(canvas, Point(30, 25)).startswith(f"cat 0.90 · proposed by run {RUN}")
    menu = person.open_menu((30, 25))
    assert menu is not None
    texts = [entry.text() for entry in menu.actions()]
    assert any("Accept proposal" in text.replace("&", "") for text in texts)
    canvas.action("accept_proposal").trigger()
    person.press_key("Esc")
    assert text_at(canvas, Point(30, 25)) == f"cat · 50 × 30 px\naccepted from run {RUN}"
    menu = person.open_menu((30, 25))
    assert menu is not None
    assert f"Accepted from run {RUN}" in [entry.text() for entry in menu.actions()]
    assert f"accepted from run {RUN}" in canvas.accessibleDescription()


def test_the_chosen_one_stands_out_and_is_told_to_screen_readers(
    proposals, document: Document, person: CanvasDriver, canvas: CanvasView
):
    layer = canvas.canvas_scene.predictions
    widths = [item.outline.pen().widthF() for item in layer._items]
    person.press_key("Tab")
    assert [item.outline.pen().widthF() for item in layer._items] > widths
    assert "proposal chosen: cat 0.90, 50 × 30 px" in canvas.accessibleDescription()
