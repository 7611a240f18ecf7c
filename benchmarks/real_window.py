"""The real window in this process, on the screen there is or on the offscreen one, for benchmarks and the demo."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the hands that draw in image coordinates belong to the tests

if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from desktop_app.application import make_appearance, make_application
from desktop_app.document.document import Document
from desktop_app.main_window import MainWindow
from desktop_app.settings import Settings

LONGEST_WAIT_S = 600.0
LOOK_INTERVAL_MS = 10


class WaitedInVainError(RuntimeError):
    """Something that should have happened did not."""


def wait_until(happened: Callable[[], bool], what: str, seconds: float = LONGEST_WAIT_S) -> None:
    """Let the event loop run by itself, asleep between events, until something has happened."""
    loop, timer = QEventLoop(), QTimer(interval=LOOK_INTERVAL_MS)
    end = time.monotonic() + seconds
    timer.timeout.connect(lambda: loop.quit() if happened() or time.monotonic() > end else None)
    timer.start()
    if not happened():
        loop.exec()
    timer.stop()
    if not happened():
        raise WaitedInVainError(f"{what} did not happen within {seconds:g} s")


@contextmanager
def opened_window(folder: Path, settings_file: Path, size: tuple[int, int] = (1440, 900)) -> Iterator[MainWindow]:
    """The window with a project open and its first picture shown; closed again at the end."""
    application = QApplication.instance() or make_application()
    assert isinstance(application, QApplication)
    settings = Settings(settings_file)
    window = MainWindow(Document(), settings, make_appearance(application, settings))
    try:
        window.resize(*size)
        window.show()
        window.opening.open(folder)
        wait_until(lambda: window.document.is_open, "opening the project")
        wait_until(lambda: picture_is_shown(window), "showing the first picture")
        yield window
    finally:
        window.close()
        window.deleteLater()
        application.processEvents()


def picture_is_shown(window: MainWindow) -> bool:
    image = window.document.current_image
    record = window.canvas.shown.record
    return bool(image) and record is not None and record.path == image


def go_to(window: MainWindow, image: str) -> None:
    window.document.set_current_image(image)
    wait_until(lambda: picture_is_shown(window), f"showing {image}")


def settle(seconds: float = 0.3) -> None:
    """Let thumbnails and neighbours come; for pictures and for warm measurements only."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        time.sleep(0.005)
