"""Zoom, read-out, log scale and smoothing by a person's mouse and keys, in the real widget."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from desktop_app.runs.charts.chart_choices import chart_choices
from desktop_app.runs.charts.chart_request import Smoothing
from desktop_app.runs.charts.charts import ChartView
from desktop_app.runs.training_run import TrainingRun
from desktop_app.settings import Settings
from tests.helpers.charts import ChartPerson, epochs, is_close, shown_view
from training.run.events import StartedEvent

PATIENCE_MS = 20_000
STARTED = StartedEvent(
    versions={}, device="CPU", train_images=7, validation_images=2, parameters=1, epochs=20, steps_per_epoch=1,
    classes=("cup",),
)  # fmt: skip


@pytest.fixture
def run(qtbot):
    made = TrainingRun()
    made.apply(STARTED)
    for event in epochs(20):
        made.apply(event)
    yield made
    made.deleteLater()


@pytest.fixture
def view(qtbot, run):
    return shown_view(qtbot, run, 420, 460)


@pytest.fixture
def person(view) -> ChartPerson:
    return ChartPerson(view.canvas)


def wait_until_shown(qtbot, view, low: float, high: float) -> None:
    qtbot.waitUntil(lambda: is_close(view.canvas.chart.shown, (low, high), 0.3), timeout=PATIENCE_MS)


def test_dragging_over_the_curves_zooms_into_these_epochs(qtbot, view, person):
    person.drag(5, 12, release=False)
    assert view.canvas.band is not None
    before = view.canvas.grab().toImage()
    person.key(Qt.Key.Key_Escape)
    assert view.canvas.band is None
    assert view.canvas.grab().toImage() != before  # the band had been painted
    assert view.canvas.zoom is None
    person.drag(12, 5)
    assert is_close(view.canvas.zoom, (5, 12))
    wait_until_shown(qtbot, view, 5, 12)


@pytest.mark.parametrize("how", ["escape", "double click", "button"])
def test_all_epochs_come_back(qtbot, view, person, how):
    whole = view.canvas.chart.whole
    assert not view.tools.all_action.isEnabled()
    person.drag(5, 12)
    wait_until_shown(qtbot, view, 5, 12)
    if how == "escape":
        person.key(Qt.Key.Key_Escape)
    elif how == "double click":
        person.double_click(8)
    else:
        view.tools.all_action.trigger()
    assert view.canvas.zoom is None
    wait_until_shown(qtbot, view, *whole)


def test_a_click_is_no_zoom(view, person):
    person.press(8)
    QTest.mouseRelease(view.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, person.point(8))
    assert view.canvas.zoom is None


def test_the_wheel_zooms_around_the_cursor(view, person):
    person.hover(15)
    x = person.point(15).x()
    assert person.wheel(15, 3)
    low, high = view.canvas.zoom
    assert low > 5
    assert low < 15 < high
    assert abs(view.canvas.place_of(x) - 15) < 0.1
    for _ in range(40):
        person.wheel(15, 1)
    low, high = view.canvas.zoom
    assert high - low == pytest.approx(2)  # no further than two epochs


def test_a_wheel_that_can_do_nothing_is_left_to_the_page(view, person):
    person.hover(15)
    assert not person.wheel(15, -1)
    assert view.canvas.zoom is None


def test_a_wheel_that_scrolled_the_chart_under_the_pointer_goes_on_scrolling(view, person):
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QEnterEvent
    from PySide6.QtWidgets import QApplication

    where = QPointF(person.point(15))
    QApplication.sendEvent(view.canvas, QEnterEvent(where, where, QPointF(view.canvas.mapToGlobal(where))))
    assert not person.wheel(15, 1)
    person.hover(15)
    assert person.wheel(15, 1)


def test_shift_wheel_and_the_middle_button_move_along(view, person):
    person.drag(5, 10)
    person.hover(7)
    assert person.wheel(7, -1, Qt.KeyboardModifier.ShiftModifier)
    assert is_close(view.canvas.zoom, (5.5, 10.5))
    person.drag(9, 7, Qt.MouseButton.MiddleButton)
    assert is_close(view.canvas.zoom, (7.5, 12.5))
    person.drag(8, 12, Qt.MouseButton.MiddleButton)
    person.drag(5, 9, Qt.MouseButton.MiddleButton)
    assert view.canvas.zoom[0] == view.canvas.chart.whole[0]  # not beyond the first epoch


def test_news_do_not_throw_the_zoom_away(qtbot, view, person, run):
    person.drag(5, 12)
    wait_until_shown(qtbot, view, 5, 12)
    with qtbot.waitSignal(view.drawn, timeout=PATIENCE_MS):
        run.apply(epochs(21)[-1])
    assert is_close(view.canvas.chart.shown, (5, 12))
    assert view.canvas.chart.curves[0].places[-1] == 21


def test_another_run_is_shown_whole(qtbot, view, person, run):
    person.drag(5, 12)
    other = TrainingRun()
    for event in epochs(3):
        other.apply(event)
    view.show_run(other)
    assert view.canvas.zoom is None
    qtbot.waitUntil(lambda: view.canvas.chart is not None, timeout=PATIENCE_MS)
    assert view.canvas.chart.curves[0].places == (1, 2, 3)
    other.deleteLater()


def test_the_figures_under_the_mouse_are_read_out_without_drawing_again(view, person):
    asked = view.canvas.drawing.newest
    person.hover(6.2, panel=0)
    readout = view.canvas.readout
    assert readout.heading == "Epoch 6"
    assert readout.parts == ("validation", "training")
    assert [row.values for row in readout.rows] == [("0.45", "0.5")]
    empty = view.canvas.grab().toImage()
    person.hover(2, panel=2)
    readout = view.canvas.readout
    assert readout.heading == "Epoch 2, the best"
    assert [(row.name, row.values) for row in readout.rows] == [
        ("class", ("45.0 %", "50.0 %")),
        ("mean IoU", ("36.0 %", "40.0 %")),
        ("presence", ("27.0 %", "30.0 %")),
    ]
    assert view.canvas.grab().toImage() != empty
    assert view.canvas.drawing.newest == asked


def test_the_chart_is_worked_by_keys(qtbot, view, person):
    view.canvas.setFocus(Qt.FocusReason.TabFocusReason)
    person.key(Qt.Key.Key_Left)
    assert view.canvas.readout.heading == "Epoch 20"
    person.key(Qt.Key.Key_Left)
    assert view.canvas.readout.heading == "Epoch 19"
    assert view.canvas.accessibleDescription().startswith("Epoch 19")
    person.key(Qt.Key.Key_Plus)
    low, high = view.canvas.zoom
    assert low < 19 <= high
    person.key(Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert view.canvas.zoom[0] < low
    person.key(Qt.Key.Key_Escape)
    assert view.canvas.zoom is None


def test_esc_is_the_charts_while_it_is_zoomed_and_the_windows_otherwise(qtbot, view, person):
    escapes = []
    shortcut = QShortcut(QKeySequence("Esc"), view)
    shortcut.activated.connect(lambda: escapes.append(1))
    view.activateWindow()
    view.canvas.setFocus()
    qtbot.waitUntil(view.canvas.hasFocus)
    person.drag(5, 12)
    person.key(Qt.Key.Key_Escape)
    assert view.canvas.zoom is None
    assert escapes == []
    person.key(Qt.Key.Key_Escape)
    assert escapes == [1]


def test_every_tool_can_be_reached_by_keys_and_has_a_name(view):
    buttons = view.tools.findChildren(QToolButton)
    assert len(buttons) == 5
    for button in buttons:
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert not button.focusPolicy() & Qt.FocusPolicy.ClickFocus
        assert button.accessibleName()
        assert button.toolTip()
    menu = view.tools.menu()
    assert "Save picture…" in [action.text() for action in menu.actions()]
    menu.deleteLater()


def test_log_scale_and_smoothing_are_shared_and_remembered(qtbot, view, run):
    other = ChartView()
    qtbot.addWidget(other, before_close_func=lambda widget: widget.shut_down())
    other.resize(420, 460)
    other.show_run(run)
    other.show()
    view.tools.log_action.trigger()
    view.tools.smoothing_actions[Smoothing.STRONG].trigger()
    for one in (view, other):
        qtbot.waitUntil(
            lambda shown=one: shown.canvas.chart and shown.canvas.chart.panels[0].is_log, timeout=PATIENCE_MS
        )
        qtbot.waitUntil(lambda shown=one: is_smoothed(shown), timeout=PATIENCE_MS)
        assert one.tools.log_action.isChecked()
        assert one.tools.smoothing_button.isChecked()
    assert (Settings().chart_is_log, Settings().chart_smoothing) == (True, "strong")
    view.tools.smoothing_actions[Smoothing.OFF].trigger()
    qtbot.waitUntil(lambda: not is_smoothed(other), timeout=PATIENCE_MS)


def is_smoothed(view) -> bool:
    curve = view.canvas.chart.curves[0]
    return curve.shown[5] != curve.values[5]


def test_nonsense_in_the_settings_is_no_smoothing(qapp):
    Settings().chart_smoothing = "maximal"
    assert chart_choices().smoothing is Smoothing.OFF


def test_a_resumed_run_forgets_later_epochs_and_is_marked(qtbot, view, run):
    from dataclasses import replace

    run.apply(replace(STARTED, epochs_before=8))
    run.apply(epochs(9, best=9)[-1])
    qtbot.waitUntil(lambda: view.canvas.chart.best == (9,), timeout=PATIENCE_MS)
    assert view.canvas.chart.resumed == (8.5,)
    assert view.canvas.chart.curves[0].places == tuple(range(1, 10))
