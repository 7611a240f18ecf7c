"""What the widgets of all kinds of settings have in common."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop_app.words import filled
from training.run.settings import SettingField, SettingKind, SettingsError


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

    def take_field(self, field: SettingField) -> None:
        """The same setting with other limits or another use."""
        self.field = field
        edited = self.focusProxy()
        if edited is not None:
            edited.setToolTip(self.help_text)

    @property
    def help_text(self) -> str:
        """What the setting does."""
        return QCoreApplication.translate("Settings", self.field.help)

    def _place(self, widget: QWidget, stretch: int = 0) -> None:
        widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        widget.setAccessibleName(_label_of(self.field))
        widget.setToolTip(self.help_text)
        self.setFocusProxy(widget)
        self._layout.addWidget(widget, stretch)


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
