"""The widgets of settings that are one or several of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QMenu, QPushButton, QVBoxLayout, QWidget, QWidgetAction

from desktop_app.runs.sheet.setting_editor import SettingEditor
from desktop_app.words import filled
from training.run.settings import Choice, SettingField


@dataclass(frozen=True, slots=True)
class Device:
    """Something to train on, as the command line calls it, and in words."""

    id: str
    name: str


class ChoiceEditor(SettingEditor):
    def __init__(self, field: SettingField, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.combo = _PatientComboBox()
        self.combo.setMaxVisibleItems(16)
        self._offer(field.choices)
        self.combo.currentIndexChanged.connect(self.changed)
        self._place(self.combo, 1)

    def _offer(self, choices: Sequence[Choice]) -> None:
        for choice in choices:
            self.combo.addItem(QCoreApplication.translate("Settings", choice.label), choice.value)

    def offer_choices(self, choices: Sequence[Choice]) -> None:
        """Others than before; what was chosen stays so if it is among them."""
        offered = [self.combo.itemData(place) for place in range(self.combo.count())]
        if offered == [choice.value for choice in choices]:
            return
        chosen = self.value()
        self.combo.clear()
        self._offer(choices)
        self.combo.setCurrentIndex(max(0, self.combo.findData(chosen)))

    def value(self) -> Any:
        return self.combo.currentData()

    def set_value(self, value: Any) -> None:
        """A value that is not offered is added, so that what was chosen elsewhere is not lost."""
        if self.combo.findData(value) < 0:
            self.combo.addItem(str(value), value)
        self.combo.setCurrentIndex(self.combo.findData(value))


class SeveralEditor(SettingEditor):
    """A button that says how many are chosen; its list stays open while they are ticked. Another one shows what they do."""

    preview_asked = Signal()

    def __init__(self, field: SettingField, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.boxes = {
            choice.value: QCheckBox(QCoreApplication.translate("Settings", choice.label)) for choice in field.choices
        }
        self._button = QPushButton()
        self._button.setAutoDefault(False)
        self._button.setMenu(self._menu())
        self._place(self._button, 1)
        self.preview_button = QPushButton(QCoreApplication.translate("SettingEditors", "Preview…"))
        self.preview_button.setAutoDefault(False)
        tip = QCoreApplication.translate("SettingEditors", "See on your own images what these changes do")
        self.preview_button.setToolTip(tip)
        self.preview_button.clicked.connect(self.preview_asked)
        self._layout.addWidget(self.preview_button)
        self._tell()

    def value(self) -> tuple[str, ...]:
        return tuple(value for value, box in self.boxes.items() if box.isChecked())

    def set_value(self, value: Any) -> None:
        for name, box in self.boxes.items():
            box.setChecked(name in value)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        listed = QWidget()
        layout = QVBoxLayout(listed)
        layout.setContentsMargins(12, 8, 16, 8)
        for box in self.boxes.values():
            box.toggled.connect(self._tell)
            layout.addWidget(box)
        action = QWidgetAction(menu)
        action.setDefaultWidget(listed)
        menu.addAction(action)
        return menu

    def _tell(self) -> None:
        text = QCoreApplication.translate("SettingEditors", "%1 of %2")
        self._button.setText(filled(text, str(len(self.value())), str(len(self.boxes))))
        self.changed.emit()


class DeviceEditor(ChoiceEditor):
    """Automatic and the CPU at once; GPUs when somebody has looked for them."""

    def __init__(self, field: SettingField, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        tr = QCoreApplication.translate
        self._offer((Choice("auto", tr("SettingEditors", "Automatic")), Choice("cpu", tr("SettingEditors", "CPU"))))

    def offer_devices(self, devices: Sequence[Device]) -> None:
        """What there really is; a GPU that was chosen once and is gone becomes automatic."""
        chosen = self.value()
        while self.combo.count() > 2:
            self.combo.removeItem(2)
        for device in devices:
            self.combo.addItem(device.name, device.id)
        self.combo.setCurrentIndex(max(0, self.combo.findData(chosen)))


class _PatientComboBox(QComboBox):
    """Turning the wheel scrolls the sheet and chooses nothing that the pointer happens to pass."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
