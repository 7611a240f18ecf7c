"""What can be chosen about the canvas."""

from __future__ import annotations

from training.run.setting_field import Choice, SettingField, SettingKind

OUTLINES = {"thin": 1.0, "normal": 2.0, "thick": 3.5}  # screen pixels
WHEEL_ZOOMS, WHEEL_MOVES = "zooms", "moves"

PREFERENCES: tuple[SettingField, ...] = (
    SettingField(
        "outline",
        SettingKind.CHOICE,
        "normal",
        "Lines of boxes",
        "How wide the outlines of boxes are.",
        choices=(Choice("thin", "Thin"), Choice("normal", "Normal"), Choice("thick", "Thick")),
    ),
    SettingField(
        "names",
        SettingKind.FLAG,
        True,
        "Names beside boxes",
        "Without them, a box tells its class when it is chosen or the pointer is over it.",
    ),
    SettingField(
        "guides",
        SettingKind.FLAG,
        True,
        "Lines through the pointer",
        "While drawing, two lines show where the edges of the next box will lie.",
    ),
    SettingField(
        "wheel",
        SettingKind.CHOICE,
        WHEEL_ZOOMS,
        "The wheel",
        "Ctrl and the wheel zoom either way.",
        choices=(Choice(WHEEL_ZOOMS, "Zooms"), Choice(WHEEL_MOVES, "Moves the image")),
    ),
)
