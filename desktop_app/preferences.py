"""What a person has chosen for the program itself: typed, checked, and told to whatever it acts on at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.settings import Settings
from training.run.setting_field import SettingField, SettingsError


class Preferences(QObject):
    """Values by key. The tables of fields stand next to what they act on; `preference_pages.py` collects them."""

    changed = Signal(str)  # the key

    def __init__(self, settings: Settings, fields: Iterable[SettingField], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._fields = {field.key: field for field in fields}

    @property
    def fields(self) -> Mapping[str, SettingField]:
        return self._fields

    def value(self, key: str) -> Any:
        """What was chosen; the default for what never was, or is not possible (any more)."""
        field = self._fields[key]
        try:
            value = json.loads(self._settings.preference(key))
            field.check(value)
        except (ValueError, SettingsError):
            return field.default
        return value

    def set_value(self, key: str, value: Any) -> None:
        """Raises SettingsError for what is not possible."""
        self._fields[key].check(value)
        if value != self.value(key):
            self._settings.set_preference(key, json.dumps(value))
            self.changed.emit(key)

    def restore_defaults(self) -> None:
        for key, field in self._fields.items():
            self.set_value(key, field.default)

    def follow(self, key: str, apply: Callable[[Any], object]) -> None:
        """Apply the value now, and whenever another one is chosen."""
        apply(self.value(key))
        self.changed.connect(lambda changed: apply(self.value(key)) if changed == key else None)
