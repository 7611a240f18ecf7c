"""What can be chosen about the images."""

from __future__ import annotations

from dataclasses import replace

from training.run.machine.smaller_settings import is_small_computer
from training.run.setting_field import SettingField, SettingKind

USUAL_MEMORY, MEMORY_ON_SMALL_COMPUTER = 600, 150  # MB


def image_preferences() -> tuple[SettingField, ...]:
    """A computer with little memory keeps fewer pictures unless somebody wants more."""
    memory = MEMORY_ON_SMALL_COMPUTER if is_small_computer() else USUAL_MEMORY
    return tuple(replace(field, default=memory) if field.key == "picture_memory" else field for field in PREFERENCES)


PREFERENCES: tuple[SettingField, ...] = (
    SettingField(
        "picture_memory",
        SettingKind.WHOLE_NUMBER,
        USUAL_MEMORY,
        "Memory for pictures, in MB",
        "So much of what was shown, or comes next, is kept decoded; less suits a small computer.",
        minimum=100,
        maximum=16_000,
        step=50,
    ),
)
