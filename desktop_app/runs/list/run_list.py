"""The entry Training > Runs…: makes the window of runs when it is first wanted, and shows it again afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from desktop_app.action_table import ActionRow, make_actions
from desktop_app.document.document import Document
from desktop_app.document.subjects import has_same_corners
from desktop_app.runs.training_control import TrainingControl
from desktop_app.settings import Settings

if TYPE_CHECKING:
    from desktop_app.runs.list.runs_window import RunsWindow


class RunList(QObject):
    export_asked = Signal(object)  # the RunFolder whose model is to leave

    def __init__(self, control: TrainingControl, document: Document, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._control = control
        self._document = document
        self._settings = settings
        self._parent = window
        self.window: RunsWindow | None = None
        tip = self.tr("All runs of this project: reopen, compare, go on")
        self._actions = make_actions(
            self, [ActionRow("runs", self.tr("&Runs…"), self.show_window, ("Ctrl+Shift+R",), "runs", tip)]
        )
        document.project_opened.connect(self._on_project_opened)
        self._on_project_opened()

    def actions(self) -> list[QAction]:
        return list(self._actions.values())

    def show_window(self) -> None:
        from desktop_app.runs.list.runs_window import RunsWindow

        if self.window is None:
            self.window = RunsWindow(self._control, self._document, self._settings)
            self.window.image_chosen.connect(self._show_image)
            self.window.run_opened.connect(self._parent.activateWindow)
            self.window.export_asked.connect(self.export_asked)
            self._control.shutting_down.connect(self._forget_window)
        self.window.setWindowState(self.window.windowState() & ~Qt.WindowState.WindowMinimized)
        self.window.show()
        self.window.activateWindow()

    def _forget_window(self) -> None:
        window, self.window = self.window, None
        if window is not None:
            window.shut_down()
            window.deleteLater()

    def _show_image(self, image: str) -> None:
        """A picture of a run, if the open project has it."""
        if self._document.is_open and image in self._document.images:
            self._document.set_current_image(image)
            self._select_marked_box()
        else:
            self._document.message_sent.emit(self.tr("%1 is not in the open project.").replace("%1", image))
        self._parent.activateWindow()

    def _select_marked_box(self) -> None:
        """Of a classifier's picture: the box that it was asked about."""
        record, window = self._document.current_record, self.window
        marked = None if window is None else window.details.page.gallery.marked_box
        if record is not None and marked is not None:
            found = (index for index, box in enumerate(record.boxes) if has_same_corners(box, marked))
            self._document.select(list(found)[:1])

    def _on_project_opened(self) -> None:
        self._actions["runs"].setEnabled(self._document.is_open)
