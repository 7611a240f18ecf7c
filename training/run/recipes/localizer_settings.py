"""Settings that only the localizer has."""

from __future__ import annotations

from training.run.recipes import localizer_defaults as localizer
from training.run.recipes.names import LOCALIZER
from training.run.setting_field import Choice, SettingField, SettingKind

LOCALIZER_ONLY: tuple[SettingField, ...] = (
    SettingField(
        "box_loss",
        SettingKind.CHOICE,
        localizer.BOX_LOSS,
        "Box loss",
        "What makes a box bad: how far its numbers are off, how little it overlaps the drawn one (GIoU, CIoU), or both.",
        choices=(
            Choice("l1+giou", "L1 and GIoU"),
            Choice("giou", "GIoU"),
            Choice("ciou", "CIoU"),
            Choice("l1", "L1 distance"),
            Choice("huber", "Huber distance"),
            Choice("mse", "Mean squared error"),
        ),
        recipes=(LOCALIZER,),
    ),
    SettingField(
        "box_encoding",
        SettingKind.CHOICE,
        localizer.BOX_ENCODING,
        "Box numbers",
        "What the network learns to say of a box: its centre and size, two corners, or how far each edge is away.",
        choices=(
            Choice("centre_size", "Centre and size"),
            Choice("corners", "Two corners"),
            Choice("edges", "Distances of the edges"),
        ),
        recipes=(LOCALIZER,),
    ),
    SettingField(
        "class_loss_weight",
        SettingKind.NUMBER,
        localizer.CLASS_LOSS_WEIGHT,
        "Weight of the class",
        "How much a wrong class counts.",
        minimum=0.0,
        maximum=1000.0,
        recipes=(LOCALIZER,),
    ),
    SettingField(
        "box_loss_weight",
        SettingKind.NUMBER,
        localizer.BOX_LOSS_WEIGHT,
        "Weight of the box",
        "How much a wrong box counts.",
        minimum=0.0,
        maximum=1000.0,
        recipes=(LOCALIZER,),
    ),
    SettingField(
        "presence_loss_weight",
        SettingKind.NUMBER,
        localizer.PRESENCE_LOSS_WEIGHT,
        "Weight of presence",
        "How much it counts to be wrong about whether, and where, there is an object at all.",
        minimum=0.0,
        maximum=1000.0,
        recipes=(LOCALIZER,),
    ),
)
