"""Rates and ages, dark pictures, failing models, and a view that paints no more than a screen shows."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor

from desktop_app.predict.live.answer_painting import ink_on
from desktop_app.predict.live.asked_model import AskedModel, above
from desktop_app.predict.live.brightening import brightened
from desktop_app.predict.live.live_view import LiveView
from desktop_app.predict.live.rate_meter import RateMeter
from desktop_app.predict.live.shown_frame import NewestShown, ShownFrame, for_screen
from tests.helpers.seeing_red import ALL, COLOURS, FAILURE, RED, SURE, SeesRed, loaded
from tests.helpers.videos import numbered_frame
from training.run.answers.prediction import Answer
from training.run.streams.frame import Frame


def shown_of(pixels, answer: Answer | None = None, number: int = 0) -> ShownFrame:
    return ShownFrame(Frame(pixels, number, 0.0, time.monotonic()), for_screen(pixels), answer)


@pytest.fixture
def view(qtbot):
    view = LiveView("a picture")
    qtbot.addWidget(view)
    view.resize(640, 480)
    view.show()
    qtbot.waitExposed(view)
    return view


def test_a_meter_tells_the_last_two_seconds():
    meter = RateMeter()
    for number in range(100):
        meter.came(10 + number / 25)
        meter.seen(10 + number / 25 - (0.5 if number < 40 else 0.02), 10 + number / 25)
    assert meter.per_second(14.0) == pytest.approx(25, rel=0.05)
    assert meter.latency(14.0) == pytest.approx(0.02)
    assert meter.per_second(16.0) == 0
    assert meter.latency(17.0) is None


def test_what_nobody_took_is_replaced_and_told_once():
    newest = NewestShown()
    assert newest.put(shown_of(numbered_frame(0), number=0))
    assert not newest.put(shown_of(numbered_frame(1), number=1))
    taken = newest.take()
    assert taken is not None
    assert taken.frame.number == 1
    assert newest.take() is None


def test_a_dark_picture_becomes_bright_and_keeps_its_order_of_tones():
    dark = np.linspace(0, 30, 64 * 64 * 3).reshape(64, 64, 3).astype(np.uint8)
    before = dark.copy()
    bright = brightened(dark)
    assert bright.mean() > 2.5 * dark.mean()
    assert (np.diff(bright.astype(int).ravel()) >= 0).all()
    assert (dark == before).all()


def test_a_bright_picture_and_a_black_one_stay_as_they_are():
    light = np.full((8, 8, 3), 180, np.uint8)
    assert brightened(light) is light
    assert brightened(np.zeros((8, 8, 3), np.uint8)).max() == 0


def test_a_model_that_fails_is_told_of_once_and_asked_again_later(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    told: list[str] = []
    asked, predictor = AskedModel(told.append), SeesRed()
    asked.exchange(loaded(predictor))
    predictor.fails = True
    for _ in range(5):
        assert asked.answer(numbered_frame(0)) is None
    assert len(predictor.seen) == 1  # it has a rest
    now[0] += 2
    assert asked.answer(numbered_frame(0)) is None
    assert told == [FAILURE]
    predictor.fails = False
    now[0] += 2
    assert asked.answer(numbered_frame(0)) is not None


def test_of_a_model_that_was_exchanged_meanwhile_nothing_is_told():
    told: list[str] = []
    asked = AskedModel(told.append)

    class Exchanged(SeesRed):
        def answer_frame(self, pixels, min_score=None):
            asked.exchange(None)  # as the window does, which then closes the former one
            self.fails = True
            return super().answer_frame(pixels, min_score)

    asked.exchange(loaded(Exchanged()))
    assert asked.answer(numbered_frame(0)) is None
    assert told == []
    assert asked.answer(numbered_frame(0)) is None


def test_what_is_offered_is_as_sure_as_the_slider_says():
    answer = SeesRed().answer_frame(numbered_frame(0))
    assert [box.label for box in above(answer, 0.5).boxes] == [RED.name]
    assert [box.label for box in above(answer, 0.1).boxes] == [RED.name, ALL.name]
    assert above(SeesRed(classifies=True).answer_frame(numbered_frame(0)), SURE + 0.01).answers == ()
    assert above(None, 0.0) == Answer()


def colour_at(view: LiveView, x: float, y: float) -> QColor:
    return view.grab().toImage().pixelColor(QPoint(round(x), round(y)))


def test_boxes_lie_where_the_model_saw_them_in_the_colours_of_their_classes(view):
    view.set_colours(COLOURS)
    pixels = numbered_frame(5)  # 160 x 120 in a view of 640 x 480: four screen pixels each
    answer = SeesRed().answer_frame(pixels)
    view.show_frame(shown_of(pixels, answer))
    red = answer.boxes[0]
    edge = colour_at(view, 4 * red.xmin, 4 * (red.ymin + red.ymax) / 2)
    assert (edge.red(), edge.green(), edge.blue()) == pytest.approx(COLOURS[RED.id], abs=40)
    corner = 639, 240
    assert colour_at(view, *corner).blue() > 200
    view.set_min_score(0.5)  # the picture stays, the unsure box goes
    assert colour_at(view, *corner).blue() < 150


def test_a_picture_is_as_large_as_fits_and_keeps_its_proportions(view):
    view.resize(1000, 480)
    view.show_frame(shown_of(numbered_frame(0)))
    place = view.place()
    assert (place.width(), place.height()) == (640, 480)
    assert place.left() == pytest.approx(180)


def test_bars_of_an_unsure_answer_lose_their_colour(view):
    view.set_colours(COLOURS)
    pixels = np.full((120, 160, 3), 60, np.uint8)
    view.show_frame(shown_of(pixels, SeesRed(classifies=True).answer_frame(pixels)))

    def coloured() -> bool:
        image = view.grab().toImage().copy(0, 400, 400, 80)
        colours = (image.pixelColor(x, y) for x in range(0, 400, 2) for y in range(0, 80, 2))
        return any(colour.red() > 220 and colour.blue() < 60 for colour in colours)

    assert coloured()
    view.set_min_score(SURE + 0.05)
    assert not coloured()


def test_it_paints_at_most_once_per_screen_frame(view, qtbot):
    """As many pictures come as a fast camera gives; the last one is not left out."""
    shown, paints = [shown_of(numbered_frame(number), number=number) for number in range(100)], []
    view.meter.seen = lambda taken, now: paints.append((taken, now))  # type: ignore[method-assign]
    began = time.monotonic()
    for number, one in enumerate(shown):
        view.show_frame(one)
        if number % 5 == 4:  # some come between two turns of the event loop, however slow the machine is
            qtbot.wait(1)
    qtbot.waitUntil(lambda: bool(paints) and paints[-1][0] == shown[-1].frame.taken)
    seconds = time.monotonic() - began
    # A millisecond of the timer may be rounded away at each.
    assert len(paints) <= seconds * (view.screen().refreshRate() or 60) * 1.15 + 2
    assert len(paints) < len(shown)


def test_words_in_the_view_are_read_aloud_and_notes_go_by_themselves(view, qtbot):
    view.set_sentence("The camera is busy.")
    assert view.accessibleDescription() == "The camera is busy."
    view._note_ends.setInterval(20)
    view.show_note("kept")
    assert view.note == "kept"
    qtbot.waitUntil(lambda: not view.note)


def test_text_stands_out_from_a_chip_of_any_colour():
    assert ink_on(QColor("#ffff00")).lightness() < 50
    assert ink_on(QColor("#5500d5")).lightness() > 200
