"""Every setting of a run as a form, made from the settings table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QWidget

from desktop_app.runs.sheet.setting_editors import (
    EDITORS,
    Device,
    DeviceEditor,
    SettingEditor,
    WeightsEditor,
)
from desktop_app.small_widgets import muted_label
from desktop_app.style import theme
from training.run.localizer_defaults import COMPACT
from training.run.recipes.names import LOCALIZER
from training.run.settings import SettingField, SettingsError, settings_for

EDITOR_WIDTH = 210
EDITOR_HEIGHT = 28


class SettingRow:
    """A label, an editor, and beside it a sentence: what the setting does, or what is possible."""

    def __init__(self, field: SettingField) -> None:
        self.field = field
        self.label = QLabel(QCoreApplication.translate("Settings", field.label))
        self.editor: SettingEditor = EDITORS[field.kind](field)
        self.editor.setFixedWidth(EDITOR_WIDTH)
        self.editor.setMinimumHeight(EDITOR_HEIGHT)
        self.label.setBuddy(self.editor)
        self.sentence = muted_label(wrap=True)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_sentence(self) -> None:
        problem = self.editor.problem()
        self.sentence.setStyleSheet(f"color: {theme().problem};" if problem else "")
        self.sentence.setText(problem or QCoreApplication.translate("Settings", self.field.help))

    def set_enabled(self, enabled: bool) -> None:
        self.label.setEnabled(enabled)
        self.editor.setEnabled(enabled)


class SettingsForm(QWidget):
    """Holds values by key; `changed` tells of every keystroke, `problems` what is not possible."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = {field.key: SettingRow(field) for field in settings_for(LOCALIZER)}
        self._place_rows()
        self.restore_defaults()
        for row in self._rows.values():
            row.show_sentence()
            row.editor.changed.connect(self._on_changed)
        self._rows["architecture"].editor.changed.connect(self._on_architecture_changed)
        self._follow_architecture()

    def _place_rows(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 8, 4)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(2, 1)
        basic = [row for row in self._rows.values() if row.field.basic]
        advanced = [row for row in self._rows.values() if not row.field.basic]
        for row in basic:
            self._place_row(grid, row)
        grid.addWidget(_line(), grid.rowCount(), 0, 1, 3)
        for row in advanced:
            self._place_row(grid, row)

    def _place_row(self, grid: QGridLayout, row: SettingRow) -> None:
        place = grid.rowCount()
        grid.addWidget(row.label, place, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(row.editor, place, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(row.sentence, place, 2, Qt.AlignmentFlag.AlignVCenter)

    def values(self) -> dict[str, Any]:
        return {key: row.editor.value() for key, row in self._rows.items()}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Take over the values that are known and possible; the others stay as they are."""
        for key in [key for key in self._rows if key in values]:
            row = self._rows[key]
            try:
                row.field.check(values[key])
            except SettingsError:
                continue
            row.editor.set_value(values[key])

    def restore_defaults(self) -> None:
        self.set_values({field.key: field.default for field in settings_for(LOCALIZER)})

    def problems(self) -> list[str]:
        return [sentence for row in self._rows.values() if (sentence := row.editor.problem())]

    def editor(self, key: str) -> SettingEditor:
        return self._rows[key].editor

    def sentence_beside(self, key: str) -> str:
        return self._rows[key].sentence.text()

    def offer_devices(self, devices: Sequence[Device]) -> None:
        editor = self.editor("device")
        assert isinstance(editor, DeviceEditor)
        editor.offer_devices(devices)

    def device_name(self) -> str:
        editor = self.editor("device")
        assert isinstance(editor, DeviceEditor)
        return editor.combo.currentText()

    def _on_changed(self) -> None:
        for row in self._rows.values():
            row.show_sentence()
        self.changed.emit()

    def _on_architecture_changed(self) -> None:
        """The compact network starts from scratch; the others are worth their while with ImageNet's weights."""
        compact = self._follow_architecture()
        if not compact and self.editor("weights").value() == "random":
            self.editor("weights").set_value("imagenet")

    def _follow_architecture(self) -> bool:
        compact = bool(self.editor("architecture").value() == COMPACT)
        weights = self.editor("weights")
        assert isinstance(weights, WeightsEditor)
        weights.set_imagenet_possible(not compact)
        self._rows["model_size"].set_enabled(compact)
        return compact


def summary(values: Mapping[str, Any], device: str) -> str:
    """The settings that matter most, in one line."""
    tr = QCoreApplication.translate
    table = {field.key: field for field in settings_for(LOCALIZER)}

    def chosen(key: str) -> str:
        labels = {choice.value: choice.label for choice in table[key].choices}
        return tr("Settings", labels.get(values[key], str(values[key])))

    network = chosen("architecture")
    if values["architecture"] == COMPACT:
        network = tr("SettingsForm", "%1 network, %2").replace("%2", chosen("model_size").lower())
        network = network.replace("%1", chosen("architecture"))
    size = tr("SettingsForm", "%1 px").replace("%1", str(values["input_size"]))
    epochs = tr("SettingsForm", "%1 epochs").replace("%1", str(values["epochs"]))
    return " · ".join([network, _weights_word(values), size, epochs, device])


def _weights_word(values: Mapping[str, Any]) -> str:
    if values.get("start_from"):
        return QCoreApplication.translate("SettingsForm", "from an earlier run")
    weights: str = values["weights"]
    words = {
        "random": QCoreApplication.translate("SettingsForm", "from scratch"),
        "imagenet": QCoreApplication.translate("SettingsForm", "ImageNet weights"),
    }
    return words.get(weights) or QCoreApplication.translate("SettingsForm", "weights from a file")


def _line() -> QFrame:
    line = QFrame()
    line.setFrameShape(QFrame.Shape.HLine)
    line.setStyleSheet(f"color: {theme().border};")
    return line
