"""A model's boxes over one's own."""

from __future__ import annotations

from PySide6.QtCore import Qt

from desktop_app.canvas import colours
from desktop_app.canvas.canvas_view import CanvasView
from desktop_app.document.class_edits import ClassEdits
from desktop_app.document.document import Document
from tests.helpers.canvas_driver import CanvasDriver
from training.run.answers.prediction import PredictedBox


def predicted(corners: tuple[float, float, float, float], class_id: int, score: float = 0.93) -> PredictedBox:
    return PredictedBox(*corners, label="snail", class_id=class_id, score=score)


def test_a_prediction_says_its_class_and_score(canvas: CanvasView, document: Document):
    document.proposals.tell("a.png", [predicted((10, 10, 60, 40), document.classes[0].id)])
    assert canvas.canvas_scene.predictions.texts == ["cat 0.93"]


def test_a_prediction_is_compared_with_one_s_own_box(canvas: CanvasView, document: Document, person: CanvasDriver):
    person.draw_box(10, 10, 60, 40)
    person.draw_box(150, 50, 180, 80)
    document.proposals.tell("a.png", [predicted((10, 10, 50, 40), document.classes[0].id)])
    assert canvas.canvas_scene.predictions.texts == ["cat 0.93 · IoU 0.80"]


def test_the_iou_follows_a_box_while_it_is_dragged(canvas: CanvasView, document: Document, person: CanvasDriver):
    person.draw_box(10, 10, 60, 40)
    document.proposals.tell("a.png", [predicted((20, 10, 70, 40), document.classes[0].id)])
    person.press((30, 30))
    person.move_to((40, 30))
    assert canvas.canvas_scene.predictions.texts == ["cat 0.93 · IoU 1.00"]
    person.press_key("Esc")
    assert canvas.canvas_scene.predictions.texts == ["cat 0.93 · IoU 0.67"]


def test_a_class_that_was_renamed_after_training_has_its_new_name(canvas: CanvasView, document: Document):
    cat = document.classes[0].id
    document.proposals.tell("a.png", [predicted((10, 10, 60, 40), cat)])
    ClassEdits(document).rename(cat, "tiger")
    assert canvas.canvas_scene.predictions.texts == ["tiger 0.93"]


def test_a_class_that_the_project_does_not_know_keeps_its_name_and_is_grey(canvas: CanvasView, document: Document):
    document.proposals.tell("a.png", [predicted((10, 10, 60, 40), class_id=99)])
    layer = canvas.canvas_scene.predictions
    assert layer.texts == ["snail 0.93"]
    assert layer.colours == [colours.UNKNOWN.name()]


def test_a_prediction_is_dashed_in_the_colour_of_its_class(canvas: CanvasView, document: Document):
    document.proposals.tell("a.png", [predicted((10, 10, 60, 40), document.classes[1].id)])
    layer = canvas.canvas_scene.predictions
    assert layer.colours == [document.classes[1].colour]
    assert layer.pen_styles == [Qt.PenStyle.CustomDashLine]


def test_a_prediction_is_no_box_until_it_is_accepted(canvas: CanvasView, document: Document, person: CanvasDriver):
    document.proposals.tell("a.png", [predicted((10, 10, 60, 40), document.classes[0].id)])
    person.click((30, 30))
    person.press_key("Ctrl+A")
    assert person.selected == set()
    assert person.boxes == []


def test_one_that_is_where_an_own_box_is_can_only_be_looked_at(
    canvas: CanvasView, document: Document, person: CanvasDriver
):
    person.draw_box(10, 10, 60, 40)
    document.proposals.tell("a.png", [predicted((10, 10, 60, 40), document.classes[0].id)])
    assert canvas.canvas_scene.predictions.texts == ["cat 0.93 · IoU 1.00"]
    person.press_key("Esc")
    person.click((30, 30))
    assert person.selected == {0}
    assert document.proposals.chosen is None


def test_predictions_of_another_image_are_dropped(canvas: CanvasView, document: Document):
    document.proposals.tell("b.png", [predicted((10, 10, 60, 40), document.classes[0].id)])
    assert canvas.canvas_scene.predictions.texts == []


def test_predictions_go_with_their_image(canvas: CanvasView, document: Document):
    document.proposals.tell("a.png", [predicted((10, 10, 60, 40), document.classes[0].id)])
    document.set_current_image("b.png")
    assert canvas.canvas_scene.predictions.texts == []


def test_predictions_may_come_before_the_picture(canvas: CanvasView, document: Document, loader):
    loader.is_slow = True
    document.set_current_image("b.png")
    document.proposals.tell("b.png", [predicted((10, 10, 60, 40), document.classes[0].id)])
    assert canvas.canvas_scene.predictions.texts == []
    loader.bring(canvas)
    assert canvas.canvas_scene.predictions.texts == ["cat 0.93"]


def test_newer_predictions_take_the_place_of_older_ones(canvas: CanvasView, document: Document):
    cat, dog = (known.id for known in document.classes)
    document.proposals.tell("a.png", [predicted((10, 10, 60, 40), cat), predicted((80, 10, 120, 40), dog, 0.5)])
    document.proposals.tell("a.png", [predicted((12, 10, 60, 40), dog, 0.7)])
    assert canvas.canvas_scene.predictions.texts == ["dog 0.70"]
    document.proposals.tell("a.png", [])
    assert canvas.canvas_scene.predictions.texts == []


def test_predictions_are_told_to_screen_readers(canvas: CanvasView, document: Document):
    document.proposals.tell("a.png", [predicted((10, 10, 60, 40), document.classes[0].id)])
    assert canvas.accessibleDescription() == "a.png; 0 boxes; predicted: cat 0.93"
