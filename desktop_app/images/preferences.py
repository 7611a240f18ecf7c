"""What can be chosen about the images."""

from __future__ import annotations

from training.run.setting_field import SettingField, SettingKind

PREFERENCES: tuple[SettingField, ...] = (
    SettingField(
        "picture_memory",
        SettingKind.WHOLE_NUMBER,
        600,
        "Memory for pictures, in MB",
        "So much of what was shown, or comes next, is kept decoded; less suits a small computer.",
        minimum=100,
        maximum=16_000,
        step=50,
    ),
)
