"""The tour: it leads a newcomer through real work on the sample project, up to a trained model that is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from desktop_app.main_window import MainWindow


class Tour(QObject):
    """It goes on when the person has done what a step asks for; it never does it for them, and never blocks the window."""

    step_changed = Signal(str)  # the step's name; "" when there is none any more
    finished = Signal()  # the last step was done

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def start(self) -> None:
        """Open the sample project, and show the first step or the one that was reached."""
        raise NotImplementedError

    def stop(self) -> None:
        """Put the bubble away; what was done stays."""
        raise NotImplementedError
