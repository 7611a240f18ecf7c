"""Which changes of the training images people can choose, and what a choice of them means. No Keras, no OpenCV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.run.recipes.names import CLASSIFIER
from training.run.setting_field import Choice, SettingField, SettingKind

if TYPE_CHECKING:  # whoever only reads settings loads no library for pictures
    from training.run.samples.augmentation import Augmentation
    from training.run.settings import TrainingSettings

KINDS = (
    Choice("flip", "Mirror left to right"),
    Choice("flip_vertical", "Mirror top to bottom"),
    Choice("turns", "Quarter turns"),
    Choice("tilt", "Tilt"),
    Choice("zoom", "Zoom"),
    Choice("shift", "Shift"),
    Choice("stretch", "Stretch"),
    Choice("light", "Brightness and contrast"),
    Choice("colour", "Colours"),
    Choice("blur", "Blur"),
    Choice("noise", "Noise"),
    Choice("erase", "Erase a part"),
)
USUAL = ("flip", "zoom", "shift", "stretch", "light", "colour")

AUGMENTING = (
    SettingField(
        "augment",
        SettingKind.FLAG,
        True,
        "Vary the images",
        "Change the training images anew in each epoch, as chosen below; boxes move with them.",
    ),
    SettingField(
        "augmentations",
        SettingKind.SEVERAL,
        USUAL,
        "Changes",
        "Choose what may happen to your pictures too: no mirroring where left and right matter, as with digits and letters.",
        choices=KINDS,
    ),
)


def augmentation_of(settings: TrainingSettings) -> Augmentation | None:
    """None where the images stay as they are."""
    from training.run.samples.augmentation import Augmentation

    if not settings.augment or not settings.augmentations:
        return None
    return Augmentation.of(settings.augmentations, gentle=settings.recipe == CLASSIFIER)
