"""Projects that travel between people: handed in as a zip, opened again, and merged with one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QWidget

from desktop_app.action_table import ActionRow, make_actions
from desktop_app.background import Job
from desktop_app.dialogs import file_choice
from desktop_app.document.document import Document
from desktop_app.opening_flow import OpeningFlow
from desktop_app.use_flow import UseFlow

if TYPE_CHECKING:
    from training.dataset.project_unzip import Unpacked

NEED_PROJECT = ("hand_in", "merge_project")


class ProjectZips(QObject):
    """A zip that was dropped, chosen or named at the start is a project or a model: a look inside tells."""

    def __init__(self, document: Document, opening: OpeningFlow, use: UseFlow, window: QWidget) -> None:
        super().__init__(window)
        self._document, self._opening, self._use, self._window = document, opening, use, window
        self._looking: Job | None = None
        self._dialogs: list[QDialog] = []
        self._actions = make_actions(self, self._rows())
        opening.archive_given.connect(self.take)
        document.project_opened.connect(self._on_project_opened)
        self._on_project_opened()

    def actions(self) -> list[QAction]:
        return list(self._actions.values())

    def _rows(self) -> list[ActionRow]:
        hand_in_tip = self.tr("Write this project with its photos into one file")
        merge_tip = self.tr("Bring in what somebody else did on the same photos, and see where you disagree")
        open_tip = self.tr("Unpack a project that somebody handed in")
        return [
            ActionRow("hand_in", self.tr("&Hand in as zip…"), self.show_hand_in, (), "export", hand_in_tip),
            ActionRow("open_zip", self.tr("Open a &zip…"), self.ask_for_zip, (), "unfold", open_tip),
            ActionRow(
                "merge_project", self.tr("&Merge with another project…"), self.ask_for_other, (), "merge", merge_tip
            ),
        ]

    def _on_project_opened(self) -> None:
        for name in NEED_PROJECT:
            self._actions[name].setEnabled(self._document.is_open)

    def show_hand_in(self) -> None:
        from desktop_app.dialogs.hand_in_dialog import HandInDialog

        if self._document.is_open:
            self._show(HandInDialog(self._document, self._window))

    def ask_for_zip(self) -> None:
        start = self._document.folder.parent if self._document.is_open else Path.home()
        kinds = self.tr("Projects that were handed in (*.zip)")
        chosen = file_choice.choose_file(self._window, self.tr("Open a zip"), start, kinds)
        if chosen is not None:
            self._show_unpack(chosen)

    def ask_for_other(self) -> None:
        from desktop_app.dialogs.merge_dialog import MergeDialog

        kinds = self.tr("Projects (*.zip *.boxwright)")
        start = self._document.folder.parent
        chosen = file_choice.choose_file(self._window, self.tr("Merge with another project"), start, kinds)
        if chosen is not None:
            self._show(MergeDialog(self._document, chosen, self._window))

    def take(self, path: Path) -> None:
        """Off the event loop: its list of contents may be long."""
        self._forget_looking()
        self._looking = Job(lambda _progress: (path, _is_project_zip(path)))
        self._looking.done.connect(self._on_looked)
        self._looking.start()

    def shut_down(self) -> None:
        """What is being written or unpacked is cancelled, and nothing of it stays."""
        self._forget_looking()
        for dialog in self._dialogs:
            if shiboken6.isValid(dialog):
                dialog.reject()

    def _forget_looking(self) -> None:
        job, self._looking = self._looking, None
        if job is not None:
            job.cancel()
            job.disconnect(self)

    def _on_looked(self, found: tuple[Path, bool]) -> None:
        self._looking = None
        path, is_project = found
        if is_project:
            self._show_unpack(path)
        else:
            self._use.open([path])

    def _show_unpack(self, path: Path) -> None:
        from desktop_app.dialogs.unpack_dialog import UnpackDialog

        dialog = UnpackDialog(path, self._window)
        dialog.unpacked.connect(self._on_unpacked)
        self._show(dialog)

    def _on_unpacked(self, result: Unpacked) -> None:
        self._opening.open(result.folder, "\n".join(map(str, result.problems)))

    def _show(self, dialog: QDialog) -> None:
        """Over its window, without an event loop of its own; it goes when it is closed."""
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        self._dialogs = [open_one for open_one in self._dialogs if shiboken6.isValid(open_one)]
        self._dialogs.append(dialog)
        dialog.show()


def _is_project_zip(path: Path) -> bool:
    from training.dataset.project_unzip import is_project_zip

    return is_project_zip(path)
