"""The settings table: each setting once, with its limits, its default and its words."""

from __future__ import annotations

from typing import Any

from training.run.augmentation_settings import AUGMENTING
from training.run.learning_settings import LEARNING
from training.run.recipes import classifier_defaults as classifier
from training.run.recipes import localizer_defaults as localizer
from training.run.recipes.classifier_settings import CLASSIFIER_ONLY
from training.run.recipes.localizer_settings import LOCALIZER_ONLY
from training.run.recipes.names import CLASSIFIER, LOCALIZER
from training.run.setting_field import Choice, SettingField, SettingKind

_COMMON: tuple[SettingField, ...] = (
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
        defaults={CLASSIFIER: classifier.INPUT_SIZE},
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
        defaults={CLASSIFIER: classifier.EPOCHS},
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
        defaults={CLASSIFIER: classifier.BATCH_SIZE},
    ),
    SettingField(
        "learning_rate",
        SettingKind.NUMBER,
        localizer.LEARNING_RATE,
        "Learning rate",
        "The highest size of a learning step; lower it when the loss jumps. What is usual depends on the optimizer.",
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
        "Where to train; chosen automatically it is the GPU, all of them if there are several, otherwise the CPU. "
        "cpu:N is the CPU as N devices, to try that out; TPUs are untried.",
        basic=True,
    ),
    SettingField(
        "architecture",
        SettingKind.CHOICE,
        localizer.ARCHITECTURE,
        "Network",
        "The compact network learns from scratch; the others are those of keras.applications.",
        choices=(
            Choice(localizer.COMPACT, "Compact"),
            Choice(localizer.LAB, "Lab (baseline)", recipes=(LOCALIZER,)),
            *(Choice(name, name) for name in localizer.KERAS_BACKBONES),
        ),
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
        "monitor",
        SettingKind.CHOICE,
        "auto",
        "Best epoch by",
        "The figure by which the best epoch is kept; automatically the mean IoU or, of a classifier, the macro F1.",
        choices=(
            Choice("auto", "Automatic"),
            Choice("mean_iou", "Mean IoU", recipes=(LOCALIZER,)),
            Choice("iou50", "Boxes with IoU 0.5", recipes=(LOCALIZER,)),
            Choice("iou60", "Boxes with IoU 0.6", recipes=(LOCALIZER,)),
            Choice("class_accuracy", "Class accuracy"),
            Choice("presence_accuracy", "Presence accuracy", recipes=(LOCALIZER,)),
            Choice("top3_accuracy", "Class among the best three", recipes=(CLASSIFIER,)),
            Choice("macro_f1", "Macro F1", recipes=(CLASSIFIER,)),
            Choice("loss", "Loss"),
        ),
    ),
    SettingField(
        "patience",
        SettingKind.WHOLE_NUMBER,
        0,
        "Stop early after",
        "End the training after so many epochs without a better one; 0 means never.",
        minimum=0,
        maximum=10_000,
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


SETTINGS: tuple[SettingField, ...] = (
    *(field for field in _COMMON if field.basic),
    *(field for field in _COMMON if not field.basic),
    *LOCALIZER_ONLY,
    *CLASSIFIER_ONLY,
    *LEARNING,
    *AUGMENTING,
)


def default_of(key: str) -> Any:
    """The localizer's, where recipes differ."""
    return next(field.default for field in SETTINGS if field.key == key)


def settings_for(recipe: str) -> tuple[SettingField, ...]:
    """Those that a recipe has, with its defaults."""
    return tuple(field.for_recipe(recipe) for field in SETTINGS if field.is_of(recipe))
