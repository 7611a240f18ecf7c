"""The real window on made-up work, and the patience to wait until a page of it is whole."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QSize, QThreadPool
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from desktop_app.application import make_appearance, make_application
from desktop_app.decoding import Decoder
from desktop_app.document.document import Document
from desktop_app.latest_only import LatestOnlyThread
from desktop_app.main_window import MainWindow
from desktop_app.runs.charts.chart_canvas import ChartCanvas
from desktop_app.runs.list.runs_window import RunsWindow
from desktop_app.settings import Settings
from desktop_app.style import Appearance
from tests.helpers.looks.props import OLD, Props, doctor_answer
from tests.helpers.looks.remembering_model import RememberingModel
from tests.helpers.mjpeg import MjpegServer
from training.dataset.dataset import Dataset
from training.dataset.exporting import project_dataset
from training.dataset.store import ProjectStore
from training.run.run_folder import RunFolder

PATIENCE_S = 60.0
QUIET_S = 0.08  # longer than the pauses in which panels collect what they show
USUAL = QSize(1280, 800)


class Studio:
    """`window` is the main window with the sample project; dialogs and other windows open from it."""

    def __init__(self, props: Props) -> None:
        self.props = props
        application = QApplication.instance() or make_application()
        assert isinstance(application, QApplication)
        self.application = application
        self.appearance: Appearance = make_appearance(application, Settings(props.folder / "looks.ini"))
        self._at_work: set[int] = set()
        self._threads: list[LatestOnlyThread] = []
        self._follow_threads()
        self._use_remembering_model()
        self.window = self.new_window()

    # --- windows

    def new_window(self) -> MainWindow:
        settings = Settings(self.props.folder / "settings.ini")
        window = MainWindow(Document(), settings, self.appearance)
        window.training.sheet_command.probes_by_itself = False
        window.training.sheet_command.devices_command = []
        window.help.doctor_command = [sys.executable, "-c", f"print({doctor_answer(self.props.project)!r})"]
        still = Path(__file__).parent / "still_worker.py"
        window.training.command = lambda run: [sys.executable, str(still), str(run.path)]
        window.resize(USUAL)
        window.show()
        return window

    def open_project(self, window: MainWindow, folder: Path) -> None:
        window.opening.open(folder)
        document = window.document
        is_there = lambda: document.is_open and document.folder == folder and bool(document.current_image)  # noqa: E731
        self.wait_until(is_there, "the project")
        self.settle()

    def close_window(self, window: MainWindow) -> None:
        """As a person closes it who does not wait for the end of a training."""
        if not window.close():
            window.close()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def runs_of(self, recipe: str) -> RunFolder:
        """The one that is complete."""
        number = 2 if recipe == "localizer" else 1
        return RunFolder(self.props.project / "runs" / f"{OLD[number]:%Y-%m-%d_%H-%M-%S}-{recipe}")

    def go_to(self, image: str) -> None:
        window = self.window
        window.document.set_current_image(image)
        shown = window.canvas.shown
        self.wait_until(lambda: shown.record is not None and shown.record.path == image, image)

    @contextmanager
    def dialog(self, kind: type[QWidget], window: QWidget | None = None) -> Iterator[QWidget]:
        """The one that was just asked for; closed at the end."""
        parent = self.window if window is None else window
        self.wait_until(lambda: bool(self._shown(kind, parent)), kind.__name__)
        found = self._shown(kind, parent)[-1]
        self.settle()
        yield found
        if isinstance(found, QDialog):
            found.reject()
        else:
            found.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    @staticmethod
    def _shown(kind: type[QWidget], parent: QWidget) -> list[QWidget]:
        return [one for one in parent.findChildren(kind) if one.isVisible()]

    @contextmanager
    def run_list(self) -> Iterator[RunsWindow]:
        self.window.action("runs").trigger()
        shown = self.window.run_list.window
        assert shown is not None
        shown.resize(USUAL)
        self.wait_until(lambda: shown.list.table.model().rowCount() > 0, "the list of runs")
        self.settle()
        yield shown
        shown.close()

    @contextmanager
    def camera(self) -> Iterator[str]:
        import numpy as np
        from PIL import Image

        files = sorted(self.props.new_pictures.rglob("*.jpg"))
        pixels = np.asarray(Image.open(files[0]).convert("RGB"))
        with MjpegServer(rate=8.0, picture=lambda _number: pixels, cycle=1) as server:
            yield server.address

    # --- patience

    def wait_until(self, happened: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE_S
        while not happened():
            if time.monotonic() > end:
                raise TimeoutError(f"{what} did not come within {PATIENCE_S:g} s")
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            time.sleep(0.002)

    def settle(self) -> None:
        """Until no thread of the program works and none has for a moment."""
        quiet_since = time.monotonic()

        def is_quiet() -> bool:
            nonlocal quiet_since
            if self._is_busy():
                quiet_since = time.monotonic()
            return time.monotonic() - quiet_since > QUIET_S

        self.wait_until(is_quiet, "a quiet moment")

    def _is_busy(self) -> bool:
        if QThreadPool.globalInstance().activeThreadCount() or self._at_work:
            return True
        if any(thread._waiting is not None and not thread._ending for thread in self._threads):
            return True
        if self._is_decoding():
            return True
        tops = QApplication.topLevelWidgets()
        if any(decoder._running or decoder._wishes for top in tops for decoder in top.findChildren(Decoder)):
            return True
        return any(chart._is_stale and chart.isVisible() for top in tops for chart in top.findChildren(ChartCanvas))

    def _is_decoding(self) -> bool:
        """The picture that belongs on the canvas is not there yet."""
        window = getattr(self, "window", None)
        image = window.document.current_image if window is not None and window.document.is_open else ""
        return bool(image) and (window.canvas.shown.record is None or window.canvas.shown.record.path != image)

    def _follow_threads(self) -> None:
        """Those that draw and decode, from now on."""
        studio, original = self, LatestOnlyThread.__init__

        def made(thread: LatestOnlyThread, work: Callable[[Any], Any], parent: QObject | None = None) -> None:
            def watched(asked: Any) -> Any:
                studio._at_work.add(id(thread))
                try:
                    return work(asked)
                finally:
                    studio._at_work.discard(id(thread))

            original(thread, watched, parent)
            studio._threads.append(thread)

        LatestOnlyThread.__init__ = made  # type: ignore[method-assign]

    def _use_remembering_model(self) -> None:
        from training.run.answers import open_quick

        store = ProjectStore.open(self.props.project, read_only=True)
        try:
            dataset: Dataset = project_dataset(store)
        finally:
            store.close()
        folder = self.props.project
        open_quick.LiteRTPredictor = lambda run: RememberingModel(run, folder, dataset)  # type: ignore[assignment,misc]
