"""The settings of a run as a table for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from training.run.recipes.localizer_defaults import COMPACT
from training.run.recipes.names import CLASSIFIER
from training.run.settings import SettingField, TrainingSettings, settings_for

NOT_USED = "not used"


@dataclass(frozen=True, slots=True)
class SettingRow:
    """`label`, `value` and `default` are English source texts, or numbers; `is_changed`: it is not the default.

    What had no effect on the run has NOT_USED for its value.
    """

    key: str
    label: str
    value: str
    default: str
    is_changed: bool
    help: str = ""


def setting_rows(settings: TrainingSettings) -> list[SettingRow]:
    """What people can choose, in the order in which they are asked."""
    idle = _without_effect(settings)
    rows = [
        _unused(field) if field.key in idle else _row(field, getattr(settings, field.key))
        for field in settings_for(settings.recipe)
    ]
    if settings.start_from:
        rows.append(SettingRow("start_from", "Starts from", settings.start_from, "", is_changed=True))
    return rows


def _without_effect(settings: TrainingSettings) -> set[str]:
    """Settings that this run did not look at, whatever stands in them."""
    idle = set()
    if settings.architecture != COMPACT:
        idle.add("model_size")
    if not settings.augment:
        idle.add("augmentations")
    if settings.optimizer == "adam":
        idle.add("weight_decay")
    if settings.recipe == CLASSIFIER:
        is_pretrained = settings.weights != "random"
        idle |= set() if settings.has_two_phases else {"fine_tune_layers"}
        idle |= set() if is_pretrained else {"fine_tune_epochs"}
        idle |= set() if is_pretrained and settings.augment else {"feature_copies"}
        idle |= {"crop_margin"} if settings.source == "images" else set()
    return idle


def _unused(field: SettingField) -> SettingRow:
    return SettingRow(field.key, field.label, NOT_USED, "", is_changed=False, help=field.help)


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
