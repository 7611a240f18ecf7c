"""Draws the curves of a run with matplotlib. Used by one thread only, which is also the first to import matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from desktop_app.runs.chart_request import ChartRequest, ChartStyle
from training.run.events import EpochEvent

DPI = 96  # of one device-independent pixel
MARGIN_LEFT, MARGIN_RIGHT, MARGIN_TOP, MARGIN_BOTTOM, GAP = 40, 14, 24, 36, 34  # pixels
FAINT, FAINT_WIDTH, FULL_WIDTH = 0.38, 1.1, 1.7
HEADS = ("class", "box", "presence")
SHARES = ("class_accuracy", "mean_iou", "presence_accuracy")  # what each head gets right
FEWEST_EPOCHS_SHOWN = 10


Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of a legend."""

    colour: str
    name: str
    faint: bool = False


class ChartFigure:
    """Three panels whose lines are kept and get new data; built anew only for other colours or words."""

    def __init__(self) -> None:
        self._style: ChartStyle | None = None

    def draw(self, request: ChartRequest) -> QImage:
        if self._style != request.style:
            self._build(request.style)
        self._resize(request)
        self._fill(request)
        self._canvas.draw()
        return self._image(request.ratio)

    def _build(self, style: ChartStyle) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self._style = style
        self._figure = Figure(facecolor=style.background)
        self._canvas = FigureCanvasAgg(self._figure)
        self._panels = self._figure.subplots(3, 1, sharex=True)
        self._lines: dict[str, Any] = {}
        self._legends: dict[int, list[_Entry]] = {}
        loss, heads, shares = self._panels
        for panel, title in zip(self._panels, (style.loss_title, style.heads_title, style.shares_title), strict=True):
            _prepare_panel(panel, title, style)
        self._add_pair(loss, "loss", style.total)
        for head, colour in zip(HEADS, style.heads, strict=True):
            self._add_pair(heads, f"{head}_loss", colour)
        for key, colour in zip(SHARES, style.heads, strict=True):
            self._add_pair(shares, key, colour)
        shares.set_xlabel(style.epoch, fontsize=8, color=style.muted, labelpad=3)
        shares.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
        self._best = [
            panel.axvline(1, color=style.muted, linewidth=0.8, linestyle=(0, (2, 3)), alpha=0.7)
            for panel in self._panels
        ]
        self._best_text = loss.text(
            1, 0.97, "", fontsize=7.5, color=style.muted, va="top", transform=loss.get_xaxis_transform(), clip_on=True
        )

    def _add_pair(self, panel: Any, key: str, colour: str) -> None:
        """The line of the training images is faint, that of the validation images full."""
        (self._lines[key],) = panel.plot([], [], color=colour, linewidth=FAINT_WIDTH, alpha=FAINT)
        (self._lines["val_" + key],) = panel.plot([], [], color=colour, linewidth=FULL_WIDTH)

    def _resize(self, request: ChartRequest) -> None:
        width, height = max(request.width, 120), max(request.height, 160)
        self._figure.set_dpi(DPI * request.ratio)
        self._figure.set_size_inches(width / DPI, height / DPI)
        panel_height = max(10.0, (height - MARGIN_TOP - MARGIN_BOTTOM - 2 * GAP) / 3)
        self._figure.subplots_adjust(
            left=MARGIN_LEFT / width,
            right=1 - MARGIN_RIGHT / width,
            top=1 - MARGIN_TOP / height,
            bottom=MARGIN_BOTTOM / height,
            hspace=GAP / panel_height,
        )

    def _fill(self, request: ChartRequest) -> None:
        history = request.history
        epochs = np.array([epoch.epoch for epoch in history], float)
        known = {key: _values(history, key) for key in self._lines}
        validated = any(np.isfinite(values).any() for key, values in known.items() if key.startswith("val_"))
        for key, line in self._lines.items():
            line.set_data(epochs, known[key])
            line.set_marker("o" if len(history) < 3 else "")
            line.set_markersize(3)
            if not key.startswith("val_"):
                line.set_alpha(FAINT if validated else 1.0)
                line.set_linewidth(FAINT_WIDTH if validated else FULL_WIDTH)
        self._limit(request, known)
        self._make_legends(request.style, known, validated)
        self._mark_best(history, request.style)

    def _limit(self, request: ChartRequest, known: dict[str, Values]) -> None:
        done = request.history[-1].epoch if request.history else 1
        last = max(done, min(request.epochs or done, max(FEWEST_EPOCHS_SHOWN, round(1.25 * done))), 2)
        self._panels[0].set_xlim(1 - min(0.9, 0.015 * (last - 1)), last)  # a point in the first epoch is seen whole
        self._panels[0].set_ylim(0, _highest([known["loss"], known["val_loss"]]))
        self._panels[1].set_ylim(0, _highest([known[f"{part}{head}_loss"] for head in HEADS for part in ("", "val_")]))
        self._panels[2].set_ylim(0, 1.03)
        self._panels[2].set_yticks([0, 0.5, 1])

    def _make_legends(self, style: ChartStyle, known: dict[str, Values], validated: bool) -> None:
        """Only what has values is named. Making a legend costs more than drawing all lines, so it is made once."""
        part = "val_" if validated else ""
        seen = {key for key in self._lines if np.isfinite(known[key]).any()}
        losses = [
            _Entry(colour, name)
            for head, name, colour in zip(HEADS, style.head_names, style.heads, strict=True)
            if f"{part}{head}_loss" in seen
        ]
        shares = [
            _Entry(colour, name)
            for key, name, colour in zip(SHARES, style.share_names, style.heads, strict=True)
            if part + key in seen
        ]
        both = [_Entry(style.total, style.training, faint=validated), _Entry(style.total, style.validation)]
        for number, entries in enumerate((both if validated else both[:1], losses, shares)):
            if self._legends.get(number) != entries:
                self._legends[number] = entries
                self._make_legend(number, entries)

    def _make_legend(self, number: int, entries: Sequence[_Entry]) -> None:
        from matplotlib.lines import Line2D

        assert self._style is not None
        self._panels[number].legend(
            handles=[
                Line2D(
                    [],
                    [],
                    color=entry.colour,
                    label=entry.name,
                    linewidth=FAINT_WIDTH if entry.faint else FULL_WIDTH,
                    alpha=FAINT if entry.faint else 1.0,
                )
                for entry in entries
            ],
            loc="lower right",
            bbox_to_anchor=(1.01, 1.0),
            ncols=3,
            frameon=False,
            fontsize=7.5,
            labelcolor=self._style.text,
            handlelength=1.1,
            handletextpad=0.4,
            columnspacing=0.9,
            borderaxespad=0.1,
            borderpad=0.1,
        )

    def _mark_best(self, history: Sequence[EpochEvent], style: ChartStyle) -> None:
        best = next((epoch.epoch for epoch in reversed(history) if epoch.best), None)
        for line in self._best:
            line.set_visible(best is not None)
            line.set_xdata([best or 1])
        self._best_text.set_visible(best is not None)
        if best is not None:
            low, high = self._panels[0].get_xlim()
            at_right = best > (low + high) / 2
            self._best_text.set_text(f"{style.best} " if at_right else f" {style.best}")
            self._best_text.set_ha("right" if at_right else "left")
            self._best_text.set_x(best)

    def _image(self, ratio: float) -> QImage:
        width, height = self._canvas.get_width_height()
        pixels = bytes(self._canvas.buffer_rgba())
        image = QImage(pixels, width, height, 4 * width, QImage.Format.Format_RGBA8888)
        image = image.convertToFormat(QImage.Format.Format_RGB32)  # a copy, of the kind that is painted fastest
        image.setDevicePixelRatio(ratio)
        return image


def _prepare_panel(panel: Any, title: str, style: ChartStyle) -> None:
    from matplotlib.ticker import MaxNLocator

    panel.set_facecolor(style.background)
    panel.set_title(title, loc="left", fontsize=8.5, fontweight="bold", color=style.text, pad=5)
    panel.grid(visible=True, axis="y", color=style.grid, linewidth=0.8)
    panel.set_axisbelow(True)
    for side, spine in panel.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(style.grid)
    panel.tick_params(length=0, labelsize=7.5, labelcolor=style.muted, pad=4)
    panel.xaxis.set_major_locator(MaxNLocator(6, integer=True, min_n_ticks=1))
    panel.yaxis.set_major_locator(MaxNLocator(3))


def _values(history: Sequence[EpochEvent], key: str) -> Values:
    return np.array([epoch.figures.get(key, np.nan) for epoch in history], float)


def _highest(series: Sequence[Values]) -> float:
    """The upper end of an axis of losses: a first epoch far above all others is cut off, not the curve made flat."""
    values = np.concatenate([one[np.isfinite(one)] for one in series])
    if not len(values):
        return 1.0
    top = float(np.quantile(values, 0.97)) if len(values) > 30 else float(values.max())
    return max(top * 1.12, 1e-6)
