"""One panel of a chart as matplotlib draws it."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QRectF

from desktop_app.runs.charts import chart_numbers as numbers
from desktop_app.runs.charts.chart_data import ChartData, Curve
from desktop_app.runs.charts.chart_request import ChartLook, ChartRequest, Line, Panel, Smoothing
from desktop_app.runs.charts.drawn_chart import DrawnPanel

FAINT, FAINT_WIDTH, FULL_WIDTH = 0.38, 1.1, 1.7
RAW_STRENGTH, RAW_WIDTH = 0.28, 0.9  # of the figures as they came, behind their smoothed curve
LINE_STEP = 2.0  # pixels of a column in which a line shows no more than its lowest and its highest point
MARKER = 3.0
FEW_EPOCHS = 3  # too few to see a line
TICK_HEIGHT = 27  # pixels that a number on the upright axis wants for itself


class PanelDrawing:
    """Axes whose lines are kept and get new data."""

    def __init__(self, axes: Any, panel: Panel, look: ChartLook) -> None:
        self.axes = axes
        self._panel = panel
        _prepare_axes(axes, panel.title, look)
        self._raw = [axes.plot([], [], color=line.colour, linewidth=RAW_WIDTH)[0] for line in panel.lines]
        self._shown = [_solid_or_dashed(axes, line) for line in panel.lines]

    def fill(self, request: ChartRequest, data: ChartData, curves: tuple[Curve, ...], area: QRectF) -> DrawnPanel:
        is_log = request.is_log and not self._panel.is_share
        bottom, top = data.limits(self._panel, curves, is_log=is_log)
        scale = "log" if is_log else "linear"
        if self.axes.get_yscale() != scale:
            self.axes.set_yscale(scale)
            self.axes.minorticks_off()
        self.axes.set_xlim(data.shown[0] / data.unit, data.shown[1] / data.unit)
        self.axes.set_ylim(bottom, top)
        self._label_upright_axis(bottom, top, area.height(), is_log=is_log)
        columns = max(1, round(area.width() / LINE_STEP))
        for raw, shown, curve in zip(self._raw, self._shown, curves, strict=True):
            is_faint = data.has_validation and curve.line.of_training_images and bool(curve.line.part)
            _set_points(shown, curve, curve.calm, data, columns)
            shown.set_alpha(FAINT if is_faint else 1.0)
            shown.set_linewidth(FAINT_WIDTH if is_faint else FULL_WIDTH)
            raw.set_visible(request.smoothing is not Smoothing.OFF and not is_faint)
            if raw.get_visible():
                _set_points(raw, curve, curve.values, data, columns)
                raw.set_alpha(RAW_STRENGTH)
        told = tuple(curve.told() for curve in curves if curve.is_there)
        return DrawnPanel(self._panel.title, area, bottom, top, is_log, self._panel.is_share, told)

    def _label_upright_axis(self, bottom: float, top: float, height: float, *, is_log: bool) -> None:
        most = max(2, int(height / TICK_HEIGHT))
        ticks = numbers.log_ticks(bottom, top, most) if is_log else numbers.linear_ticks(bottom, top, most)
        labels = _percentages(ticks) if self._panel.is_share else [f"{tick:g}" for tick in ticks]
        self.axes.set_yticks(ticks, labels=labels)


def _set_points(artist: Any, curve: Curve, values: numbers.Values, data: ChartData, columns: int) -> None:
    places, values = numbers.thinned(curve.places, values, *data.shown, columns)
    artist.set_data(places / data.unit, values)
    artist.set_marker("o" if np.isfinite(curve.values).sum() < FEW_EPOCHS else "")
    artist.set_markersize(MARKER)


def _solid_or_dashed(axes: Any, line: Line) -> Any:
    style = (0, line.dashes) if line.dashes else "-"
    return axes.plot([], [], color=line.colour, linestyle=style, dash_capstyle="round")[0]


def _percentages(ticks: list[float]) -> list[str]:
    places = 0 if all(abs(100 * tick - round(100 * tick)) < 1e-6 for tick in ticks) else 1
    return [f"{100 * tick:.{places}f} %" for tick in ticks]


def _prepare_axes(axes: Any, title: str, look: ChartLook) -> None:
    axes.set_facecolor(look.background)
    axes.set_title(title, loc="left", fontsize=8.5, fontweight="bold", color=look.text, pad=5, parse_math=False)
    axes.grid(visible=True, axis="y", color=look.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(look.grid)
    axes.tick_params(length=0, labelsize=7.5, labelcolor=look.muted, pad=4)
    axes.minorticks_off()
