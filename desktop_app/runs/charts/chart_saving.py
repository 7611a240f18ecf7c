"""A chart as a picture for others: on white, with its title, drawn and written off the event loop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QSize, QStandardPaths, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from desktop_app.background import Job
from desktop_app.dialogs import file_choice
from desktop_app.runs.charts.chart_canvas import ChartCanvas
from desktop_app.runs.charts.chart_looks import PAPER
from desktop_app.runs.charts.chart_request import ChartRequest
from desktop_app.words import filled
from training.dataset.safe_files import replacing

RATIO = 2.0  # pixels of a saved picture to those of the window
SMALLEST, LARGEST = QSize(720, 480), QSize(1600, 1200)  # in pixels of the window
SMALLEST_PANEL, TITLE_HEIGHT = 190, 30
SUFFIXES = (".png", ".svg", ".pdf")


Title = Callable[[], str]  # asked off the event loop, because the name of a run stands in a file


class PictureFileError(Exception):
    """The picture is not there; the message says where it was meant to be, and why."""


class ChartSaver(QObject):
    """Asks the canvas what is shown, and the title for a picture of it."""

    saved = Signal(Path)
    copied = Signal()
    problem_came = Signal(str)

    def __init__(self, canvas: ChartCanvas, title: Callable[[], Title], parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas, self._title, self._window = canvas, title, parent
        self._folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation))

    def ask_where_to_save(self) -> None:
        kinds = ";;".join((self.tr("PNG picture (*.png)"), self.tr("SVG drawing (*.svg)"), self.tr("PDF page (*.pdf)")))
        title = self.tr("Save the curves as a picture")
        file = file_choice.choose_new_file(self._window, title, self._folder / self.tr("curves.png"), kinds)
        if file is not None:
            self.save(file)

    def save(self, file: Path) -> None:
        """PNG, SVG or PDF by the name's ending; any other ending gets .png added."""
        if file.suffix.lower() not in SUFFIXES:
            file = file.with_name(f"{file.name}.png")
        self._folder = file.parent
        request = self._request()
        if request is None:
            return
        job = Job(lambda _progress: _write(request(), file), (PictureFileError,))
        job.done.connect(self._on_saved)
        job.failed.connect(self.problem_came)
        job.start()

    def copy(self) -> None:
        """Put the picture on the clipboard."""
        request = self._request()
        if request is None:
            return
        job = Job(lambda _progress: _draw(request()))
        job.done.connect(self._on_drawn)
        job.start()

    def _request(self) -> Callable[[], ChartRequest] | None:
        """The rest of the request, to be done off the event loop."""
        wanted = self._canvas.request(QSize(), RATIO, PAPER)
        if wanted is None:
            return None
        least = TITLE_HEIGHT + SMALLEST_PANEL * len(wanted.contents.panels)
        size = self._canvas.size().expandedTo(SMALLEST).expandedTo(QSize(0, least)).boundedTo(LARGEST)
        title = self._title()
        return lambda: replace(wanted, width=size.width(), height=size.height(), title=title())

    def _on_saved(self, file: Path) -> None:
        self.saved.emit(file)

    def _on_drawn(self, image: QImage) -> None:
        QGuiApplication.clipboard().setImage(image)
        self.copied.emit()


def _write(request: ChartRequest, file: Path) -> Path:
    from desktop_app.runs.charts.chart_figure import ChartFigure

    try:
        with replacing(file) as beside:
            ChartFigure().save(request, beside)
    except OSError as error:
        text = QCoreApplication.translate("Charts", "The picture could not be saved as %1: %2.")
        raise PictureFileError(filled(text, file, error.strerror or error)) from error
    return file


def _draw(request: ChartRequest) -> QImage:
    from desktop_app.runs.charts.chart_figure import ChartFigure

    return ChartFigure().draw(request).image
