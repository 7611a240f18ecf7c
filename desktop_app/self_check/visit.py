"""What every step works with: the window, where results go, and patience."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QWidget

from desktop_app.main_window import MainWindow
from desktop_app.predict.use_window import UseWindow
from desktop_app.self_check.report import Report
from desktop_app.self_check.waiting import Happened, Patience, StepFailedError

SOON, LATER, LONG = (
    30.0,
    120.0,
    420.0,
)  # seconds: for the window alone; with a process that is to start; with a training
TO_BE_SEEN = 0.4  # seconds, until thumbnails and late drawing are in a screenshot, too


@dataclass(frozen=True, slots=True)
class Visit:
    window: MainWindow
    patience: Patience
    report: Report
    out: Path
    camera: str = ""  # nothing: none is tried

    @property
    def use_window(self) -> UseWindow:
        window = self.window.use.window
        if window is None or not window.isVisible():
            raise StepFailedError("The window for using a model is not open.")
        return window

    def wait(self, happened: Happened, what: str, seconds: float = SOON) -> None:
        self.patience.wait(happened, what, seconds)

    def shoot(self, widget: QWidget, name: str) -> None:
        self.patience.pause(TO_BE_SEEN)
        self.report.shoot(widget, name)


def require(condition: object, sentence: str) -> None:
    """A sentence on what is wrong where the condition does not hold."""
    if not condition:
        raise StepFailedError(sentence)
