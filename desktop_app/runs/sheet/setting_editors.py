"""One widget for each kind of setting; what it holds may be wrong, and then it says what is possible."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QSpinBox, QWidget

from desktop_app.runs.sheet.choice_editors import ChoiceEditor, DeviceEditor, SeveralEditor
from desktop_app.runs.sheet.setting_editor import SettingEditor
from desktop_app.runs.sheet.weights_editor import WeightsEditor
from desktop_app.small_widgets import with_room_at_left
from training.run.settings import SettingField, SettingKind

LARGEST_SPIN = 2**31 - 1


class WholeNumberEditor(SettingEditor):
    def __init__(self, field: SettingField, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._spin = _PatientSpinBox()
        # Wider than the limits: a number outside them is explained, not silently made another one.
        self._spin.setRange(-LARGEST_SPIN, LARGEST_SPIN)
        self._spin.setSingleStep(int(field.step or 1))
        self._spin.setGroupSeparatorShown(False)
        self._spin.valueChanged.connect(self.changed)
        self._place(self._spin)

    def value(self) -> int:
        return self._spin.value()

    def set_value(self, value: Any) -> None:
        self._spin.setValue(int(value))


class NumberEditor(SettingEditor):
    """A line for a number: steps make no sense where limits are powers of ten apart."""

    def __init__(self, field: SettingField, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._line = QLineEdit()
        self._line.textChanged.connect(self.changed)
        self._place(self._line)

    def value(self) -> float | str:
        text = self._line.text().strip()
        try:
            return float(text.replace(",", "."))
        except ValueError:
            return text

    def set_value(self, value: Any) -> None:
        self._line.setText(f"{value:g}")


class FlagEditor(SettingEditor):
    def __init__(self, field: SettingField, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._box = QCheckBox(QCoreApplication.translate("SettingEditors", "Yes"))
        self._box.toggled.connect(self.changed)
        self._place(self._box)

    def value(self) -> bool:
        return self._box.isChecked()

    def set_value(self, value: Any) -> None:
        self._box.setChecked(bool(value))


class _PatientSpinBox(QSpinBox):
    """Turning the wheel scrolls the sheet and changes no number that the pointer happens to pass."""

    def __init__(self) -> None:
        super().__init__()
        with_room_at_left(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


EDITORS: dict[SettingKind, type[SettingEditor]] = {
    SettingKind.WHOLE_NUMBER: WholeNumberEditor,
    SettingKind.NUMBER: NumberEditor,
    SettingKind.FLAG: FlagEditor,
    SettingKind.CHOICE: ChoiceEditor,
    SettingKind.SEVERAL: SeveralEditor,
    SettingKind.DEVICE: DeviceEditor,
    SettingKind.WEIGHTS: WeightsEditor,
}
