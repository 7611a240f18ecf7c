"""The settings table: each setting once, with its limits, its default and its words."""

from __future__ import annotations

from typing import Any

from training.run import localizer_defaults as localizer
from training.run.setting_field import Choice, SettingField, SettingKind

SETTINGS: tuple[SettingField, ...] = (
    SettingField(
        "model_size",
        SettingKind.CHOICE,
        localizer.MODEL_SIZE,
        "Model size",
        "A larger model can learn more and trains slower.",
        choices=(Choice("small", "Small"), Choice("medium", "Medium"), Choice("large", "Large")),
        basic=True,
    ),
    SettingField(
        "input_size",
        SettingKind.WHOLE_NUMBER,
        localizer.INPUT_SIZE,
        "Input size",
        "Images are fitted into a square of this many pixels; raise it for small objects.",
        minimum=localizer.INPUT_SIZE_LIMITS[0],
        maximum=localizer.INPUT_SIZE_LIMITS[1],
        step=32,
        basic=True,
    ),
    SettingField(
        "epochs",
        SettingKind.WHOLE_NUMBER,
        localizer.EPOCHS,
        "Epochs",
        "How often the training goes through all images.",
        minimum=1,
        maximum=10_000,
        basic=True,
    ),
    SettingField(
        "batch_size",
        SettingKind.WHOLE_NUMBER,
        localizer.BATCH_SIZE,
        "Batch size",
        "How many images are learned from at once; lower it when memory runs out.",
        minimum=1,
        maximum=1024,
        basic=True,
    ),
    SettingField(
        "learning_rate",
        SettingKind.NUMBER,
        localizer.LEARNING_RATE,
        "Learning rate",
        "The highest size of a learning step; lower it when the loss jumps.",
        minimum=1e-7,
        maximum=1.0,
        basic=True,
    ),
    SettingField(
        "seed",
        SettingKind.WHOLE_NUMBER,
        localizer.SEED,
        "Seed",
        "The same seed gives the same figures on the same machine.",
        minimum=0,
        maximum=2**31 - 1,
        basic=True,
    ),
    SettingField(
        "device",
        SettingKind.DEVICE,
        "auto",
        "Device",
        "Where to train; chosen automatically it is the first GPU, otherwise the CPU.",
        basic=True,
    ),
    SettingField(
        "architecture",
        SettingKind.CHOICE,
        localizer.ARCHITECTURE,
        "Network",
        "The compact network learns from scratch; the others are those of keras.applications.",
        choices=(Choice(localizer.COMPACT, "Compact"), *(Choice(name, name) for name in localizer.KERAS_BACKBONES)),
        option_name="backbone",
    ),
    SettingField(
        "weights",
        SettingKind.WEIGHTS,
        localizer.WEIGHTS,
        "Starting weights",
        "What a network of keras.applications starts from; ImageNet's weights are fetched on first use.",
    ),
    SettingField(
        "box_loss",
        SettingKind.CHOICE,
        localizer.BOX_LOSS,
        "Box loss",
        "What makes a predicted box bad.",
        choices=(Choice("l1+giou", "L1 and GIoU"), Choice("giou", "GIoU"), Choice("mse", "Mean squared error")),
    ),
    SettingField(
        "class_loss_weight",
        SettingKind.NUMBER,
        localizer.CLASS_LOSS_WEIGHT,
        "Weight of the class",
        "How much a wrong class counts.",
        minimum=0.0,
        maximum=1000.0,
    ),
    SettingField(
        "box_loss_weight",
        SettingKind.NUMBER,
        localizer.BOX_LOSS_WEIGHT,
        "Weight of the box",
        "How much a wrong box counts.",
        minimum=0.0,
        maximum=1000.0,
    ),
    SettingField(
        "presence_loss_weight",
        SettingKind.NUMBER,
        localizer.PRESENCE_LOSS_WEIGHT,
        "Weight of presence",
        "How much it counts to be wrong about whether there is an object at all.",
        minimum=0.0,
        maximum=1000.0,
    ),
    SettingField(
        "augment",
        SettingKind.FLAG,
        True,
        "Vary the images",
        "Flip, move, scale and light the training images anew in each epoch; boxes move with them.",
    ),
    SettingField(
        "threads",
        SettingKind.WHOLE_NUMBER,
        0,
        "Threads",
        "How many processor threads to use; 0 means all.",
        minimum=0,
        maximum=1024,
    ),
)


def default_of(key: str) -> Any:
    return next(field.default for field in SETTINGS if field.key == key)
