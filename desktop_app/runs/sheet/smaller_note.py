"""A line in the Train sheet, when a computer with little memory proposes smaller settings than usual."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_app.small_widgets import muted_label, push_button
from desktop_app.words import filled
from training.run.settings import SETTINGS


class SmallerNote(QWidget):
    """Hidden while the settings are not the smaller ones."""

    usual_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("smaller_note")
        self._text = muted_label(wrap=True)
        tip = self.tr("They learn more, but need more memory and time")
        self.usual_button = push_button(self.tr("Take the usual ones"), self.usual_asked.emit, tip=tip)
        self.usual_button.setAutoDefault(False)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._text, 1)
        line.addWidget(self.usual_button)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def show_for(self, smaller: Mapping[str, Any]) -> None:
        labels = {field.key: QCoreApplication.translate("Settings", field.label) for field in SETTINGS}
        told = self.tr(", ").join(f"{labels[key].lower()} {value}" for key, value in smaller.items())
        self._text.setText(filled(self.tr("Smaller settings for this computer, which has little memory: %1."), told))
        self.setVisible(bool(smaller))
