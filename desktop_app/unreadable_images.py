"""The list of all images that can't be read, and what the list of images learns from it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from desktop_app.action_table import ActionRow, make_action
from desktop_app.document.document import Document
from desktop_app.images.image_panel import ImagePanel
from training.dataset.dataset import Problem


class UnreadableImages(QObject):
    def __init__(self, document: Document, images: ImagePanel, window: QWidget) -> None:
        super().__init__(window)
        self._document = document
        self._images = images
        self._window = window
        tip = self.tr("Read all images, and list those that can’t be read with the reason")
        text = self.tr("&Images that can’t be read…")
        self._action = make_action(self, ActionRow("unreadable", text, self.show_list, tip=tip))
        images.offer_problems(self._action)
        document.project_opened.connect(self._on_project_opened)
        self._on_project_opened()

    def actions(self) -> list[QAction]:
        return [self._action]

    def show_list(self) -> None:
        from desktop_app.dialogs.unreadable_dialog import UnreadableDialog

        known = [Problem(image, None, reason) for image, reason in self._images.model.problems.items()]
        dialog = UnreadableDialog(self._document, known, self._window)
        dialog.checked.connect(self._on_checked)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.show()

    def _on_project_opened(self) -> None:
        self._action.setEnabled(self._document.is_open)

    def _on_checked(self, problems: list[Problem]) -> None:
        self._images.model.set_problems({problem.file: problem.reason for problem in problems})
