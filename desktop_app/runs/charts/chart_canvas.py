"""The picture of a chart: drawn off the event loop, with zoom, read-out and keys answered at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QImage,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.latest_only import LatestOnlyThread
from desktop_app.runs.charts.chart_choices import chart_choices
from desktop_app.runs.charts.chart_gestures import ChartGestures
from desktop_app.runs.charts.chart_looks import look_of
from desktop_app.runs.charts.chart_readout import Readout, ReadoutPainter, readout_at
from desktop_app.runs.charts.chart_request import ChartContents, ChartRequest
from desktop_app.runs.charts.drawn_chart import DrawnChart
from desktop_app.style import Theme, theme

if TYPE_CHECKING:
    from desktop_app.runs.charts.chart_figure import ChartFigure

SHORTEST_INTERVAL_MS, LONGEST_INTERVAL_MS = 250, 2000
REST = 3  # times as long as it worked the drawing thread sleeps, however busy the computer is
PREFERRED_SIZE = QSize(360, 280)  # it grows into whatever height there is
BAND_STRENGTH = 45  # of 255

Source = Callable[[Theme], ChartContents | None]


class ChartCanvas(ChartGestures):
    """Asks for a new picture when there is news, at most a few times a second; at once when a person zooms.

    `source` answers what is to be drawn in the colours of a theme, or None.
    """

    drawn = Signal()

    def __init__(self, source: Source, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._source = source
        self.drawing = LatestOnlyThread(_Drawing(), self)
        self.drawing.answered.connect(self._on_drawn)
        self._pause = QTimer(self, singleShot=True, interval=SHORTEST_INTERVAL_MS)
        self._pause.timeout.connect(self._on_pause_over)
        self._is_stale = False
        self._asked_at = 0.0
        self._is_shut_down = False
        self._first_wanted = 1
        self.zoom_changed.connect(self.refresh_at_once)
        self.pointed.connect(self._tell_readout)
        chart_choices().changed.connect(self.refresh_at_once)

    # --- asking

    def start_anew(self) -> None:
        """Something else is to be drawn: pictures that were asked for until now come too late."""
        self.chart = None
        self._first_wanted = self.drawing.newest + 1
        self.forget_gestures()
        self.refresh()

    def refresh(self) -> None:
        """Draw soon; news that come faster than they can be seen are drawn together."""
        self._is_stale = True
        if not self._pause.isActive():
            self._ask()

    def refresh_at_once(self) -> None:
        self.update()
        self._is_stale = True
        self._ask()

    def request(self, size: QSize, ratio: float, colours: Theme, title: str = "") -> ChartRequest | None:
        """What is shown now, to be drawn in another size and in other colours."""
        contents = self._source(colours)
        if contents is None:
            return None
        choices = chart_choices()
        return ChartRequest(
            width=size.width(),
            height=size.height(),
            ratio=ratio,
            look=look_of(colours),
            contents=contents,
            is_log=choices.is_log,
            smoothing=choices.smoothing,
            zoom=self.zoom,
            title=title,
        )

    def warm_up(self, _sheet: object = None) -> None:
        """Load what draws, while nobody draws boxes: it holds up the window by a tenth of a second."""
        if not self._is_shut_down and not self.drawing.isRunning():
            self.drawing.ask(None)

    def shut_down(self) -> None:
        """Nothing is drawn any more; when this returns the thread has ended."""
        self._is_shut_down = True
        self._pause.stop()
        self.drawing.shut_down()

    def _ask(self) -> None:
        if self._is_shut_down or not self.isVisible():
            return
        request = self.request(self.size(), self.devicePixelRatioF(), theme())
        if request is None:
            return
        self._is_stale = False
        self._asked_at = time.monotonic()
        self._pause.start()
        self.drawing.ask(request)

    def _on_pause_over(self) -> None:
        if self._is_stale:
            self._ask()

    def _on_drawn(self, number: int, chart: DrawnChart | None) -> None:
        """Pictures of another run come too late; those of this one come in order, each newer than the last."""
        if chart is None:
            return
        if number == self.drawing.newest:
            took = round(1000 * (time.monotonic() - self._asked_at))
            self._pause.setInterval(min(max(SHORTEST_INTERVAL_MS, REST * took), LONGEST_INTERVAL_MS))
        if number >= self._first_wanted and not self._is_shut_down:
            self.chart = chart
            self.update()
            self.drawn.emit()

    @property
    def image(self) -> QImage | None:
        return None if self.chart is None else self.chart.image

    @property
    def readout(self) -> Readout | None:
        """What is told about the epoch under the mouse, or the one that keys went to."""
        if self.chart is None or self.pointed_place is None:
            return None
        panel = min(self.pointed_panel, len(self.chart.panels) - 1)
        return readout_at(self.chart, panel, self.pointed_place)

    def _tell_readout(self) -> None:
        readout = self.readout
        self.setAccessibleDescription("" if readout is None else readout.text)

    # --- painting

    def sizeHint(self) -> QSize:
        return PREFERRED_SIZE

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.chart is None:
            return
        painter = QPainter(self)
        self._paint_picture(painter, self.chart)
        if self.band is not None:
            self._paint_band(painter, self.chart, *self.band)
        elif (readout := self.readout) is not None and self.pan_start is None:
            x = self.x_of(readout.place)
            panel = min(self.pointed_panel, len(self.chart.panels) - 1)
            area = self.chart.panels[panel].area
            if x is not None and area.left() - 1 <= x <= area.right() + 1:
                ReadoutPainter(painter, self.chart, theme(), self.font()).paint(readout, panel, x, QRectF(self.rect()))
        if self.hasFocus() and self.focus_came_by_key:
            painter.setPen(QColor(theme().accent))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.end()

    def _paint_picture(self, painter: QPainter, chart: DrawnChart) -> None:
        """While the panel is being resized the old picture keeps its proportions until the new one comes."""
        size = chart.image.deviceIndependentSize().toSize()
        painter.drawImage(QRect(0, 0, size.width(), size.height()), chart.image)
        low, high = self.shown_range(chart)
        if (low, high) != chart.shown:
            self._paint_stretched(painter, chart, low, high)

    def _paint_stretched(self, painter: QPainter, chart: DrawnChart, low: float, high: float) -> None:
        """Until the picture of a new zoom is there, the curves of the old one are moved to where they will be."""
        ratio = chart.image.devicePixelRatio()
        scale = (chart.shown[1] - chart.shown[0]) / (high - low)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for panel in chart.panels:
            area = panel.area
            left = area.left() + (chart.shown[0] - low) / (high - low) * area.width()
            place = QRectF(left, area.top(), area.width() * scale, area.height())
            part = QRectF(area.topLeft() * ratio, area.size() * ratio)
            painter.save()
            painter.setClipRect(area)
            painter.fillRect(area, QColor(theme().window))
            painter.drawImage(place, chart.image, part)
            painter.restore()

    def _paint_band(self, painter: QPainter, chart: DrawnChart, start: float, end: float) -> None:
        accent = QColor(theme().accent)
        tint = QColor(accent)
        tint.setAlpha(BAND_STRENGTH)
        top, bottom = chart.panels[0].area.top(), chart.panels[-1].area.bottom()
        band = QRectF(QPointF(min(start, end), top), QPointF(max(start, end), bottom))
        painter.fillRect(band, tint)
        painter.setPen(accent)
        painter.drawLine(band.topLeft(), band.bottomLeft())
        painter.drawLine(band.topRight(), band.bottomRight())

    # --- Qt's

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._pause.stop()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.DevicePixelRatioChange):
            self.refresh()


class _Drawing:
    """Imports numpy and matplotlib in the thread that draws, when the first curve is wanted."""

    def __init__(self) -> None:
        self._figure: ChartFigure | None = None

    def __call__(self, request: ChartRequest | None) -> DrawnChart | None:
        """None for a request that only asks to be ready for the next one."""
        if self._figure is None:
            from desktop_app.runs.charts.chart_figure import ChartFigure, load_matplotlib

            load_matplotlib()
            self._figure = ChartFigure()
        return None if request is None else self._figure.draw(request)
