"""A project that somebody else has open: it may be looked at, tried again, or copied and worked on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QWidget

from desktop_app.busy_project_bar import BusyProjectBar
from desktop_app.document.document import Document
from desktop_app.document.opening import BusyProject
from desktop_app.opening_flow import OpeningFlow
from desktop_app.settings import Settings
from training.dataset.is_there import is_file, is_there
from training.dataset.store import PROJECT_NAME

if TYPE_CHECKING:
    from training.dataset.project_copy import CopiedProject


class SharedProject(QObject):
    """Shows the bar and does what its buttons say."""

    def __init__(self, document: Document, opening: OpeningFlow, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._document, self._opening, self._settings, self._window = document, opening, settings, window
        self._busy: BusyProject | None = None
        self._dialog: QDialog | None = None
        self.bar = BusyProjectBar()
        self.bar.own_copy_asked.connect(self._open_own_copy)
        self.bar.copy_asked.connect(self._show_copy_dialog)
        self.bar.look_asked.connect(self._look)
        self.bar.try_again_asked.connect(self._try_again)
        document.project_busy.connect(self._on_project_busy)
        document.project_opened.connect(self._on_project_opened)

    def _on_project_busy(self, project: BusyProject) -> None:
        self._busy = project
        if self._is_looking_at(project):
            self._document.message_sent.emit(self.tr("It is still open elsewhere."))
            self.bar.show_looking(project, has_copy=self._own_copy() is not None)
        else:
            self.bar.show_busy(project, has_copy=self._own_copy() is not None)

    def _on_project_opened(self) -> None:
        if self._busy is not None and self._is_looking_at(self._busy):
            self.bar.show_looking(self._busy, has_copy=self._own_copy() is not None)
        else:
            self.bar.hide()

    def _is_looking_at(self, project: BusyProject) -> bool:
        return self._document.is_read_only and self._document.folder == project.folder

    def _own_copy(self) -> Path | None:
        """What was made of this project before, newest way first, if it is there still."""
        if self._busy is None:
            return None
        folder = self._settings.copy_of(self._busy.folder)
        if folder is not None and (is_file(folder) or is_file(folder / PROJECT_NAME)):
            return folder
        boxes = self._busy.own_boxes
        return boxes if boxes is not None and is_there(boxes) else None

    def _open_own_copy(self) -> None:
        copy = self._own_copy()
        if copy is not None:
            self.bar.hide()
            self._opening.open(copy)

    def _look(self) -> None:
        if self._busy is not None:
            place = self._settings.place_in(self._busy.folder)
            self._document.open_folder(self._busy.project_file, place, read_only=True)

    def _try_again(self) -> None:
        if self._busy is not None:
            place = self._document.current_image if self._is_looking_at(self._busy) else ""
            place = place or self._settings.place_in(self._busy.folder)
            self._document.open_folder(self._busy.project_file, place)

    def _show_copy_dialog(self) -> None:
        from desktop_app.dialogs.copy_dialog import CopyDialog

        if self._busy is None:
            return
        dialog = self._dialog = CopyDialog(self._busy, self._window)
        dialog.copied.connect(self._on_copied)
        dialog.finished.connect(self._on_dialog_finished)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.show()

    def shut_down(self) -> None:
        """A copy that is being made is cancelled, and nothing of it stays."""
        if self._dialog is not None:
            self._dialog.reject()

    def _on_dialog_finished(self) -> None:
        self._dialog = None

    def _on_copied(self, copy: CopiedProject) -> None:
        if self._busy is not None:
            self._settings.remember_copy(self._busy.folder, copy.place)
        self._opening.open(copy.place, "\n".join(map(str, copy.problems)))
