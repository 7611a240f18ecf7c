"""The live chart of a run: drawn off the event loop, shown as a picture as sharp as the screen."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtWidgets import QWidget

from desktop_app.runs.charts.chart_board import ChartBoard
from desktop_app.runs.charts.chart_looks import contents_of_run
from desktop_app.runs.charts.chart_request import ChartContents
from desktop_app.runs.charts.chart_saving import Title
from desktop_app.runs.training_run import TrainingRun
from desktop_app.style import Theme
from training.run.catalogue.run_notes import read_notes

SMALLEST_SIZE = QSize(240, 256)
SMALLEST_OF_CLASSIFIER = QSize(240, 186)  # it has a panel less


class ChartView(ChartBoard):
    """Shows one run's curves and follows them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._run: TrainingRun | None = None
        super().__init__(QCoreApplication.translate("ChartView", "Curves of the training"), parent)
        self.setMinimumSize(SMALLEST_SIZE)

    def sizeHint(self) -> QSize:
        """It takes what is left; asking for more would make its column scroll."""
        return self.minimumSize()

    def show_run(self, run: TrainingRun | None) -> None:
        if self._run is not None:
            self._run.figures_changed.disconnect(self._follow)
        self._run = run
        if run is not None:
            run.figures_changed.connect(self._follow)
            self._fit()
        self.canvas.start_anew()

    def _follow(self) -> None:
        self._fit()
        self.refresh()

    def _fit(self) -> None:
        """What a run learns is known only once it has begun."""
        is_classifier = self._run is not None and self._run.is_classifier
        self.setMinimumSize(SMALLEST_OF_CLASSIFIER if is_classifier else SMALLEST_SIZE)

    def contents(self, colours: Theme) -> ChartContents | None:
        return None if self._run is None else contents_of_run(self._run, colours)

    def title(self) -> Title:
        """What people call the run, or its folder."""
        folder = None if self._run is None else self._run.folder
        return lambda: "" if folder is None else read_notes(folder).name or folder.path.name

    def shut_down(self) -> None:
        self._run = None
        super().shut_down()
