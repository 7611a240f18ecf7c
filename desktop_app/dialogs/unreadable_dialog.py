"""Every image of the project that can't be read, with the reason, in one list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialogButtonBox, QWidget

from desktop_app.dialogs.job_dialog import JobDialog
from desktop_app.dialogs.problem_list import ProblemList
from desktop_app.document.document import Document
from desktop_app.words import counted
from training.dataset.dataset import Problem
from training.dataset.image_checking import unreadable

SIZE = (720, 460)


class UnreadableDialog(JobDialog):
    """Shows at once what is `known`, reads all images in the background, then shows what it found."""

    checked = Signal(object)  # the problems of all images, as a list

    def __init__(self, document: Document, known: Sequence[Problem], parent: QWidget | None = None) -> None:
        super().__init__(parent, QDialogButtonBox.StandardButton.Close)
        self.setWindowTitle(self.tr("Images that can’t be read"))
        self.resize(*SIZE)
        self._count = len(document.images)
        self.problems = ProblemList()
        layout = self._lay_out(self._summary, self._progress, self.problems)
        layout.setStretchFactor(self.problems, 1)
        document.closing.connect(self.reject)
        self.problems.show_problems(self.tr("Known so far:"), known)
        self._read(document)

    def _read(self, document: Document) -> None:
        folder, images = document.folder, document.images
        self._work(
            counted(len(images), self.tr("Reading 1 image…"), self.tr("Reading all %n images…")),
            lambda progress: unreadable(folder, images, progress),
            self._on_read,
        )

    def _on_read(self, found: list[Problem]) -> None:
        self.checked.emit(found)
        title = counted(len(found), self.tr("1 file can’t be read:"), self.tr("%n files can’t be read:"))
        self.problems.show_problems(title, found)
        if found:
            self._summary.setText(self.tr("They stay as they are; training and prediction leave them out."))
        else:
            one, many = self.tr("The only image can be read."), self.tr("All %n images can be read.")
            self._summary.setText(counted(self._count, one, many))
