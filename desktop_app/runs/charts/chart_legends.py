"""What stands on and beside the curves of a chart: names of lines, the best epoch, where a run went on otherwise."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from desktop_app.runs.charts.chart_data import ChartData, Curve
from desktop_app.runs.charts.chart_panel import FAINT, FAINT_WIDTH, FULL_WIDTH
from desktop_app.runs.charts.chart_request import ChartContents, ChartLook, Dashes

SMALL = 7.5  # points
LETTER_WIDTH = 6.2  # pixels of a usual letter in a legend
COLUMN_WIDTH, ROW_HEIGHT, ROOM_BELOW = 210, 14.2, 8
SAMPLE_WIDTH = 44  # pixels of a legend's line and the gaps around it
PHASE_ROW, RESUMED_ROW, BEST_ROW = 0.67, 0.82, 0.97  # of a panel's height
BEST_MARK = 6.0
MOST_RESUMED_NAMED = 2
# Where our own font ends; the first ones that are installed are used.
OTHER_SCRIPTS = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Microsoft YaHei", "Yu Gothic", "Malgun Gothic", "PingFang SC",
    "Hiragino Sans GB", "Apple SD Gothic Neo", "Noto Sans", "Segoe UI", "Arial Unicode MS", "WenQuanYi Micro Hei",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of a legend."""

    colour: str
    name: str
    dashes: Dashes = ()
    faint: bool = False


class Legends:
    """Making a legend costs more than drawing all lines, so one is made anew only when it says something else."""

    def __init__(self, figure: Any, axes: Sequence[Any], look: ChartLook) -> None:
        self._figure, self._axes, self._look = figure, axes, look
        self._shown: dict[int, tuple[object, ...]] = {}

    def show(self, contents: ChartContents, data: ChartData, width: float) -> None:
        if contents.legend_below:
            lines = [curve.line for curve in data.panels[0]]
            self._show_below([_Entry(line.colour, line.name, line.dashes) for line in lines], width)
            return
        for number, curves in enumerate(data.panels):
            entries = _entries([curve for curve in curves if curve.is_there], data.has_validation)
            if self._shown.get(number) != tuple(entries):
                self._shown[number] = tuple(entries)
                self._show_beside_title(self._axes[number], entries)

    def height_below(self, contents: ChartContents, width: float) -> int:
        if not contents.legend_below:
            return 0
        rows = math.ceil(len(contents.panels[0].lines) / _columns(width))
        return round(rows * ROW_HEIGHT) + ROOM_BELOW

    def _show_beside_title(self, axes: Any, entries: Sequence[_Entry]) -> None:
        axes.legend(
            handles=[_sample(entry) for entry in entries],
            loc="lower right",
            bbox_to_anchor=(1.01, 1.0),
            ncols=3,
            frameon=False,
            fontsize=SMALL,
            labelcolor=self._look.text,
            handlelength=1.1,
            handletextpad=0.4,
            columnspacing=0.9,
            borderaxespad=0.1,
            borderpad=0.1,
        )

    def _show_below(self, entries: Sequence[_Entry], width: float) -> None:
        columns = _columns(width)
        letters = int((min(width / columns, width - 20) - SAMPLE_WIDTH) / LETTER_WIDTH)
        wanted = (columns, letters, *entries)
        if self._shown.get(-1) == wanted:
            return
        self._shown[-1] = wanted
        for old in self._figure.legends[:]:
            old.remove()
        short = [_Entry(entry.colour, shortened(entry.name, letters), entry.dashes) for entry in entries]
        legend = self._figure.legend(
            handles=[_sample(entry) for entry in short],
            loc="lower left",
            bbox_to_anchor=(0.005, 0.0),
            ncols=columns,
            frameon=False,
            fontsize=SMALL,
            labelcolor=self._look.text,
            handlelength=2.4,
            handletextpad=0.5,
            columnspacing=1.2,
            labelspacing=0.35,
            borderaxespad=0.3,
            borderpad=0.2,
        )
        for text in legend.get_texts():
            text.set_parse_math(False)  # a name is no formula
            use_fonts_for(text)


class Marks:
    """The best epoch: a line through all panels, or a dot on each of several runs' curves. Where a run was resumed, and
    where another part of its training begins.
    """

    def __init__(self, axes: Sequence[Any], look: ChartLook) -> None:
        self._axes, self._look = axes, look
        self._best = [one.axvline(1, color=look.muted, linewidth=0.8, linestyle=(0, (2, 3)), alpha=0.7) for one in axes]
        self._best_text = _small_text(axes[0], BEST_ROW, look)
        self._resumed: list[Any] = []
        self._phases: list[Any] = []
        self._dots: list[Any] = []

    def show(self, data: ChartData) -> None:
        is_alone = len(data.best) == 1
        best = data.best[0] if is_alone else None
        for line in self._best:
            line.set_visible(best is not None)
            line.set_xdata([(best or 0) / data.unit])
        self._best_text.set_visible(best is not None)
        if best is not None:
            _place_text(self._best_text, self._look.best, best, data)
        self._show_resumed(data)
        self._show_phases(data)
        self._show_dots([] if is_alone else [curve for panel in data.panels for curve in panel], data)

    def _show_resumed(self, data: ChartData) -> None:
        for artist in self._resumed:
            artist.remove()
        self._resumed = []
        for number, place in enumerate(data.resumed):
            self._resumed += [
                axes.axvline(place / data.unit, color=self._look.muted, linewidth=0.7, alpha=0.45)
                for axes in self._axes
            ]
            if number >= len(data.resumed) - MOST_RESUMED_NAMED:
                text = _small_text(self._axes[0], RESUMED_ROW, self._look)
                _place_text(text, self._look.resumed, place, data)
                self._resumed.append(text)

    def _show_phases(self, data: ChartData) -> None:
        """A stronger line than where a run was taken up again: the curves may jump there."""
        for artist in self._phases:
            artist.remove()
        self._phases = []
        for place, word in data.phases:
            self._phases += [
                axes.axvline(place / data.unit, color=self._look.muted, linewidth=1.2, linestyle=(0, (6, 2)))
                for axes in self._axes
            ]
            text = _small_text(self._axes[0], PHASE_ROW, self._look)
            _place_text(text, word, place, data)
            self._phases.append(text)

    def _show_dots(self, curves: Iterable[Curve], data: ChartData) -> None:
        for dot in self._dots:
            dot.remove()
        self._dots = []
        for curve in curves:
            best = data.best[curve.line.run]
            if best is None or not curve.is_there:
                continue
            value = curve.calm[int(np.searchsorted(curve.places, best))]
            (dot,) = self._axes[0].plot(
                [best / data.unit], [value], "o", color=curve.line.colour, markersize=BEST_MARK,
                markeredgecolor=self._look.background, markeredgewidth=1.2, zorder=5,
            )  # fmt: skip
            self._dots.append(dot)


def shortened(name: str, letters: int) -> str:
    """A long name without its middle: runs are told apart by their beginning and their end."""
    if len(name) <= letters or letters < 5:
        return name
    end = (letters - 1) // 2
    return f"{name[: letters - 1 - end]}…{name[-end:]}"


def use_fonts_for(text: Any) -> None:
    """Names in another script than our font knows get what is installed for it."""
    if max(text.get_text(), default=" ") > "\u04ff":
        text.set_fontfamily(["DejaVu Sans", *_other_fonts()])


@lru_cache(maxsize=1)
def _other_fonts() -> tuple[str, ...]:
    from matplotlib.font_manager import fontManager

    installed = set(fontManager.get_font_names())
    return tuple(name for name in OTHER_SCRIPTS if name in installed)


def _entries(curves: Sequence[Curve], has_validation: bool) -> list[_Entry]:
    """Lines of several names are told apart by them, otherwise by the images they are of. Only what is there is named."""
    if len({curve.line.name for curve in curves}) > 1:
        wanted = [curve for curve in curves if curve.line.of_training_images != has_validation]
        return [_Entry(curve.line.colour, curve.line.name) for curve in wanted]
    return [
        _Entry(curve.line.colour, curve.line.part, faint=has_validation and curve.line.of_training_images)
        for curve in curves
    ]


def _sample(entry: _Entry) -> Any:
    from matplotlib.lines import Line2D

    name = entry.name if not entry.name.startswith("_") else f" {entry.name}"  # matplotlib leaves such names out
    return Line2D(
        [],
        [],
        color=entry.colour,
        label=name,
        linestyle=(0, entry.dashes) if entry.dashes else "-",
        linewidth=FAINT_WIDTH if entry.faint else FULL_WIDTH,
        alpha=FAINT if entry.faint else 1.0,
    )


def _columns(width: float) -> int:
    return max(1, int(width // COLUMN_WIDTH))


def _small_text(axes: Any, height: float, look: ChartLook) -> Any:
    """On a ground of its own, so that it can be read where it lies on a curve."""
    return axes.text(
        1, height, "", fontsize=SMALL, color=look.muted, va="top", transform=axes.get_xaxis_transform(), clip_on=True,
        bbox={"facecolor": look.background, "edgecolor": "none", "alpha": 0.8, "pad": 0.5},
    )  # fmt: skip


def _place_text(text: Any, word: str, place: float, data: ChartData) -> None:
    """Beside its line, on the side where there is more room."""
    low, high = data.shown
    at_right = place > (low + high) / 2
    text.set_text(f"{word} " if at_right else f" {word}")
    text.set_ha("right" if at_right else "left")
    text.set_x(place / data.unit)
