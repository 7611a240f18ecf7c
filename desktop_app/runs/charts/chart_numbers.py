"""The arithmetic of charts. It needs numpy, so only the threads that draw import it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from desktop_app.runs.charts.chart_request import Across, ChartRun
from training.run.events import EpochEvent

Values = npt.NDArray[np.float64]

FEWEST_EPOCHS_SHOWN = 10
MANY_VALUES = 30
FAR_ABOVE = 3.0  # times what is usual: less is worth being seen
ROOM = 0.08  # of the height, above and below the curves
MINUTE, HOUR = 60.0, 3600.0


def values_of(history: Sequence[EpochEvent], key: str) -> Values:
    """A figure of each epoch, NaN where there is none."""
    values = np.array([epoch.figures.get(key, math.nan) for epoch in history], float)
    return np.where(np.isfinite(values), values, np.nan)


def places_of(run: ChartRun, across: Across) -> Values:
    """Where each epoch lies on the lower axis."""
    if across is Across.EPOCHS:
        return np.array([epoch.epoch for epoch in run.history], float)
    return np.cumsum(np.array([max(0.0, epoch.seconds) for epoch in run.history], float))


def smoothed(values: Values, weight: float) -> Values:
    """The exponential moving average of a curve, corrected for its start; NaN stays NaN and counts for nothing.

    m_n = weight * m_(n-1) + (1 - weight) * x_n with m_0 = 0, shown as m_n / (1 - weight^n), n counting the values so far.
    The correction is that of Adam (Kingma and Ba, 2015, section 3); TensorBoard's curves are smoothed by the same rule.
    """
    if not weight:
        return values
    shown = np.full_like(values, np.nan)
    mean, count = 0.0, 0
    for place, value in enumerate(values.tolist()):
        if math.isfinite(value):
            count += 1
            mean = weight * mean + (1 - weight) * value
            shown[place] = mean / (1 - weight**count)
    return shown


def thinned(places: Values, values: Values, low: float, high: float, columns: int) -> tuple[Values, Values]:
    """The points of a curve that can be seen between `low` and `high`: at most the lowest and the highest of a column.

    One point more at each side lets the line leave the chart. A chart of few points stays as it is.
    """
    first = max(0, int(np.searchsorted(places, low)) - 1)
    last = int(np.searchsorted(places, high, side="right")) + 1
    places, values = places[first:last], values[first:last]
    if len(places) <= 2 * columns:
        return places, values
    in_column = math.ceil(len(places) / columns)
    padding = np.full(-len(places) % in_column, np.nan)
    table = np.concatenate([values, padding]).reshape(-1, in_column)
    is_gap = np.isnan(table)
    chosen = [
        np.where(is_gap, np.inf, table).argmin(axis=1),
        np.where(is_gap, -np.inf, table).argmax(axis=1),
        is_gap.argmax(axis=1),  # a gap stays one; the column's first point where there is none
    ]
    starts = np.arange(len(table)) * in_column
    kept = np.unique(np.concatenate([*(starts + place for place in chosen), [len(places) - 1]]))
    kept = kept[kept < len(places)]
    return places[kept], values[kept]


def whole_range(runs: Sequence[ChartRun], places: Sequence[Values], across: Across) -> tuple[float, float]:
    """What the lower axis shows when nothing is zoomed; of a run that goes on, some of what is to come."""
    if across is Across.SECONDS:
        longest = max((float(one[-1]) for one in places if len(one)), default=0.0)
        return 0.0, longest * 1.02 or 1.0
    last = 2.0
    for run in runs:
        done = run.history[-1].epoch if run.history else 1
        last = max(last, done, min(run.epochs or done, max(FEWEST_EPOCHS_SHOWN, round(1.25 * done))))
    return 1 - min(0.9, 0.015 * (last - 1)), last  # a point in the first epoch is seen whole


def span_of_values(curves: Sequence[Values], *, is_log: bool, from_zero: bool) -> tuple[float, float]:
    """The ends of an upright axis; a few values far above all others are cut off, not the curves made flat."""
    values = np.concatenate([np.zeros(0), *curves])
    values = values[np.isfinite(values) & (values > 0)] if is_log else values[np.isfinite(values)]
    if not len(values):
        return (0.1, 1.0) if is_log else (0.0, 1.0)
    low, high = float(values.min()), float(values.max())
    if is_log:
        factor = max((high / low) ** ROOM, 1.02)
        return low / factor, high * factor
    if len(values) > MANY_VALUES:
        usual = float(np.quantile(values, 0.97))
        high = usual if not from_zero or high > FAR_ABOVE * usual else high
    if from_zero:
        return min(0.0, 1.12 * low), max(1.12 * high, 1e-6)
    room = max(ROOM * (high - low), 1e-3 * abs(high), 1e-9)
    return low - room, high + room


def linear_ticks(low: float, high: float, most: int, *, whole: bool = False) -> list[float]:
    """Round places between two ends: multiples of 1, 2 or 5 times a power of ten."""
    least = (high - low) / max(1, most)
    power = 10.0 ** math.floor(math.log10(least))
    step = next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= least * 0.999)
    if whole:
        step = max(1.0, step)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Round places on a logarithmic axis; between ends that are near each other the same as on a linear one."""
    if high / low < 4:
        return [tick for tick in linear_ticks(low, high, most) if tick > 0]
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for factors in ((1, 2, 5), (1, 3), (1,)):
        ticks = [factor * 10.0**power for power in powers for factor in factors if low <= factor * 10.0**power <= high]
        if len(ticks) <= most:
            return ticks
    return ticks[:: math.ceil(len(ticks) / most)]


def unit_of_time(longest: float) -> float:
    """The seconds of the unit in which a time of training is best told."""
    if longest < 3 * MINUTE:
        return 1.0
    return MINUTE if longest < 3 * HOUR else HOUR
