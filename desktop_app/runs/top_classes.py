"""What a classifier takes something for: its best few classes as bars, the surest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from desktop_app.elided_label import ElidedLabel
from desktop_app.style import make_muted, theme
from desktop_app.words import filled, score_text

ROW_GAP = 4
BAR_RADIUS = 3.0
NAME_SHARE = 0.42  # of the width
LEAST_BAR = 2.0  # pixels: also nearly nothing is something


@dataclass(frozen=True, slots=True)
class Bar:
    """`score` is a share of 0..1; `colour` that of the class as #rrggbb, nothing where it has none."""

    name: str
    score: float
    colour: str = ""
    is_true: bool = False  # the class that a person says


class Bars(QWidget):
    """Painted, so that no row moves when the names change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[Bar, ...] = ()
        self._rows = 3
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_bars(self, bars: Sequence[Bar]) -> None:
        if tuple(bars) == self._bars:
            return
        self._bars = tuple(bars)
        self.setAccessibleName(", ".join(self.texts))
        if len(self._bars) > 0 and len(self._bars) != self._rows:
            self._rows = len(self._bars)
            self.updateGeometry()
        self.update()

    @property
    def texts(self) -> list[str]:
        return [filled(_tr("%1 %2"), bar.name, score_text(bar.score)) for bar in self._bars]

    def sizeHint(self) -> QSize:
        return QSize(160, self._rows * (self.fontMetrics().height() + ROW_GAP))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self.fontMetrics()
        height = float(metrics.height() + ROW_GAP)
        for row, bar in enumerate(self._bars):
            self._paint_bar(painter, metrics, QRectF(0, row * height, self.width(), height), bar)
        painter.end()

    def _paint_bar(self, painter: QPainter, metrics: QFontMetrics, place: QRectF, bar: Bar) -> None:
        colours = theme()
        names, numbers = NAME_SHARE * place.width(), float(metrics.horizontalAdvance("100 %") + 4)
        font = painter.font()
        font.setBold(bar.is_true)
        painter.setFont(font)
        painter.setPen(QColor(colours.text))
        align = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        name = QFontMetrics(font).elidedText(bar.name, Qt.TextElideMode.ElideMiddle, int(names) - 8)
        painter.drawText(QRectF(place.left(), place.top(), names, place.height()), align, name)
        painter.drawText(place, align | Qt.AlignmentFlag.AlignRight, score_text(bar.score))
        groove = QRectF(names, place.center().y() - 4, place.width() - names - numbers - 6, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(groove, BAR_RADIUS, BAR_RADIUS)
        painter.setBrush(QColor(bar.colour or colours.accent))
        filled_part = QRectF(groove)
        filled_part.setWidth(max(LEAST_BAR, groove.width() * min(1.0, bar.score)))
        painter.drawRoundedRect(filled_part, BAR_RADIUS, BAR_RADIUS)


class TopClasses(QWidget):
    """A line that says what was looked at, and the bars."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel(Qt.TextElideMode.ElideRight)
        make_muted(self.title)
        self.bars = Bars()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.title)
        layout.addWidget(self.bars)

    def show_classes(self, title: str, bars: Sequence[Bar]) -> None:
        self.title.set_whole(title)
        self.bars.setVisible(bool(bars))
        self.bars.show_bars(bars)

    @property
    def text(self) -> str:
        return "\n".join([self.title.whole, *(self.bars.texts if self.bars.isVisibleTo(self) else [])])


def _tr(text: str) -> str:
    return QCoreApplication.translate("TopClasses", text)
