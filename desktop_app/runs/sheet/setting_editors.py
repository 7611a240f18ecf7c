"""One widget for each kind of setting; what it holds may be wrong, and then it says what is possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from desktop_app.runs.sheet import weights_words
from desktop_app.words import filled
from training.run.machine.imagenet_files import imagenet_file
from training.run.recipes.localizer_defaults import COMPACT
from training.run.settings import Choice, SettingField, SettingKind, SettingsError

LARGEST_SPIN = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Device:
    """Something to train on, as the command line calls it, and in words."""

    id: str
    name: str


class SettingEditor(QWidget):
    """What all editors have: a value that may be impossible, and a sentence then."""

    changed = Signal()

    def __init__(self, field: SettingField, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    def value(self) -> Any:
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        raise NotImplementedError

    def problem(self) -> str:
        """A sentence on what is possible; empty when the value is."""
        try:
            self.field.check(self.value())
        except SettingsError:
            return _limits_of(self.field)
        return ""

    def remark(self) -> str:
        """What is to be known about the value; empty where the setting's help says enough."""
        return ""

    def _place(self, widget: QWidget, stretch: int = 0) -> None:
        widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        widget.setAccessibleName(_label_of(self.field))
        self.setFocusProxy(widget)
        self._layout.addWidget(widget, stretch)


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
        self._browse.clicked.connect(self._on_browse)
        self._layout.addWidget(self._browse)

    def set_value(self, value: Any) -> None:
        if self.combo.findData(value) < 0:
            self.combo.addItem(Path(value).name, value)
        self.combo.setCurrentIndex(self.combo.findData(value))
        self.combo.setToolTip(value if value not in ("random", "imagenet") else "")

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


class _PatientSpinBox(QSpinBox):
    """Turning the wheel scrolls the sheet and changes no number that the pointer happens to pass."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class _PatientComboBox(QComboBox):
    def __init__(self) -> None:
        super().__init__()
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


def _plain(number: float | None) -> str:
    """0.0000001, not 1e-07."""
    return "" if number is None else f"{number:.10f}".rstrip("0").rstrip(".")


def _label_of(field: SettingField) -> str:
    return QCoreApplication.translate("Settings", field.label)


def _limits_of(field: SettingField) -> str:
    tr = QCoreApplication.translate
    low, high = _plain(field.minimum), _plain(field.maximum)
    if field.kind is SettingKind.WHOLE_NUMBER and field.step:
        text = tr("SettingEditors", "A whole number from %1 to %2, in steps of %3.")
        return filled(text, low, high, int(field.step))
    if field.kind is SettingKind.WHOLE_NUMBER:
        return filled(tr("SettingEditors", "A whole number from %1 to %2."), low, high)
    if field.kind is SettingKind.NUMBER:
        return filled(tr("SettingEditors", "A number from %1 to %2."), low, high)
    return tr("SettingEditors", "This is not possible here.")
