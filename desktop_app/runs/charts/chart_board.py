"""Curves with their tools: what the chart of one run and that of several have in common."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QImage
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from desktop_app.problem_bar import ProblemBar
from desktop_app.runs.charts.chart_canvas import ChartCanvas
from desktop_app.runs.charts.chart_request import ChartContents
from desktop_app.runs.charts.chart_saving import ChartSaver, Title
from desktop_app.runs.charts.chart_tools import ChartTools
from desktop_app.style import Theme
from desktop_app.words import filled

WORDS_STAY_MS = 6000


class ChartBoard(QWidget):
    """Draws what `contents` answers; what `title` answers stands on pictures that are saved."""

    drawn = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)
        self.canvas = ChartCanvas(self.contents)
        self.canvas.setAccessibleName(name)
        self.saver = ChartSaver(self.canvas, self.title, self)
        self.tools = ChartTools(self.canvas, self.saver)
        self.problems = ProblemBar()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (self.tools, self.problems):
            layout.addWidget(part)
        layout.addWidget(self.canvas, 1)
        self._forget_words = QTimer(self, singleShot=True, interval=WORDS_STAY_MS)
        self._forget_words.timeout.connect(self._say_nothing)
        self.canvas.drawn.connect(self.drawn)
        self.saver.saved.connect(self._on_saved)
        self.saver.copied.connect(self._on_copied)
        self.saver.problem_came.connect(self.problems.show_problem)

    def contents(self, colours: Theme) -> ChartContents | None:
        """What is to be drawn in the colours of a theme, or None."""
        raise NotImplementedError

    def title(self) -> Title:
        raise NotImplementedError

    @property
    def image(self) -> QImage | None:
        return self.canvas.image

    def refresh(self) -> None:
        """Draw soon; news that come faster than they can be seen are drawn together."""
        self.canvas.refresh()

    def shut_down(self) -> None:
        """Nothing is drawn any more; when this returns the thread has ended."""
        self._forget_words.stop()
        self.canvas.shut_down()

    def _on_saved(self, file: Path) -> None:
        self.problems.clear()
        self._say(filled(self.tr("Saved as %1"), file.name))

    def _on_copied(self) -> None:
        self._say(self.tr("Picture copied"))

    def _say(self, words: str) -> None:
        self.tools.say(words)
        self._forget_words.start()

    def _say_nothing(self) -> None:
        self.tools.say("")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.tools.menu().popup(event.globalPos())
        event.accept()
