"""The settings of a run as a table for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from training.run.settings import SettingField, TrainingSettings, settings_for


@dataclass(frozen=True, slots=True)
class SettingRow:
    """`label`, `value` and `default` are English source texts, or numbers; `is_changed`: it is not the default."""

    key: str
    label: str
    value: str
    default: str
    is_changed: bool
    help: str = ""


def setting_rows(settings: TrainingSettings) -> list[SettingRow]:
    """What people can choose, in the order in which they are asked."""
    rows = [_row(field, getattr(settings, field.key)) for field in settings_for(settings.recipe)]
    if settings.start_from:
        rows.append(SettingRow("start_from", "Starts from", settings.start_from, "", is_changed=True))
    return rows


def _row(field: SettingField, value: Any) -> SettingRow:
    shown, default = shown_value(field, value), shown_value(field, field.default)
    return SettingRow(field.key, field.label, shown, default, value != field.default, field.help)


def shown_value(field: SettingField, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return ", ".join(shown_value(field, one) for one in value) or "none"
    return next((choice.label for choice in field.choices if choice.value == value), str(value))
