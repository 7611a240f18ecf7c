"""The arithmetic of charts, against values computed by hand, and what a chart says it has drawn."""

from __future__ import annotations

import math

import numpy as np
import pytest

from desktop_app.runs.charts import chart_numbers as numbers
from desktop_app.runs.charts.chart_figure import ChartFigure
from desktop_app.runs.charts.chart_request import Across, ChartContents, ChartRequest, ChartRun, Line, Panel, Smoothing
from tests.helpers.charts import LOOK, PANELS, epochs


@pytest.fixture(scope="module")
def figure() -> ChartFigure:
    return ChartFigure()


def request(*runs: ChartRun, panels=PANELS, across: Across = Across.EPOCHS, **more) -> ChartRequest:
    return ChartRequest(360, 420, 1.0, LOOK, ChartContents(panels, runs, across), **more)


def test_a_curve_is_smoothed_as_computed_by_hand():
    """weight 0.6: m1 = 0.4*1 = 0.4, m2 = 0.24+0.4*2 = 1.04, m3 = 0.624+0.4*4 = 2.224; divided by 0.4, 0.64, 0.784."""
    shown = numbers.smoothed(np.array([1.0, 2.0, 4.0]), 0.6)
    assert shown == pytest.approx([1.0, 1.04 / 0.64, 2.224 / 0.784])


def test_a_constant_curve_stays_as_it_is_from_its_first_epoch():
    assert numbers.smoothed(np.full(20, 0.37), 0.9) == pytest.approx(np.full(20, 0.37))


def test_a_gap_stays_a_gap_and_counts_for_nothing():
    shown = numbers.smoothed(np.array([1.0, math.nan, 2.0]), 0.6)
    assert shown[[0, 2]] == pytest.approx([1.0, 1.04 / 0.64])
    assert math.isnan(shown[1])


def test_without_smoothing_the_figures_are_shown_as_they_came():
    values = np.array([3.0, math.nan, 1.0])
    np.testing.assert_array_equal(numbers.smoothed(values, Smoothing.OFF.weight), values)


def test_a_long_curve_is_thinned_and_keeps_its_peaks_and_gaps():
    places = np.arange(10_000.0)
    values = np.sin(places / 300)
    values[4321], values[7000:7100] = 50.0, np.nan
    thin, kept = numbers.thinned(places, values, 0, 10_000, 200)
    assert len(thin) <= 3 * 201
    assert np.nanmax(kept) > 49
    assert kept[np.isfinite(kept)].min() == values[np.isfinite(values)].min()
    assert np.isnan(kept).any()
    assert (thin[0], thin[-1]) == (0, 9_999)
    assert (np.diff(thin) > 0).all()


def test_only_what_is_in_sight_is_drawn_and_one_point_more_at_each_side():
    places = np.arange(100.0)
    thin, _ = numbers.thinned(places, places, 20, 30, 500)
    assert (thin[0], thin[-1]) == (19, 31)


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [(0, 1.03, 3, [0, 0.5, 1]), (0, 9, 5, [0, 2, 4, 6, 8]), (0.012, 0.019, 4, [0.012, 0.014, 0.016, 0.018])],
)
def test_ticks_are_round(low, high, most, expected):
    assert numbers.linear_ticks(low, high, most) == pytest.approx(expected)


def test_ticks_of_epochs_are_whole():
    assert numbers.linear_ticks(0.9, 3, 6, whole=True) == [1, 2, 3]


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [(0.09, 3.5, 5, [0.1, 0.2, 0.5, 1, 2]), (1e-4, 2, 3, [1e-4, 1e-2, 1]), (0.2, 0.5, 3, [0.2, 0.3, 0.4, 0.5])],
)
def test_ticks_of_a_logarithmic_axis_are_round_and_few(low, high, most, expected):
    ticks = numbers.log_ticks(low, high, most)
    assert 2 <= len(ticks) <= most + 1
    assert all(low <= tick <= high for tick in ticks)
    assert set(np.round(ticks, 9)) <= set(np.round([*expected, *(10.0**power for power in range(-5, 3))], 9))


def test_losses_have_a_logarithmic_axis_and_shares_have_not(figure):
    drawn = figure.draw(request(ChartRun(epochs(10), 20), is_log=True))
    assert [panel.is_log for panel in drawn.panels] == [True, True, False]
    assert 0 < drawn.panels[0].bottom < 0.3 < 3 < drawn.panels[0].top
    plain = figure.draw(request(ChartRun(epochs(10), 20)))
    assert not any(panel.is_log for panel in plain.panels)
    assert plain.panels[0].bottom == 0


def test_a_loss_of_zero_breaks_no_logarithmic_chart(figure):
    history = list(epochs(4))
    history[2].figures.update(loss=0.0, val_loss=-1.0)
    drawn = figure.draw(request(ChartRun(tuple(history), 20), is_log=True))
    assert drawn.panels[0].bottom > 0
    assert drawn.panels[0].y_of(0.0) is None


def test_a_value_lies_where_it_is_drawn():
    """Between the ends of a logarithmic axis the middle is the geometric one."""
    drawn = ChartFigure().draw(request(ChartRun(epochs(10), 20), is_log=True)).panels[0]
    middle = math.sqrt(drawn.bottom * drawn.top)
    assert drawn.y_of(middle) == pytest.approx(drawn.area.center().y())


def test_the_smoothed_curve_is_shown_and_the_figures_are_kept(figure):
    drawn = figure.draw(request(ChartRun(epochs(6), 20), smoothing=Smoothing.LIGHT))
    curve = next(curve for curve in drawn.curves if curve.key == "val_loss")
    assert curve.values == pytest.approx([2.7 / number for number in range(1, 7)])
    assert curve.shown[1] == pytest.approx((0.6 * 0.4 * 2.7 + 0.4 * 1.35) / 0.64)


def test_the_best_epoch_is_the_last_one_that_was_called_so(figure):
    history = epochs(5, best=2) + tuple(event for event in epochs(9, best=8) if event.epoch > 5)
    assert figure.draw(request(ChartRun(history, 20))).best == (8.0,)
    assert figure.draw(request(ChartRun(epochs(5, best=0), 20))).best == (None,)


def test_a_resumed_run_is_marked_between_its_epochs(figure):
    assert figure.draw(request(ChartRun(epochs(9), 20, resumed_after=(3, 6)))).resumed == (3.5, 6.5)


def test_over_time_an_epoch_lies_at_the_seconds_trained_until_its_end(figure):
    panel = Panel("mean IoU", (Line("val_mean_iou", "#0000ff", "one"), Line("val_mean_iou", "#00ff00", "two", run=1)))
    runs = ChartRun(epochs(4, seconds=10), 4), ChartRun(epochs(3, seconds=90), 3)
    drawn = figure.draw(request(*runs, panels=(panel,), across=Across.SECONDS))
    assert [curve.places for curve in drawn.curves] == [(10, 20, 30, 40), (90, 180, 270)]
    assert drawn.whole == pytest.approx((0, 270 * 1.02))
    assert drawn.best == (20, 180)


def test_what_is_zoomed_fills_the_height(figure):
    whole = figure.draw(request(ChartRun(epochs(20), 20)))
    part = figure.draw(request(ChartRun(epochs(20), 20), zoom=(15, 20)))
    assert part.shown == (15, 20)
    assert part.whole == whole.whole
    for before, after in zip(whole.panels, part.panels, strict=True):
        assert after.top - after.bottom < 0.5 * (before.top - before.bottom)


@pytest.mark.parametrize("name", ["a$b$c", "_hidden", "100 % of 写真", "", "$\\frac{"])
def test_a_run_may_have_any_name(figure, name):
    lines = (Line("val_loss", "#0000ff", name), Line("val_loss", "#00ff00", name, run=1))
    contents = ChartContents((Panel(name, lines),), (ChartRun(epochs(3), 3),) * 2, legend_below=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("warnings.warn", lambda *_, **__: None)  # this machine may lack a font for it
        drawn = figure.draw(ChartRequest(360, 300, 1.0, LOOK, contents, title=name))
    assert len(drawn.curves) == 2
