"""What can be chosen about runs in general; what a single run is made with stands in the Train sheet."""

from __future__ import annotations

from training.run.setting_field import SettingField, SettingKind

PREFERENCES: tuple[SettingField, ...] = (
    SettingField(
        "alert_at_end",
        SettingKind.FLAG,
        True,
        "Tell when a training has ended",
        "The window asks for attention in the task bar when it is behind others.",
    ),
)
