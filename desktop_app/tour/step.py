"""What every step of the tour is: words beside a control, and an ear for the thing being done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QObject, Signal, SignalInstance

from desktop_app.tour.said import Said

if TYPE_CHECKING:
    from desktop_app.main_window import MainWindow
    from desktop_app.runs.training_run import TrainingRun

LOOK, DRAW, CLASS, TRAIN, WATCH, FIGURES, CORRECT, USE = (
    *("look", "draw", "class", "train", "watch", "figures", "correct", "use"),
)
Handler = Callable[..., Any] | SignalInstance
STEPS = (LOOK, DRAW, CLASS, TRAIN, WATCH, FIGURES, CORRECT, USE)


class OnTheWay:
    """What the steps hand on to each other."""

    def __init__(self) -> None:
        self.own_image = ""  # the one that the person drew a box in
        self.run: TrainingRun | None = None  # the training of this tour
        self.trouble = ""  # a sentence: why it went back a step; said once there


class Step(QObject):
    """`begin` it, show what it has `said`, and wait for one of its signals; after `end` it hears nothing any more."""

    said_changed = Signal()
    done = Signal()  # the person has done it
    fell_back = Signal(str)  # the name of the step that has to be done (again) first

    name: ClassVar[str]

    def __init__(self, window: MainWindow, way: OnTheWay, parent: QObject) -> None:
        super().__init__(parent)
        self.window = window
        self.way = way
        self._heard: list[tuple[SignalInstance, Handler]] = []

    def begin(self) -> None:
        raise NotImplementedError

    def said(self) -> Said:
        """What is to be said now."""
        raise NotImplementedError

    @property
    def sees_something(self) -> bool:
        """Whether a model's box is shown in the image that is open."""
        return bool(self.window.document.proposals.shown_in(self.window.document.current_image))

    @property
    def can_be_skipped(self) -> bool:
        """Whether the steps after it make sense without it."""
        return True

    def on_next(self) -> None:
        """Its button was pressed, where it has one."""
        self.done.emit()

    def give_way(self) -> None:
        """The person goes to another step: what the step has opened over the window is in the way now."""

    def hear(self, signal: SignalInstance, handler: Handler) -> None:
        """Until the end of the step; `handler` is a method of a QObject, or a signal."""
        signal.connect(handler)
        self._heard.append((signal, handler))

    def end(self) -> None:
        for signal, handler in self._heard:
            signal.disconnect(handler)
        self._heard.clear()

    def take_trouble(self) -> str:
        trouble, self.way.trouble = self.way.trouble, ""
        return trouble
