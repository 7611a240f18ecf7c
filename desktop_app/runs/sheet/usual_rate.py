"""The learning rate that an optimizer usually has, offered where the chosen one is another."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from PySide6.QtCore import QCoreApplication

from desktop_app.words import filled
from training.run.learning_settings import LEARNING, USUAL_RATES

NAMES = {choice.value: choice.label for field in LEARNING if field.key == "optimizer" for choice in field.choices}


def rate_offer(values: Mapping[str, Any]) -> str:
    """Rich text with a link; empty where the rate is the usual one."""
    optimizer, rate = values["optimizer"], values["learning_rate"]
    usual = USUAL_RATES.get(optimizer)
    if usual is None or rate == usual:
        return ""
    tr = QCoreApplication.translate
    name = tr("Settings", NAMES.get(optimizer, optimizer))
    said = filled(tr("UsualRate", "The usual learning rate of %1 is %2."), name, f"{usual:g}")
    return f'{escape(said)} <a href="#">{escape(tr("UsualRate", "Use it"))}</a>'
