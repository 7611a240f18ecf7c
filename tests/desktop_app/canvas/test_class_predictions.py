"""What a classifier says, on the canvas: below each drawn box, or as a badge of the whole image."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGraphicsPixmapItem

from desktop_app.canvas.canvas_view import CanvasView
from desktop_app.canvas.depth import Depth
from desktop_app.document.document import Document
from desktop_app.document.subjects import Subject, whole_image_box
from tests.helpers.canvas_driver import CanvasDriver
from training.dataset.box import Rectangle
from training.run.answers.prediction import ClassAnswer, ClassScore, PredictedBox

FIRST, SECOND = (10, 10, 60, 40), (100, 50, 160, 80)


def seen(document: Document, corners: tuple[float, ...], name: str, score: float = 0.9) -> PredictedBox:
    known = document.class_named(name)
    return PredictedBox(*corners, label=name, class_id=known.id, score=score)


def two_boxes(document: Document, person: CanvasDriver) -> None:
    """Two cats; the second one is taken for a dog."""
    document.proposals.set_subject(Subject.DRAWN_BOXES)
    person.draw_box(*FIRST)
    person.draw_box(*SECOND)
    document.select([])
    document.proposals.tell("a.png", [seen(document, FIRST, "cat"), seen(document, SECOND, "dog", 0.8)])


def test_only_what_is_seen_otherwise_has_a_second_frame(canvas: CanvasView, document: Document, person: CanvasDriver):
    two_boxes(document, person)
    layer = canvas.canvas_scene.predictions
    assert layer.texts == ["✓ 0.90", "≠ dog 0.80"]
    assert layer.colours == [document.class_named("dog").colour]
    assert layer.pen_styles == [Qt.PenStyle.CustomDashLine]


def test_what_is_said_at_the_right_edge_stays_above_the_picture(
    canvas: CanvasView, document: Document, person: CanvasDriver
):
    document.proposals.set_subject(Subject.DRAWN_BOXES)
    width = canvas.canvas_scene.image_size.width
    place = (width - 12, 10, width, 40)
    canvas.edits.add_box(Rectangle(*place))
    document.proposals.tell("a.png", [seen(document, place, "dog")])
    (chip,) = [item for item in canvas.items() if isinstance(item, QGraphicsPixmapItem) and item.zValue() > Depth.BOX
               and item.isVisible() and item.y() == 40]  # fmt: skip
    for zoom in (1, 2):
        canvas.viewpoint.zoom_by(zoom)
        right = (chip.x() - width) * canvas.canvas_scene.scale + chip.boundingRect().right()
        assert right <= 0.5
        assert chip.boundingRect().width() > 12 * canvas.canvas_scene.scale, "it is wider than its box"


def test_among_many_boxes_only_what_is_seen_otherwise_is_told(canvas: CanvasView, document: Document):
    document.proposals.set_subject(Subject.DRAWN_BOXES)
    places = [(10 + 20 * number, 10, 25 + 20 * number, 40) for number in range(9)]
    for place in places:
        canvas.edits.add_box(Rectangle(*place))
    names = ["cat"] * 8 + ["dog"]
    document.proposals.tell("a.png", [seen(document, place, name) for place, name in zip(places, names, strict=True)])
    assert canvas.canvas_scene.predictions.texts == ["≠ dog 0.90"]


def test_the_chosen_one_has_a_frame_and_the_keys_take_its_class(
    canvas: CanvasView, document: Document, person: CanvasDriver
):
    two_boxes(document, person)
    person.press_key("Tab")
    layer = canvas.canvas_scene.predictions
    assert layer.colours == [document.class_named("dog").colour]
    assert layer.chosen is not None
    person.press_key("Return")
    assert [box.class_id for box in document.current_record.boxes] == [known.id for known in document.classes]
    assert layer.texts == ["✓ 0.90", "✓ 0.80"]


def test_nothing_is_said_about_a_box_while_it_is_moved(canvas: CanvasView, document: Document, person: CanvasDriver):
    two_boxes(document, person)
    document.select([0])
    person.press((30, 25))
    person.move_to((40, 25))
    assert canvas.canvas_scene.predictions.texts == ["≠ dog 0.80"]
    person.press_key("Esc")
    assert canvas.canvas_scene.predictions.texts == ["✓ 0.90", "≠ dog 0.80"]


def test_a_press_on_what_is_said_chooses_it_and_a_drag_from_there_makes_nothing(
    canvas: CanvasView, document: Document, person: CanvasDriver
):
    two_boxes(document, person)
    person.press((102, 84))
    person.move_to((120, 60))
    person.release((120, 60))
    assert document.proposals.chosen is not None
    assert len(document.current_record.boxes) == 2


def test_the_class_of_the_whole_image_is_a_badge(canvas: CanvasView, document: Document, person: CanvasDriver):
    dog = document.class_named("dog")
    document.proposals.set_subject(Subject.WHOLE_IMAGES)
    document.proposals.tell("a.png", whole_image_box([ClassAnswer((ClassScore("dog", dog.id, 0.97),))]))
    assert "model: dog 0.97" in canvas.overlay.texts
    assert canvas.canvas_scene.predictions.texts == []
    person.press_key("Shift+1")
    assert "≠ model: dog 0.97" in canvas.overlay.texts
    person.press_key("Return")
    assert document.current_record.class_id == dog.id
    assert "model: dog 0.97" in canvas.overlay.texts
