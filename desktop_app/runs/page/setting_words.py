"""A setting's name and value as the Train sheet words them, and those of the settings that the sheet does not ask for."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QCoreApplication

from desktop_app.words import filled
from training.run.settings import SETTINGS, ClassEntry, SettingField, SettingKind, TrainingSettings

_FIELDS = {field.key: field for field in SETTINGS}


def setting_keys() -> list[str]:
    """All settings of a run, those of the sheet first and in its order."""
    others = [field.name for field in fields(TrainingSettings) if field.name not in _FIELDS]
    return [*_FIELDS, *others]


def setting_label(key: str) -> str:
    if key in _FIELDS:
        return QCoreApplication.translate("Settings", _FIELDS[key].label)
    labels = {
        "recipe": _tr("Recipe"),
        "presence": _tr("Learn presence"),
        "image_root": _tr("Folder of the images"),
        "start_from": _tr("Starts from"),
        "classes": _tr("Classes"),
    }
    return labels.get(key, key)


def setting_value(settings: TrainingSettings, key: str) -> str:
    value = getattr(settings, key)
    if key in _FIELDS:
        return _chosen(_FIELDS[key], value)
    if key == "start_from" and not value:
        return _tr("nothing")
    if isinstance(value, tuple):
        return _tr(", ").join(entry.name if isinstance(entry, ClassEntry) else str(entry) for entry in value)
    return _plain(value)


def _chosen(field: SettingField, value: Any) -> str:
    if field.kind is SettingKind.DEVICE:
        return _device(str(value))
    if field.kind is SettingKind.WEIGHTS:
        words = {"random": _tr("From scratch"), "imagenet": _tr("ImageNet")}
        return words.get(value) or PurePath(value).name
    if isinstance(value, tuple):
        return _tr(", ").join(_chosen(field, one) for one in value) or _tr("none")
    for choice in field.choices:
        if choice.value == value:
            return QCoreApplication.translate("Settings", choice.label)
    return _plain(value)


def _device(value: str) -> str:
    words = {"auto": _tr("Automatic"), "cpu": _tr("CPU"), "gpu": _tr("GPU"), "gpus": _tr("All GPUs"), "tpu": _tr("TPU")}
    parts = re.fullmatch(r"cpu:(\d+)", value)
    if parts:
        return filled(_tr("CPU as %1 devices"), parts[1])
    numbered = re.fullmatch(r"gpu:(\d+)", value)
    return filled(_tr("GPU %1"), numbered[1]) if numbered else words.get(value, value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _tr("Yes") if value else _tr("No")
    return f"{value:g}" if isinstance(value, float) else str(value)


def _tr(text: str) -> str:
    return QCoreApplication.translate("SettingEditors", text)
