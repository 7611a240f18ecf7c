"""Zoom and place: at the cursor, fitted, kept from image to image."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt

from desktop_app.canvas.canvas_view import CanvasView
from desktop_app.canvas.geometry import ImageSize
from desktop_app.canvas.viewpoint import LARGEST_ZOOM, SMALLEST_ZOOM
from desktop_app.document.document import Document
from tests.helpers.canvas_driver import CTRL, MIDDLE, SHIFT, CanvasDriver

NEAR = 1.0  # a pixel of the screen: Qt scrolls by whole ones


def close_to(place: QPointF) -> tuple:
    return pytest.approx(place.x(), abs=NEAR), pytest.approx(place.y(), abs=NEAR)


def test_an_image_is_fitted_with_a_margin_at_first(person: CanvasDriver, canvas: CanvasView):
    first, last = person.on_screen((0, 0)), person.on_screen((200, 100))
    size = canvas.viewport().size()
    assert first.x() == pytest.approx(30, abs=NEAR)
    assert last.x() == pytest.approx(size.width() - 30, abs=NEAR)
    assert first.y() == pytest.approx(size.height() - last.y(), abs=2 * NEAR)


def test_a_fitted_image_stays_fitted_when_the_window_changes(person: CanvasDriver, canvas: CanvasView):
    canvas.resize(400, 600)
    assert canvas.viewpoint.fits
    assert person.on_screen((200, 100)).x() == pytest.approx(370, abs=NEAR)


@pytest.mark.parametrize("size", [ImageSize(1, 6000), ImageSize(6000, 1)])
def test_a_picture_as_thin_as_a_line_is_not_fitted_until_nothing_is_seen_of_it(canvas: CanvasView, size: ImageSize):
    canvas.viewpoint.set_image_size(size)
    assert canvas.viewpoint.scale == 1


@pytest.mark.parametrize("keys", [Qt.KeyboardModifier.NoModifier, CTRL])
def test_the_wheel_zooms_and_what_is_under_the_cursor_stays_there(person, canvas, keys):
    place, zoom = (150, 20), canvas.viewpoint.zoom
    before = person.on_screen(place)
    for _ in range(6):
        person.turn_wheel(1, place, keys)
    assert canvas.viewpoint.zoom == pytest.approx(zoom * 1.25**6)
    after = person.on_screen(place)
    assert (after.x(), after.y()) == (pytest.approx(before.x(), abs=6), pytest.approx(before.y(), abs=6))


def test_one_step_of_zoom_keeps_the_cursor_s_place_to_the_pixel(person: CanvasDriver):
    for place in ((150, 20), (3, 97), (77, 50)):
        before = person.on_screen(place)
        person.turn_wheel(1, place)
        after = person.on_screen(place)
        assert (after.x(), after.y()) == close_to(before)


def test_zoom_has_its_limits(person: CanvasDriver, canvas: CanvasView):
    person.turn_wheel(100, (100, 50))
    assert canvas.viewpoint.zoom == LARGEST_ZOOM
    person.turn_wheel(-200, (100, 50))
    assert canvas.viewpoint.zoom == pytest.approx(SMALLEST_ZOOM)


@pytest.mark.parametrize("key", ["Ctrl+1", "Ctrl+0"])
def test_a_key_shows_the_actual_size_and_another_fits(person, canvas, key):
    person.press_key(key)
    assert canvas.viewpoint.zoom == 1.0
    assert person.on_screen((110, 50)).x() - person.on_screen((100, 50)).x() == pytest.approx(10)
    person.press_key("F")
    assert canvas.viewpoint.fits
    assert person.on_screen((0, 0)).x() == pytest.approx(30, abs=NEAR)


def test_plus_and_minus_zoom(person: CanvasDriver, canvas: CanvasView):
    person.press_key("Ctrl+1")
    person.press_key("+")
    assert canvas.viewpoint.zoom == 1.25
    person.press_key("-")
    assert canvas.viewpoint.zoom == 1.0


def test_the_zoom_is_told(person: CanvasDriver, canvas: CanvasView):
    told = []
    canvas.zoom_changed.connect(told.append)
    person.press_key("Ctrl+1")
    assert told == [1.0]


def test_the_middle_button_pans(person: CanvasDriver):
    before = person.on_screen((100, 50))
    person.drag((100, 50), (120, 60), button=MIDDLE)
    moved = person.on_screen((100, 50)) - before
    scale = person.canvas.viewpoint.scale
    assert (moved.x(), moved.y()) == (pytest.approx(20 * scale, abs=2), pytest.approx(10 * scale, abs=2))


def test_one_can_pan_in_the_middle_of_drawing(person: CanvasDriver):
    person.press_key("W")
    person.click((10, 10))
    person.drag((100, 50), (60, 50), button=MIDDLE)
    person.click((60, 40))
    assert person.boxes == [(10, 10, 60, 40)]


def test_two_fingers_pan(person: CanvasDriver):
    before = person.on_screen((100, 50))
    person.swipe(15, -8, (100, 50))
    assert person.on_screen((100, 50)) == before + QPointF(15, -8)


def test_the_wheel_pans_sideways_with_shift(person: CanvasDriver):
    before = person.on_screen((100, 50))
    person.turn_wheel(1, (100, 50), SHIFT)
    moved = person.on_screen((100, 50)) - before
    assert moved.x() > 20
    assert moved.y() == 0


def test_the_image_can_t_be_panned_out_of_sight(person: CanvasDriver, canvas: CanvasView):
    for _ in range(20):
        person.swipe(500, 500, (100, 50))
    corner = person.on_screen((0, 0))
    assert canvas.viewport().rect().contains(corner.toPoint())


def test_fit_is_kept_when_going_to_another_image(canvas: CanvasView, document: Document, person: CanvasDriver):
    document.set_current_image("c.png")
    assert canvas.viewpoint.fits
    assert person.on_screen((0, 300)).y() == pytest.approx(canvas.viewport().height() - 30, abs=NEAR)


def test_zoom_and_place_are_kept_when_going_to_another_image(canvas, document, person):
    canvas.viewpoint.set_zoom(6.0)
    person.drag((100, 50), (120, 70), button=MIDDLE)
    before = person.on_screen((60, 20))
    document.set_current_image("b.png")
    assert canvas.viewpoint.zoom == 6.0
    after = person.on_screen((60, 20))
    assert (after.x(), after.y()) == close_to(before)
    document.set_current_image("c.png")
    assert canvas.viewpoint.zoom == 6.0
    assert canvas.viewpoint.centre.x == pytest.approx(160, abs=1)


def test_tab_brings_a_box_that_is_out_of_sight_into_view(person: CanvasDriver, canvas: CanvasView, document: Document):
    person.draw_box(180, 80, 195, 95)
    document.select([])
    canvas.viewpoint.set_zoom(16.0)
    for _ in range(9):
        person.swipe(300, 300, (100, 50))
    person.press_key("Tab")
    assert canvas.viewport().rect().contains(person.on_screen((187, 87)).toPoint())


def test_drawing_follows_when_the_image_is_zoomed_under_the_cursor(person: CanvasDriver):
    person.press_key("W")
    person.press((10, 10))
    person.move_to((60, 40))
    person.turn_wheel(3, (60, 40))
    assert person.size_shown == "50 × 30 px"
    person.release((60, 40))
    assert person.boxes == [(10, 10, 60, 40)]


def test_pixels_are_shown_as_squares_from_300_percent_on(canvas: CanvasView):
    modes = {}
    for zoom in (0.3, 1.0, 2.9, 3.0, 8.0):
        canvas.viewpoint.set_zoom(zoom)
        modes[zoom] = canvas.canvas_scene.picture.is_smooth
    assert modes == {0.3: True, 1.0: True, 2.9: True, 3.0: False, 8.0: False}


def test_a_picture_that_is_shrunk_is_averaged_when_the_zoom_rests(qtbot, canvas: CanvasView, document: Document):
    document.set_current_image("c.png")
    canvas.viewpoint.set_zoom(0.25)
    with qtbot.waitSignal(canvas.viewpoint.rested):
        pass
    assert canvas.canvas_scene.picture.shown_size == (100, 75)
    canvas.viewpoint.set_zoom(1.0)
    assert canvas.canvas_scene.picture.shown_size == (400, 300)


def test_the_cursor_s_place_is_told_in_image_pixels(person: CanvasDriver, canvas: CanvasView, qtbot):
    with qtbot.waitSignal(canvas.cursor_moved) as told:
        person.move_to((60.25, 40.5))
    assert told.args == [pytest.approx(60.25), pytest.approx(40.5)]
    with qtbot.waitSignal(canvas.cursor_left):
        person.move_to((-3, 40))
