"""How the IoU is spread: bars, and the thresholds that people ask about."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.style import theme
from desktop_app.words import filled, percent
from training.run.report.confusion import IouHistogram

LEFT, RIGHT, TOP, BOTTOM = 44.0, 14.0, 12.0, 40.0
TICKS = 4


class HistogramView(QWidget):
    """Painted by Qt itself, so it is as sharp as the screen and follows the theme."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._histogram: IouHistogram | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Histogram of the IoU"))

    def show_histogram(self, histogram: IouHistogram | None) -> None:
        self._histogram = histogram
        self.setAccessibleDescription("" if histogram is None else counts_in_words(histogram))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(260, 220)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._histogram is None or not self._histogram.objects:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(LEFT, TOP, -RIGHT, -BOTTOM)
        highest = _rounded_up(max(self._histogram.bins))
        self._paint_grid(painter, area, highest)
        self._paint_bars(painter, area, highest, self._histogram.bins)
        self._paint_thresholds(painter, area, [float(name) for name in self._histogram.at_least])
        painter.end()

    def _paint_grid(self, painter: QPainter, area: QRectF, highest: int) -> None:
        colours = theme()
        for tick in range(TICKS + 1):
            y = area.bottom() - area.height() * tick / TICKS
            painter.setPen(QPen(QColor(colours.border), 1))
            painter.drawLine(QLineF(area.left(), y, area.right(), y))
            painter.setPen(QColor(colours.muted))
            place = QRectF(0, y - 10, LEFT - 8, 20)
            painter.drawText(place, _flag(Qt.AlignmentFlag.AlignRight), f"{highest * tick // TICKS}")
        title = QRectF(area.left(), self.height() - 18, area.width(), 18)
        painter.drawText(title, _flag(Qt.AlignmentFlag.AlignHCenter), self.tr("IoU with the true box"))

    def _paint_bars(self, painter: QPainter, area: QRectF, highest: int, bins: tuple[int, ...]) -> None:
        width = area.width() / len(bins)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().accent))
        for number, count in enumerate(bins):
            height = area.height() * count / highest
            painter.drawRect(QRectF(area.left() + number * width + 1, area.bottom() - height, width - 2, height))

    def _paint_thresholds(self, painter: QPainter, area: QRectF, thresholds: list[float]) -> None:
        colours = theme()
        metrics = QFontMetricsF(self.font())
        for value in (0.0, *thresholds, 1.0):
            x = area.left() + area.width() * value
            if value in thresholds:
                painter.setPen(QPen(QColor(colours.text), 1, Qt.PenStyle.DotLine))
                painter.drawLine(QLineF(x, area.top(), x, area.bottom() + 4))
            text = f"{value:g}"
            painter.setPen(QColor(colours.muted))
            painter.drawText(QPointF(x - metrics.horizontalAdvance(text) / 2, area.bottom() + 17), text)


def counts_in_words(histogram: IouHistogram) -> str:
    """“18 of 20 boxes overlap by at least 0.5 (90 %), …”."""
    if not histogram.objects:
        return _tr("No image with an object was judged.")
    parts = [
        filled(_tr("%1 of %2 at least %3 (%4)"), count, histogram.objects, name, percent(count / histogram.objects))
        for name, count in histogram.at_least.items()
    ]
    return filled(_tr("IoU: %1"), _tr(" · ").join(parts))


def _tr(text: str) -> str:
    return QCoreApplication.translate("HistogramView", text)


def _rounded_up(value: int) -> int:
    """A number that four ticks divide."""
    return max(TICKS, -(-value // TICKS) * TICKS)


def _flag(horizontal: Qt.AlignmentFlag) -> int:
    return int(horizontal | Qt.AlignmentFlag.AlignVCenter)
