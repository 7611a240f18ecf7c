"""What was drawn and where it lies in the picture: enough to read values off it and to know where the mouse is."""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage


@dataclass(frozen=True, slots=True)
class DrawnCurve:
    """One line: the figures as they came, and as they are shown (smoothed). NaN is a gap."""

    key: str
    name: str
    part: str
    colour: str
    run: int
    places: tuple[float, ...]
    values: tuple[float, ...]
    shown: tuple[float, ...]

    def value_at(self, place: float) -> float | None:
        """The figure of the epoch nearest to a place of the lower axis; None beyond the curve's ends."""
        number = self._nearest(place)
        if number is None:
            return None
        value = self.values[number]
        return value if math.isfinite(value) else None

    def nearest_place(self, place: float) -> float | None:
        number = self._nearest(place)
        return None if number is None else self.places[number]

    def _nearest(self, place: float) -> int | None:
        if not self.places:
            return None
        spacing = (self.places[-1] - self.places[0]) / max(1, len(self.places) - 1) or 1.0
        if not self.places[0] - 0.6 * spacing <= place <= self.places[-1] + 0.6 * spacing:
            return None
        after = bisect.bisect_left(self.places, place)
        around = [number for number in (after - 1, after) if 0 <= number < len(self.places)]
        return min(around, key=lambda number: abs(self.places[number] - place))


@dataclass(frozen=True, slots=True)
class DrawnPanel:
    """Where the curves of a panel lie, in device-independent pixels of the picture, and the ends of its upright axis."""

    title: str
    area: QRectF
    bottom: float
    top: float
    is_log: bool
    is_share: bool
    curves: tuple[DrawnCurve, ...]

    def y_of(self, value: float) -> float | None:
        """None for what a logarithmic axis can't show."""
        if self.is_log:
            if value <= 0:
                return None
            share = math.log(value / self.bottom) / math.log(self.top / self.bottom)
        else:
            share = (value - self.bottom) / (self.top - self.bottom)
        return self.area.bottom() - share * self.area.height()


@dataclass(frozen=True, slots=True)
class DrawnChart:
    """`shown` and `whole` are ends of the lower axis, in epochs or seconds: what is in the picture, and all there is."""

    image: QImage
    panels: tuple[DrawnPanel, ...]
    shown: tuple[float, float]
    whole: tuple[float, float]
    best: tuple[float | None, ...]  # of each run, on the lower axis
    resumed: tuple[float, ...]
    is_over_epochs: bool
    phases: tuple[tuple[float, str], ...] = ()  # where another part of the training begins, and its name

    @property
    def curves(self) -> list[DrawnCurve]:
        return [curve for panel in self.panels for curve in panel.curves]

    def panel_at(self, point: QPointF) -> int | None:
        """The panel whose curves, title or lower margin are under a point."""
        if not self.panels or not self.panels[0].area.left() <= point.x() <= self.panels[0].area.right():
            return None
        for number, panel in enumerate(self.panels):
            if panel.area.top() <= point.y() <= panel.area.bottom():
                return number
        return None

    def nearest_place(self, place: float, panel: int) -> float | None:
        """The epoch nearest to a place of the lower axis that any curve of a panel has."""
        found = [near for curve in self.panels[panel].curves if (near := curve.nearest_place(place)) is not None]
        return min(found, key=lambda near: abs(near - place), default=None)

    def places(self) -> list[float]:
        """Every epoch of every curve, in order."""
        return sorted(set(_flattened(curve.places for curve in self.curves)))


def _flattened(rows: Iterable[Iterable[float]]) -> Iterable[float]:
    return (value for row in rows for value in row)
