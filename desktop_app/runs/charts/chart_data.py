"""A chart's curves as numbers, before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from desktop_app.runs.charts import chart_numbers as numbers
from desktop_app.runs.charts.chart_numbers import Values
from desktop_app.runs.charts.chart_request import Across, ChartRequest, ChartRun, Line, Panel, Smoothing
from desktop_app.runs.charts.drawn_chart import DrawnCurve


@dataclass(frozen=True, slots=True)
class Curve:
    """`calm` are the values as they are shown; the same as `values` without smoothing."""

    line: Line
    places: Values
    values: Values
    calm: Values

    @property
    def is_there(self) -> bool:
        return bool(np.isfinite(self.values).any())

    def between(self, low: float, high: float) -> Values:
        """The figures of the epochs in sight; of a curve that has none there, those of the two beside it."""
        inside = (self.places >= low) & (self.places <= high)
        if not inside.any():
            after = int(np.searchsorted(self.places, low))
            return self.values[max(0, after - 1) : after + 1]
        return self.values[inside]

    def told(self) -> DrawnCurve:
        line = self.line
        columns = (tuple(values.tolist()) for values in (self.places, self.values, self.calm))
        return DrawnCurve(line.key, line.name, line.part, line.colour, line.run, *columns)


@dataclass(frozen=True, slots=True)
class ChartData:
    """`shown` and `whole` are ends of the lower axis; `unit` is what one of its numbers stands for."""

    panels: tuple[tuple[Curve, ...], ...]
    shown: tuple[float, float]
    whole: tuple[float, float]
    unit: float
    best: tuple[float | None, ...]
    resumed: tuple[float, ...]
    phases: tuple[tuple[float, str], ...]
    has_validation: bool
    is_zoomed: bool

    def limits(self, panel: Panel, curves: tuple[Curve, ...], *, is_log: bool) -> tuple[float, float]:
        """The ends of a panel's upright axis: what is in sight fills it once a person has zoomed."""
        if panel.is_whole_share and not self.is_zoomed:
            return 0.0, 1.03
        seen = [curve.between(*self.shown) for curve in curves]
        from_zero = not self.is_zoomed and not panel.is_share
        low, high = numbers.span_of_values(seen, is_log=is_log, from_zero=from_zero)
        return (max(low, -0.03), min(high, 1.03)) if panel.is_share and low < 1 else (low, high)


def prepare(request: ChartRequest) -> ChartData:
    contents = request.contents
    places = [numbers.places_of(run, contents.across) for run in contents.runs]
    panels = tuple(
        tuple(_curve(line, contents.runs[line.run], places[line.run], request.smoothing) for line in panel.lines)
        for panel in contents.panels
    )
    whole = numbers.whole_range(contents.runs, places, contents.across)
    shown = request.zoom or whole
    return ChartData(
        panels=panels,
        shown=shown,
        whole=whole,
        unit=1.0 if contents.across is Across.EPOCHS else numbers.unit_of_time(shown[1]),
        best=tuple(_best_place(run, own) for run, own in zip(contents.runs, places, strict=True)),
        resumed=_resumed_places(contents.runs[0], places[0], contents.across) if len(contents.runs) == 1 else (),
        phases=_phase_places(contents.runs[0], places[0], contents.across) if len(contents.runs) == 1 else (),
        has_validation=any(c.is_there and not c.line.of_training_images for panel in panels for c in panel),
        is_zoomed=request.zoom is not None,
    )


def _curve(line: Line, run: ChartRun, places: Values, smoothing: Smoothing) -> Curve:
    values = numbers.values_of(run.history, line.key)
    return Curve(line, places, values, numbers.smoothed(values, smoothing.weight))


def _best_place(run: ChartRun, places: Values) -> float | None:
    """Where the last epoch lies whose model was kept."""
    for place, epoch in zip(reversed(places.tolist()), reversed(run.history), strict=True):
        if epoch.best:
            return float(place)
    return None


def _resumed_places(run: ChartRun, places: Values, across: Across) -> tuple[float, ...]:
    found = (_place_after(epoch, run, places, across) for epoch in run.resumed_after)
    return tuple(place for place in found if place is not None)


def _phase_places(run: ChartRun, places: Values, across: Across) -> tuple[tuple[float, str], ...]:
    found = ((_place_after(epoch, run, places, across), word) for epoch, word in run.phase_starts)
    return tuple((place, word) for place, word in found if place is not None)


def _place_after(number: int, run: ChartRun, places: Values, across: Across) -> float | None:
    """Between an epoch and the one after it."""
    if across is Across.EPOCHS:
        return number + 0.5
    known = {epoch.epoch: float(place) for epoch, place in zip(run.history, places, strict=True)}
    return known.get(number)
