"""Copies of boxes: duplicate, copy, cut and paste, across images."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from desktop_app.document.clipboard import MIME_TYPE, boxes_to_mime
from desktop_app.document.document import Document
from tests.helpers.canvas_driver import CanvasDriver
from training.dataset.box import Box


@pytest.fixture(autouse=True)
def empty_clipboard(canvas):
    QGuiApplication.clipboard().clear()


def test_a_duplicate_lies_a_little_aside_and_is_selected(person: CanvasDriver):
    person.draw_box(10, 10, 60, 40)
    person.press_key("Ctrl+D")
    assert person.boxes == [(10, 10, 60, 40), (20, 20, 70, 50)]
    assert person.selected == {1}


def test_a_box_is_copied_to_another_image_at_its_own_place(person: CanvasDriver, document: Document):
    person.draw_box(10, 10, 60, 40)
    person.press_key("2")
    person.press_key("Ctrl+C")
    document.set_current_image("b.png")
    person.press_key("Ctrl+V")
    assert person.boxes == [(10, 10, 60, 40)]
    assert person.class_names == ["dog"]
    assert person.selected == {0}


def test_a_cut_box_goes_and_can_be_pasted(person: CanvasDriver, document: Document):
    person.draw_box(10, 10, 60, 40)
    person.press_key("Ctrl+X")
    assert person.boxes == []
    assert document.undo_stack.undoText() == "Cut boxes"
    person.press_key("Ctrl+V")
    assert person.boxes == [(10, 10, 60, 40)]


def test_a_copy_is_never_pasted_exactly_over_its_original(person: CanvasDriver):
    person.draw_box(10, 10, 60, 40)
    person.press_key("Ctrl+C")
    person.press_key("Ctrl+V")
    person.press_key("Ctrl+V")
    assert person.boxes == [(10, 10, 60, 40), (20, 20, 70, 50), (30, 30, 80, 60)]


def test_copies_of_a_box_that_fills_the_image_end_somewhere(person: CanvasDriver):
    person.draw_box(0, 0, 200, 100)
    person.press_key("Ctrl+C")
    person.press_key("Ctrl+V")
    assert person.boxes == [(0, 0, 200, 100), (0, 0, 200, 100)]


def test_classes_that_the_project_does_not_know_come_with_the_boxes_in_one_step(
    person: CanvasDriver, document: Document
):
    copied = [Box(10, 10, 60, 40, "bird"), Box(70, 10, 90, 40, "cat"), Box(70, 50, 90, 80, "bird")]
    QGuiApplication.clipboard().setMimeData(boxes_to_mime(copied))
    person.press_key("Ctrl+V")
    assert person.class_names == ["bird", "cat", "bird"]
    assert [known.name for known in document.classes] == ["cat", "dog", "bird"]
    assert document.undo_stack.count() == 1
    document.undo()
    assert person.boxes == []
    assert [known.name for known in document.classes] == ["cat", "dog"]
    document.redo()
    assert person.class_names == ["bird", "cat", "bird"]


def test_what_lies_outside_a_smaller_image_is_cut_off_and_brings_no_class(person: CanvasDriver, document: Document):
    copied = [Box(150, 50, 300, 250, "cat"), Box(250, 150, 300, 250, "bird")]
    QGuiApplication.clipboard().setMimeData(boxes_to_mime(copied))
    person.press_key("Ctrl+V")
    assert person.boxes == [(150, 50, 200, 100)]
    assert [known.name for known in document.classes] == ["cat", "dog"]


def test_a_clipboard_without_boxes_says_so(person: CanvasDriver, document: Document):
    said = []
    document.message_sent.connect(said.append)
    QGuiApplication.clipboard().setText("no boxes at all")
    person.press_key("Ctrl+V")
    assert said == ["There are no boxes on the clipboard."]
    assert person.boxes == []


def test_a_copy_keeps_what_its_format_says_but_not_whose_number_it_is(person: CanvasDriver, document: Document):
    extra, kept = '{"coco":{"id":7,"pose":"Left"}}', '{"coco":{"pose":"Left"}}'
    QGuiApplication.clipboard().setMimeData(boxes_to_mime([Box(10, 10, 60, 40, "cat", extra)]))
    person.press_key("Ctrl+V")
    assert [box.extra for box in person.record.boxes] == [kept]
    person.press_key("2")  # another class
    person.press_key("Ctrl+D")
    person.press_key("Right")
    person.press_key("Ctrl+C")
    document.set_current_image("b.png")
    person.press_key("Ctrl+V")
    assert [box.extra for box in person.record.boxes] == [kept]
    document.set_current_image("a.png")
    assert [box.extra for box in person.record.boxes] == [kept, kept]
    for _ in range(2):
        document.undo()
    document.redo()
    assert [box.extra for box in document.record("a.png").boxes] == [kept, kept]


def test_a_box_with_extras_is_never_pasted_exactly_over_its_original(person: CanvasDriver):
    QGuiApplication.clipboard().setMimeData(boxes_to_mime([Box(10, 10, 60, 40, "cat", '{"voc":{"difficult":"1"}}')]))
    for _ in range(2):
        person.press_key("Ctrl+V")
    assert person.boxes == [(10, 10, 60, 40), (20, 20, 70, 50)]
    person.draw_box(100, 10, 140, 40)
    QGuiApplication.clipboard().setMimeData(boxes_to_mime([Box(100, 10, 140, 40, "cat", '{"voc":{"difficult":"1"}}')]))
    person.press_key("Ctrl+V")
    assert person.boxes[-2:] == [(100, 10, 140, 40), (110, 20, 150, 50)]


def test_a_clipboard_of_somebody_else_brings_no_odd_extras(person: CanvasDriver):
    data = QMimeData()
    rows = [
        ["cat", 1, 1, 20, 20, "{"],
        ["cat", 30, 1, 50, 20, 5],
        ["cat", 60, 1, 80, 20],
        ["cat", 90, 1, 99, 20, "", 7],
    ]
    data.setData(MIME_TYPE, json.dumps(rows).encode())
    QGuiApplication.clipboard().setMimeData(data)
    person.press_key("Ctrl+V")
    assert [box.extra for box in person.record.boxes] == [""] * 4
