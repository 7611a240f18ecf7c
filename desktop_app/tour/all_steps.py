"""Which class each step is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_app.tour.drawing_steps import ClassStep, DrawStep, LookStep
from desktop_app.tour.step import OnTheWay, Step
from desktop_app.tour.training_steps import FiguresStep, TrainStep, WatchStep
from desktop_app.tour.using_steps import CorrectStep, UseStep

if TYPE_CHECKING:
    from desktop_app.main_window import MainWindow

KINDS: tuple[type[Step], ...] = (
    *(LookStep, DrawStep, ClassStep, TrainStep),
    *(WatchStep, FiguresStep, CorrectStep, UseStep),
)


def made_step(name: str, window: MainWindow, way: OnTheWay, parent: QObject) -> Step:
    kind = next(kind for kind in KINDS if kind.name == name)
    return kind(window, way, parent)
