"""Draws charts with matplotlib, for the window and for files. Only threads that draw import this module."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from desktop_app.runs.charts import chart_numbers as numbers
from desktop_app.runs.charts.chart_data import ChartData, prepare
from desktop_app.runs.charts.chart_legends import Legends, Marks, use_fonts_for
from desktop_app.runs.charts.chart_panel import PanelDrawing
from desktop_app.runs.charts.chart_request import Across, ChartRequest
from desktop_app.runs.charts.drawn_chart import DrawnChart, DrawnPanel

DPI = 96  # of one device-independent pixel
MARGIN_LEFT, MARGIN_RIGHT, MARGIN_TOP, MARGIN_BOTTOM, GAP = 42, 14, 24, 36, 34  # pixels
TITLE_HEIGHT = 30
SMALLEST_WIDTH, SMALLEST_HEIGHT = 120, 160
TICK_WIDTH = 60  # pixels that a number on the lower axis wants for itself
MOST_TICKS = 10

# Figures share fonts and parsed texts, which matplotlib does not guard; several charts draw at the same time.
_MATPLOTLIB = threading.Lock()


class ChartFigure:
    """Panels whose lines are kept and get new data; built anew only for other colours, words or lines."""

    def __init__(self) -> None:
        self._built: tuple[object, ...] = ()

    def draw(self, request: ChartRequest) -> DrawnChart:
        data = prepare(request)
        with _MATPLOTLIB:
            panels = self._arrange(request, data)
            self._canvas.draw()
            image = self._image(request.ratio)
        return DrawnChart(
            image=image,
            panels=panels,
            shown=data.shown,
            whole=data.whole,
            best=data.best,
            resumed=data.resumed,
            phases=data.phases,
            is_over_epochs=request.contents.across is Across.EPOCHS,
        )

    def save(self, request: ChartRequest, file: Path) -> None:
        """Write a picture of the kind that the file's name ends with: .png, .svg or .pdf. Raises OSError."""
        data = prepare(request)
        with _MATPLOTLIB:
            self._arrange(request, data)
            canvas = _canvas_class(file.suffix.lower())(self._figure)
            canvas.print_figure(str(file), dpi=DPI * request.ratio, facecolor=request.look.background)

    def _arrange(self, request: ChartRequest, data: ChartData) -> tuple[DrawnPanel, ...]:
        wanted = (request.look, request.contents.panels, request.contents.legend_below, request.title)
        if self._built != wanted:
            self._build(request)
            self._built = wanted
        areas = self._resize(request)
        parts = zip(self._panels, data.panels, areas, strict=True)
        panels = tuple(panel.fill(request, data, curves, area) for panel, curves, area in parts)
        self._label_lower_axis(request, data, areas[-1].width())
        self._legends.show(request.contents, data, max(request.width, SMALLEST_WIDTH))
        self._marks.show(data)
        return panels

    def _build(self, request: ChartRequest) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        look, contents = request.look, request.contents
        self._figure = Figure(facecolor=look.background)
        self._canvas = FigureCanvasAgg(self._figure)
        axes = list(self._figure.subplots(len(contents.panels), 1, sharex=True, squeeze=False)[:, 0])
        self._panels = [PanelDrawing(one, panel, look) for one, panel in zip(axes, contents.panels, strict=True)]
        self._legends = Legends(self._figure, axes, look)
        self._marks = Marks(axes, look)
        self._title = self._figure.text(
            0, 1, request.title, fontsize=11, fontweight="bold", color=look.text, va="center", parse_math=False
        )
        use_fonts_for(self._title)

    def _resize(self, request: ChartRequest) -> list[QRectF]:
        """Margins stay the same number of pixels whatever the size is. Answers where the curves lie."""
        width, height = max(request.width, SMALLEST_WIDTH), max(request.height, SMALLEST_HEIGHT)
        self._figure.set_dpi(DPI * request.ratio)
        self._figure.set_size_inches(width / DPI, height / DPI)
        count = len(self._panels)
        top = MARGIN_TOP + (TITLE_HEIGHT if request.title else 0)
        bottom = MARGIN_BOTTOM + self._legends.height_below(request.contents, width)
        each = max(10.0, (height - top - bottom - GAP * (count - 1)) / count)
        self._figure.subplots_adjust(
            left=MARGIN_LEFT / width,
            right=1 - MARGIN_RIGHT / width,
            top=1 - top / height,
            bottom=min(bottom / height, 1 - (top + 1) / height),
            hspace=GAP / each,
        )
        self._title.set_position((10 / width, 1 - 20 / height))
        return [_area(panel.axes, width, height) for panel in self._panels]

    def _label_lower_axis(self, request: ChartRequest, data: ChartData, width: float) -> None:
        most = max(2, min(MOST_TICKS, int(width / TICK_WIDTH)))
        low, high = (end / data.unit for end in data.shown)
        is_over_epochs = request.contents.across is Across.EPOCHS
        ticks = numbers.linear_ticks(low, high, most, whole=is_over_epochs)
        ticks = [tick for tick in ticks if tick >= 1] if is_over_epochs else ticks
        lowest = self._panels[-1].axes
        lowest.set_xticks(ticks, labels=[f"{tick:g}" for tick in ticks])
        look = request.look
        of_time = {1.0: look.seconds, numbers.MINUTE: look.minutes, numbers.HOUR: look.hours}
        word = look.epoch if is_over_epochs else of_time[data.unit]
        lowest.set_xlabel(word, fontsize=8, color=look.muted, labelpad=3)

    def _image(self, ratio: float) -> QImage:
        width, height = self._canvas.get_width_height()
        pixels = bytes(self._canvas.buffer_rgba())
        image = QImage(pixels, width, height, 4 * width, QImage.Format.Format_RGBA8888)
        image = image.convertToFormat(QImage.Format.Format_RGB32)  # a copy, of the kind that is painted fastest
        image.setDevicePixelRatio(ratio)
        return image


def _canvas_class(suffix: str) -> Any:
    """Imported by name, so that a packaged program has them too."""
    if suffix == ".svg":
        from matplotlib.backends.backend_svg import FigureCanvasSVG

        return FigureCanvasSVG
    if suffix == ".pdf":
        from matplotlib.backends.backend_pdf import FigureCanvasPdf

        return FigureCanvasPdf
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    return FigureCanvasAgg


def _area(axes: Any, width: int, height: int) -> QRectF:
    place = axes.get_position()
    return QRectF(place.x0 * width, (1 - place.y1) * height, place.width * width, place.height * height)


def load_matplotlib() -> None:
    """The parts that every picture needs, and the list of fonts."""
    import matplotlib.backends.backend_agg
    import matplotlib.figure
    import matplotlib.font_manager  # noqa: F401
