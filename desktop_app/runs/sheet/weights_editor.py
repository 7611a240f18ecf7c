"""The widget of the setting that says from which weights a training starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_app.runs.sheet import weights_words
from desktop_app.runs.sheet.choice_editors import ChoiceEditor
from training.run.machine.imagenet_files import imagenet_file
from training.run.recipes.localizer_defaults import COMPACT
from training.run.settings import Choice, SettingField


class WeightsEditor(ChoiceEditor):
    """From scratch, ImageNet's or a file; what that means is told for the network that starts from them."""

    def __init__(self, field: SettingField, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        tr = QCoreApplication.translate
        self._network = COMPACT, 0
        self._random = Choice("random", tr("SettingEditors", "From scratch"))
        self._imagenet = Choice("imagenet", tr("SettingEditors", "ImageNet"))
        self._offer((self._random, self._imagenet))
        self._browse = QPushButton(tr("SettingEditors", "File…"))
        self._browse.setAutoDefault(False)
        self._browse.setToolTip(tr("SettingEditors", "Choose a file of weights that lies on this computer"))
        self._browse.clicked.connect(self._on_browse)
        self._layout.addWidget(self._browse)

    def set_value(self, value: Any) -> None:
        if self.combo.findData(value) < 0:
            self.combo.addItem(Path(value).name, value)
        self.combo.setCurrentIndex(self.combo.findData(value))
        self.combo.setToolTip(value if value not in ("random", "imagenet") else self.help_text)

    def set_network(self, architecture: str, input_size: int) -> None:
        self._network = architecture, input_size
        self._set_imagenet_possible(imagenet_file(architecture, input_size) is not None)

    def _set_imagenet_possible(self, possible: bool) -> None:
        index = self.combo.findData("imagenet")
        if possible and index < 0:
            self.combo.insertItem(1, self._imagenet.label, self._imagenet.value)
        elif not possible and index >= 0:
            if self.combo.currentIndex() == index:
                self.combo.setCurrentIndex(self.combo.findData("random"))
            self.combo.removeItem(index)

    def problem(self) -> str:
        return weights_words.problem(self.value())

    def remark(self) -> str:
        return weights_words.sentence(self.value(), *self._network)

    def _on_browse(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        tr = QCoreApplication.translate
        kinds = tr("SettingEditors", "Weights (*.h5 *.keras)")
        file, _ = QFileDialog.getOpenFileName(self, tr("SettingEditors", "Starting weights"), "", kinds)
        if file:
            self.set_value(file)
