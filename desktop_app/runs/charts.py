"""The live chart of a run: drawn off the event loop, shown as a picture as sharp as the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QSize, QTimer, Signal
from PySide6.QtGui import QHideEvent, QImage, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.runs.chart_request import ChartRequest, ChartStyle
from desktop_app.runs.latest_only import LatestOnlyThread
from desktop_app.runs.training_run import TrainingRun
from desktop_app.style import theme

if TYPE_CHECKING:
    from desktop_app.runs.chart_figure import ChartFigure

SHORTEST_INTERVAL_MS = 250
PREFERRED_SIZE = QSize(360, 280)  # it grows into whatever height there is
SMALLEST_SIZE = QSize(240, 270)
PRESENCE_LIGHT, PRESENCE_DARK = "#b9741a", "#e0b060"


class ChartView(QWidget):
    """Shows one run's curves; asks for a new picture when there is news, and at most a few times a second."""

    drawn = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(SMALLEST_SIZE)
        self.setAccessibleName(self.tr("Curves of the training"))
        self.image: QImage | None = None
        self._run: TrainingRun | None = None
        self.drawing = LatestOnlyThread(_Drawing(), self)
        self.drawing.answered.connect(self._on_drawn)
        self._pause = QTimer(self, singleShot=True, interval=SHORTEST_INTERVAL_MS)
        self._pause.timeout.connect(self._on_pause_over)
        self._is_stale = False
        self._first_wanted = 1

    def show_run(self, run: TrainingRun | None) -> None:
        if self._run is not None:
            self._run.figures_changed.disconnect(self.refresh)
        self._run = run
        self.image = None
        self._first_wanted = self.drawing.newest + 1
        if run is not None:
            run.figures_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Draw soon; news that come faster than they can be seen are drawn together."""
        self._is_stale = True
        if not self._pause.isActive():
            self._ask()

    def shut_down(self) -> None:
        """Nothing is drawn any more; when this returns the thread has ended."""
        self._pause.stop()
        self._run = None
        self.drawing.shut_down()

    def _ask(self) -> None:
        if self._run is None or not self.isVisible():
            return
        self._is_stale = False
        self._pause.start()
        self.drawing.ask(
            ChartRequest(
                width=self.width(),
                height=self.height(),
                ratio=self.devicePixelRatioF(),
                style=self._style(),
                history=tuple(self._run.history),
                epochs=self._run.epochs,
            )
        )

    def _on_pause_over(self) -> None:
        if self._is_stale:
            self._ask()

    def _on_drawn(self, number: int, image: QImage) -> None:
        """Pictures of another run come too late; those of this one come in order, each newer than the last."""
        if number >= self._first_wanted and self._run is not None:
            self.image = image
            self.update()
            self.drawn.emit()

    def _style(self) -> ChartStyle:
        colours = theme()
        presence = PRESENCE_DARK if colours.is_dark else PRESENCE_LIGHT
        return ChartStyle(
            background=colours.window,
            text=colours.text,
            muted=colours.muted,
            grid=colours.border,
            total=colours.text,
            heads=(colours.labelled, colours.accent, presence),
            loss_title=self.tr("Loss"),
            heads_title=self.tr("Loss by head"),
            shares_title=self.tr("Quality"),
            training=self.tr("training"),
            validation=self.tr("validation"),
            head_names=(self.tr("class"), self.tr("box"), self.tr("presence")),
            share_names=(self.tr("class"), self.tr("mean IoU"), self.tr("presence")),
            epoch=self.tr("Epoch"),
            best=self.tr("best"),
        )

    # --- Qt's

    def sizeHint(self) -> QSize:
        return PREFERRED_SIZE

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.image is not None:
            size = self.image.deviceIndependentSize().toSize()
            # While the panel is being resized the old picture keeps its proportions until the new one comes.
            painter.drawImage(QRect(0, 0, size.width(), size.height()), self.image)
        painter.end()

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

    def __call__(self, request: ChartRequest) -> QImage:
        if self._figure is None:
            from desktop_app.runs.chart_figure import ChartFigure

            self._figure = ChartFigure()
        return self._figure.draw(request)
