"""What the current image is used for: training, validation or test. Only a hand moves an image from one to another."""

from __future__ import annotations

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.document.document import Document
from desktop_app.document.edits import Edits
from training.dataset.dataset import Split


class SplitMenu(QMenu):
    """Nothing is ticked while the image has no split: the next training or export gives it one."""

    def __init__(self, document: Document, edits: Edits, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("&Use for"))
        self._document = document
        self._edits = edits
        self._group = QActionGroup(self)
        self._group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        self._actions = {split: self._add(split, text) for split, text in self._texts().items()}
        self.aboutToShow.connect(self._tick)
        document.current_image_changed.connect(self._on_current_image_changed)
        self._on_current_image_changed(document.current_image)

    def _texts(self) -> dict[Split, str]:
        return {
            Split.TRAIN: self.tr("&Training: the model learns from it"),
            Split.VALIDATION: self.tr("&Validation: judges the model after each epoch"),
            Split.TEST: self.tr("T&est: judges the finished model"),
        }

    def _add(self, split: Split, text: str) -> QAction:
        action = self.addAction(text)
        action.setObjectName(f"use_for_{split.value}")
        action.setCheckable(True)
        action.triggered.connect(lambda _checked=False: self._on_chosen(split))
        self._group.addAction(action)
        return action

    def _on_chosen(self, split: Split) -> None:
        self._edits.set_split(split)
        self._tick()

    def _tick(self) -> None:
        record = self._document.current_record
        for split, action in self._actions.items():
            action.setChecked(record is not None and record.split == split)

    def _on_current_image_changed(self, image: str) -> None:
        self.setEnabled(bool(image))
