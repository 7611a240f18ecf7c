"""What the canvas shows of an image: its picture, badges, names, and sentences where there is no picture."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage

from desktop_app.canvas import colours
from desktop_app.canvas.box_layer import CHIPS_UP_TO
from desktop_app.canvas.canvas_view import CanvasView
from desktop_app.document.class_edits import ClassEdits
from desktop_app.document.document import Document
from desktop_app.document.edits import Edits
from desktop_app.style import DARK, LIGHT, AppearanceChoice
from tests.helpers.canvas_driver import CanvasDriver
from training.dataset.box import ProjectBox


def picture(width: int = 200, height: int = 100) -> QImage:
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(0x336699)
    return made


def add_many_boxes(document: Document, count: int) -> None:
    cat = document.classes[0].id
    corners = [(n % 20 * 10, n // 20 * 5, n % 20 * 10 + 8, n // 20 * 5 + 4) for n in range(count)]
    Edits(document).paste([ProjectBox(*box, cat) for box in corners])
    document.select([])


def test_boxes_of_the_store_are_shown_with_their_image(canvas: CanvasView, document: Document, person: CanvasDriver):
    person.draw_box(10, 10, 60, 40)
    document.set_current_image("b.png")
    assert person.boxes_on_screen == []
    document.set_current_image("a.png")
    assert person.boxes_on_screen == [(10, 10, 60, 40)]


def test_a_picture_that_comes_too_late_is_dropped(canvas: CanvasView, document: Document):
    canvas.show_picture("b.png", picture(64, 64))
    assert canvas.canvas_scene.image_size == (200, 100)


def test_a_picture_decoded_smaller_is_shown_in_the_size_of_its_image(canvas: CanvasView, person: CanvasDriver):
    canvas.show_picture("a.png", picture(50, 25))
    assert canvas.canvas_scene.image_size == (200, 100)
    assert canvas.grab().toImage().pixelColor(person.on_screen((195, 95)).toPoint()).name() == "#336699"
    person.draw_box(100, 10, 190, 90)
    assert person.boxes == [(100, 10, 190, 90)]


def test_nothing_can_be_drawn_on_the_last_image_while_the_next_one_loads(canvas, document, person, loader):
    loader.is_slow = True
    document.set_current_image("b.png")
    person.draw_box(10, 10, 60, 40)
    assert person.boxes == []
    document.set_current_image("a.png")
    assert person.boxes == []


def test_a_slow_picture_is_announced_and_a_quick_one_is_not(qtbot, canvas: CanvasView, person: CanvasDriver):
    canvas.show_loading("a.png")
    assert "Loading" not in " ".join(person.badges)
    qtbot.waitUntil(lambda: person.badges == ["Loading a.png…"])
    canvas.show_picture("a.png", picture())
    assert not any("Loading" in text for text in person.badges)


def test_a_file_that_is_no_picture_says_why(canvas: CanvasView, person: CanvasDriver):
    canvas.show_problem("a.png", "It is a text file.")
    assert person.badges == ["a.png can’t be shown It is a text file."]
    assert person.boxes_on_screen == []


def test_without_an_image_a_friendly_sentence_says_what_to_do(document: Document, person: CanvasDriver):
    document.set_current_image("")
    assert person.badges == ["No image chosen Choose one from the list, or open a folder of photos."]


def test_the_first_step_is_told_until_there_is_a_first_box(person: CanvasDriver):
    assert person.badges == ["Press W, then drag a box around something"]
    person.press_key("W")
    assert person.badges == ["Drag from one corner of a thing to the opposite one"]
    person.drag((10, 10), (60, 40))
    assert person.badges == []


def test_the_first_step_is_done_as_well_when_another_image_has_a_class(
    document: Document, canvas: CanvasView, person: CanvasDriver
):
    hint = "Press W, then drag a box around something"
    canvas.edits.set_image_class(document.classes[0].id)
    assert hint not in person.badges
    document.set_current_image(document.images[1])
    assert hint not in person.badges


def test_badges_and_sentences_have_the_whole_view_and_let_clicks_through(canvas: CanvasView, person: CanvasDriver):
    canvas.resize(500, 400)
    assert canvas.overlay.geometry() == canvas.viewport().geometry()
    person.canvas.setFocus()
    person.press_key("Space")
    badge = canvas.overlay.childAt(15, 15)
    assert badge is not None
    assert canvas.childAt(15, 15) is canvas.viewport()


def test_boxes_carry_the_name_of_their_class(canvas: CanvasView, person: CanvasDriver):
    person.draw_box(10, 10, 60, 40)
    person.press_key("Esc")
    assert canvas.canvas_scene.boxes.names_shown == ["cat"]


def test_a_renamed_class_is_renamed_on_the_canvas(canvas: CanvasView, document: Document, person: CanvasDriver):
    person.draw_box(10, 10, 60, 40)
    ClassEdits(document).rename(document.classes[0].id, "tiger")
    assert canvas.canvas_scene.boxes.names_shown == ["tiger"]


def test_a_recoloured_class_is_recoloured_on_the_canvas(canvas: CanvasView, document: Document, person: CanvasDriver):
    person.draw_box(20, 20, 180, 80)
    document.select([])
    person.move_to((5, 5))
    ClassEdits(document).recolour(document.classes[0].id, "#00ff00")
    edge = person.on_screen((100, 80)).toPoint()
    assert canvas.grab().toImage().pixelColor(edge).name() == "#00ff00"


def test_many_boxes_carry_no_names_but_the_selected_and_the_one_under_the_cursor(canvas, document, person):
    layer = canvas.canvas_scene.boxes
    add_many_boxes(document, CHIPS_UP_TO)
    assert len(layer.names_shown) == CHIPS_UP_TO
    add_many_boxes(document, 1)
    assert layer.names_shown == []
    document.select([3])
    person.move_to((54, 2))
    assert len(layer.names_shown) == 2
    document.undo()
    assert len(layer.names_shown) == CHIPS_UP_TO


def test_an_edit_touches_only_the_items_of_the_boxes_that_changed(canvas: CanvasView, document: Document):
    add_many_boxes(document, 300)
    before = canvas.canvas_scene.boxes.items
    document.select([150])
    canvas.edits.nudge_selected(1, 0)
    assert canvas.canvas_scene.boxes.items == before
    canvas.edits.delete_selected()
    assert canvas.canvas_scene.boxes.items == before[:150] + before[151:]
    document.undo()
    assert len(canvas.canvas_scene.boxes.items) == 300
    assert len({id(item) for item in canvas.canvas_scene.boxes.items}) == 300


def test_only_the_selected_box_stands_out_after_boxes_came_or_went_before_it(canvas, document):
    add_many_boxes(document, 3)
    document.select([1])
    canvas.edits.delete_selected()
    document.select([1])
    document.undo()
    widths = [item.pen().widthF() for item in canvas.canvas_scene.boxes.items]
    strong = {index for index, width in enumerate(widths) if width == max(widths)}
    assert strong == set(document.selection) == {1}


def test_what_is_on_the_screen_is_told_to_screen_readers(canvas: CanvasView, person: CanvasDriver):
    assert canvas.accessibleName() == "Canvas"
    person.draw_box(10, 10, 60, 40)
    assert canvas.accessibleDescription() == "a.png; 1 box; box 1 selected: cat, 50 × 30 px"


@pytest.mark.parametrize(("background", "ink"), [("#ffff00", "#14161a"), ("#5500d5", "#ffffff")])
def test_names_are_readable_on_every_class_colour(background, ink):
    assert colours.ink_on(colours.QColor(background)).name() == ink


def test_the_surround_follows_the_appearance(canvas: CanvasView, appearance):
    for choice, wanted in ((AppearanceChoice.LIGHT, LIGHT), (AppearanceChoice.DARK, DARK)):
        appearance.choose(choice)
        assert canvas.grab().toImage().pixelColor(2, 250).name() == wanted.backdrop
