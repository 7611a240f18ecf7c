from __future__ import annotations

import math
import time

import numpy as np
import pytest
from PySide6.QtGui import QColor

from desktop_app.runs.charts.chart_figure import ChartFigure
from desktop_app.runs.charts.chart_request import ChartContents, ChartRequest, ChartRun
from desktop_app.runs.charts.charts import ChartView
from desktop_app.runs.training_run import TrainingRun
from desktop_app.style import DARK, LIGHT, AppearanceChoice
from tests.helpers.charts import BLUE, HEADS, LOOK, PANELS, RED, epochs
from training.run.events import EpochEvent

PATIENCE_MS = 20_000
SOME = 400  # more than the pixels of a legend, at two pixels of the screen for one


def request(history: tuple[EpochEvent, ...], ratio: float = 2.0, **more) -> ChartRequest:
    return ChartRequest(360, 420, ratio, LOOK, ChartContents(PANELS, (ChartRun(history, 20),)), **more)


def pixels(image) -> np.ndarray:
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 4].reshape(image.height(), image.width(), 4)[..., 2::-1]


def count_of(image, colour: str) -> int:
    """Pixels that are nearly of a colour."""
    wanted = np.array(QColor(colour).getRgb()[:3])
    return int((np.abs(pixels(image).astype(int) - wanted).max(axis=2) < 40).sum())


@pytest.fixture(scope="module")
def figure() -> ChartFigure:
    return ChartFigure()


def test_a_chart_has_the_size_of_the_screens_pixels(figure):
    for ratio in (1.0, 1.5, 2.0):
        image = figure.draw(request(epochs(5), ratio)).image
        assert (image.width(), image.height()) == (360 * ratio, 420 * ratio)
        assert image.devicePixelRatio() == ratio


def test_every_head_has_its_line(figure):
    image = figure.draw(request(epochs(10))).image
    assert min(count_of(image, colour) for colour in HEADS) > SOME


def test_a_head_that_the_model_does_not_have_has_none(figure):
    image = figure.draw(request(epochs(10, presence=False))).image
    assert count_of(image, RED) == 0
    assert count_of(image, BLUE) > SOME


def test_curves_grow_with_the_epochs(figure):
    short, long = (count_of(figure.draw(request(epochs(count))).image, BLUE) for count in (3, 10))
    assert long > short


def test_the_first_epoch_alone_is_seen(figure):
    assert count_of(figure.draw(request(epochs(1))).image, BLUE) > count_of(figure.draw(request(())).image, BLUE)


def test_without_validation_images_the_training_lines_are_full(figure):
    assert count_of(figure.draw(request(epochs(10, validated=False))).image, BLUE) > SOME


def test_the_same_news_make_the_same_picture_whatever_was_drawn_before(figure):
    first = figure.draw(request(epochs(4))).image
    figure.draw(request(epochs(30, validated=False), 1.0))
    assert figure.draw(request(epochs(4))).image == first


def test_a_figure_that_is_no_number_is_a_gap(figure):
    history = epochs(10)
    broken = EpochEvent(epoch=11, epochs=20, figures=dict.fromkeys(history[0].figures, math.nan), seconds=1, best=False)
    assert count_of(figure.draw(request((*history, broken))).image, BLUE) > SOME


def test_only_numbers_that_are_none_draw_an_empty_chart(figure):
    broken = EpochEvent(epoch=1, epochs=20, figures={"loss": math.nan, "val_loss": math.inf}, seconds=1, best=False)
    assert count_of(figure.draw(request((broken,))).image, BLUE) == 0


@pytest.fixture
def view(qtbot):
    made = ChartView()
    qtbot.addWidget(made, before_close_func=lambda widget: widget.shut_down())
    made.resize(360, 420)
    made.show()
    return made


@pytest.fixture
def run(qtbot):
    made = TrainingRun()
    yield made
    made.deleteLater()


def add_epochs(run: TrainingRun, count: int) -> None:
    for event in epochs(count):
        run.apply(event)


def wait_for_picture(qtbot, view) -> None:
    qtbot.waitUntil(lambda: view.image is not None, timeout=PATIENCE_MS)


def test_the_view_draws_what_a_run_tells(qtbot, view, run):
    empty = view.canvas.grab().toImage()
    view.show_run(run)
    add_epochs(run, 8)
    wait_for_picture(qtbot, view)
    assert view.canvas.grab().toImage() != empty


def test_the_picture_follows_the_appearance(qtbot, view, run, appearance):
    view.show_run(run)
    add_epochs(run, 4)
    wait_for_picture(qtbot, view)
    for choice, theme in ((AppearanceChoice.DARK, DARK), (AppearanceChoice.LIGHT, LIGHT)):
        appearance.choose(choice)
        background = QColor(theme.window)
        qtbot.waitUntil(lambda expected=background: view.image.pixelColor(2, 2) == expected, timeout=PATIENCE_MS)


def test_the_picture_of_another_run_comes_too_late(qtbot, view, run):
    add_epochs(run, 4)
    view.show_run(run)
    other = TrainingRun(run)
    view.show_run(other)
    other_pictures = []
    view.drawn.connect(lambda: other_pictures.append(view.image))
    qtbot.waitUntil(lambda: bool(other_pictures), timeout=PATIENCE_MS)
    assert count_of(other_pictures[0], LIGHT.accent) == 0


def test_many_epochs_in_a_moment_are_drawn_a_few_times_a_second(qtbot, view, run):
    view.show_run(run)
    wait_for_picture(qtbot, view)
    drawn = []
    view.drawn.connect(lambda: drawn.append(None))
    started = time.monotonic()
    for event in epochs(150):
        run.apply(event)
        qtbot.wait(5)
    assert 1 <= len(drawn) <= 4 * (time.monotonic() - started) + 2


def test_a_hidden_view_draws_nothing_until_it_is_shown(qtbot, view, run):
    view.hide()
    asked_before = view.canvas.drawing.newest
    view.show_run(run)
    add_epochs(run, 4)
    assert view.canvas.drawing.newest == asked_before
    view.show()
    wait_for_picture(qtbot, view)
