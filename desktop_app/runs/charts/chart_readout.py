"""What the curves say at one epoch, painted over the picture; the figure itself is not drawn again for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from desktop_app.runs.charts.drawn_chart import DrawnChart, DrawnPanel
from desktop_app.style import Theme
from desktop_app.words import filled

DOT = 3.2  # pixels
PADDING, COLUMN_GAP, SWATCH = 7.0, 10.0, 9.0
FONT_SCALE = 0.92
LONGEST_NAME = 190  # pixels
NO_VALUE = "–"


@dataclass(frozen=True, slots=True)
class ReadoutRow:
    colour: str
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Readout:
    """`parts` are the names of the columns of values; none where there is one column that needs no name."""

    place: float
    heading: str
    parts: tuple[str, ...]
    rows: tuple[ReadoutRow, ...]

    @property
    def text(self) -> str:
        """As a screen reader says it."""
        rows = [", ".join(filter(None, (row.name, *row.values))) for row in self.rows]
        return "; ".join([self.heading, *rows])


def readout_at(chart: DrawnChart, panel_number: int, place: float) -> Readout | None:
    """The figures of the epoch that is nearest to a place of the lower axis; None where there is none."""
    panel = chart.panels[panel_number]
    near = chart.nearest_place(place, panel_number)
    if near is None:
        return None
    parts = tuple(dict.fromkeys(curve.part for curve in reversed(panel.curves)))  # validation comes first
    found: dict[tuple[str, str, int], dict[str, str]] = {}
    for curve in panel.curves:
        value = curve.value_at(near)
        cells = found.setdefault((curve.colour, curve.name, curve.run), {})
        cells[curve.part] = NO_VALUE if value is None else in_words(value, is_share=panel.is_share)
    rows = tuple(
        ReadoutRow(colour, name, tuple(cells.get(part, NO_VALUE) for part in parts))
        for (colour, name, _), cells in found.items()
        if any(cell != NO_VALUE for cell in cells.values())
    )
    return Readout(near, _heading(chart, near), parts if any(parts) else (), rows) if rows else None


def in_words(value: float, *, is_share: bool) -> str:
    """A figure as it is read off a chart."""
    if is_share:
        return filled(_tr("%1 %"), f"{100 * value:.1f}")
    return f"{value:.3g}" if value else "0"


def _heading(chart: DrawnChart, place: float) -> str:
    if not chart.is_over_epochs:
        return duration(place)
    is_best = len(chart.best) == 1 and chart.best[0] == place
    return filled(_tr("Epoch %1, the best") if is_best else _tr("Epoch %1"), f"{place:g}")


def duration(seconds: float) -> str:
    """A time of training: 42 s, 3 min 5 s, 2 h 07 min."""
    whole = round(seconds)
    if whole < 60:
        return filled(_tr("%1 s"), whole)
    if whole < 3600:
        return filled(_tr("%1 min %2 s"), whole // 60, whole % 60)
    return filled(_tr("%1 h %2 min"), whole // 3600, f"{whole % 3600 // 60:02d}")


class ReadoutPainter:
    """Draws a read-out over the picture of a chart."""

    def __init__(self, painter: QPainter, chart: DrawnChart, theme: Theme, font: QFont) -> None:
        self._painter, self._chart, self._theme = painter, chart, theme
        self._font = QFont(font)
        self._font.setPointSizeF(font.pointSizeF() * FONT_SCALE)
        self._metrics = QFontMetricsF(self._font)

    def paint(self, readout: Readout, panel_number: int, x: float, bounds: QRectF) -> None:
        """A thin line through all panels at `x`, dots on the curves, and a small table beside them in one panel."""
        self._painter.save()
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._painter.setFont(self._font)
        for panel in self._chart.panels:
            self._paint_line(panel, x)
            self._paint_dots(panel, readout.place, x)
        self._paint_table(readout, self._chart.panels[panel_number].area, x, bounds)
        self._painter.restore()

    def _paint_line(self, panel: DrawnPanel, x: float) -> None:
        colour = QColor(self._theme.muted)
        colour.setAlphaF(0.8)
        self._painter.setPen(QPen(colour, 1))
        self._painter.drawLine(QPointF(x, panel.area.top()), QPointF(x, panel.area.bottom()))

    def _paint_dots(self, panel: DrawnPanel, place: float, x: float) -> None:
        self._painter.setPen(QPen(QColor(self._theme.window), 1))
        for curve in panel.curves:
            value = curve.value_at(place)
            y = None if value is None else panel.y_of(value)
            if y is not None and panel.area.top() - 1 <= y <= panel.area.bottom() + 1:
                self._painter.setBrush(QColor(curve.colour))
                self._painter.drawEllipse(QPointF(x, y), DOT, DOT)

    def _paint_table(self, readout: Readout, area: QRectF, x: float, bounds: QRectF) -> None:
        widths = self._widths(readout)
        height = self._metrics.lineSpacing()
        size_x = max(sum(widths) + 2 * PADDING, self._metrics.horizontalAdvance(readout.heading) + 2 * PADDING)
        size_y = height * (len(readout.rows) + 1 + bool(readout.parts)) + 2 * PADDING
        box = _beside(x, area.top(), size_x, size_y, bounds)
        self._paint_frame(box)
        left, top = box.left() + PADDING, box.top() + PADDING
        self._text(QRectF(left, top, size_x, height), readout.heading, self._theme.text, bold=True)
        if readout.parts:
            top += height
            self._paint_cells(left, top, widths, readout.parts, self._theme.muted)
        for row in readout.rows:
            top += height
            self._painter.fillRect(QRectF(left, top + height / 2 - 1.2, SWATCH, 2.4), QColor(row.colour))
            name = self._metrics.elidedText(row.name, Qt.TextElideMode.ElideMiddle, LONGEST_NAME)
            self._text(QRectF(left + SWATCH + 5, top, widths[0], height), name, self._theme.text)
            self._paint_cells(left, top, widths, row.values, self._theme.text)

    def _paint_cells(self, left: float, top: float, widths: Sequence[float], cells: Sequence[str], colour: str) -> None:
        left += widths[0]
        for width, cell in zip(widths[1:], cells, strict=True):
            place = QRectF(left, top, width, self._metrics.lineSpacing())
            self._text(place, cell, colour, Qt.AlignmentFlag.AlignRight)
            left += width

    def _paint_frame(self, box: QRectF) -> None:
        background = QColor(self._theme.base)
        background.setAlphaF(0.95)
        self._painter.setPen(QPen(QColor(self._theme.border_strong), 1))
        self._painter.setBrush(background)
        self._painter.drawRoundedRect(box, 5, 5)

    def _text(
        self,
        place: QRectF,
        text: str,
        colour: str,
        side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        *,
        bold: bool = False,
    ) -> None:
        font = QFont(self._font)
        font.setBold(bold)
        self._painter.setFont(font)
        self._painter.setPen(QColor(colour))
        self._painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip, text)

    def _widths(self, readout: Readout) -> list[float]:
        """Of the column of names, and of each column of values with the gap at its left."""
        wide = self._metrics.horizontalAdvance
        names = max((min(LONGEST_NAME, wide(row.name)) for row in readout.rows), default=0.0)
        columns = zip(*(row.values for row in readout.rows), strict=True)
        heads = readout.parts or ("",) * len(readout.rows[0].values)
        values = [
            max(wide(head), *(wide(cell) for cell in column)) + COLUMN_GAP
            for head, column in zip(heads, columns, strict=True)
        ]
        return [SWATCH + 5 + names, *values]


def _beside(x: float, top: float, width: float, height: float, bounds: QRectF) -> QRectF:
    """Right of the line, or left of it where there is no room."""
    left = x + 10 if x + 10 + width <= bounds.right() - 2 else x - 10 - width
    left = max(bounds.left() + 2, left)
    top = max(bounds.top() + 2, min(top + 4, bounds.bottom() - height - 2))
    return QRectF(left, top, width, height)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Charts", text)
