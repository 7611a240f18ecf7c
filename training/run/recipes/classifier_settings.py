"""Settings that only the classifier has."""

from __future__ import annotations

from training.run.recipes import classifier_defaults as classifier
from training.run.recipes.names import CLASSIFIER
from training.run.setting_field import Choice, SettingField, SettingKind

CLASSIFIER_ONLY: tuple[SettingField, ...] = (
    SettingField(
        "source",
        SettingKind.CHOICE,
        "auto",
        "What is classified",
        "What lies in each box, or each image as a whole by its own class; automatically what there is more of.",
        choices=(Choice("auto", "Automatic"), Choice("boxes", "Boxes"), Choice("images", "Whole images")),
        basic=True,
        recipes=(CLASSIFIER,),
    ),
    SettingField(
        "crop_margin",
        SettingKind.NUMBER,
        classifier.CROP_MARGIN,
        "Margin around boxes",
        "How much of what surrounds a box is seen too, as a share of its sides on each side.",
        minimum=0.0,
        maximum=1.0,
        recipes=(CLASSIFIER,),
    ),
    SettingField(
        "fine_tune_epochs",
        SettingKind.WHOLE_NUMBER,
        classifier.FINE_TUNE_EPOCHS,
        "Epochs of fine-tuning",
        "After the head has learned on a pretrained backbone, so many epochs at a tenth of the learning rate; 0 means none.",
        minimum=0,
        maximum=10_000,
        recipes=(CLASSIFIER,),
    ),
    SettingField(
        "fine_tune_layers",
        SettingKind.WHOLE_NUMBER,
        0,
        "Layers to fine-tune",
        "How many of the backbone's last layers that have weights, batch normalisation not counted; 0 means all.",
        minimum=0,
        maximum=10_000,
        recipes=(CLASSIFIER,),
    ),
    SettingField(
        "feature_copies",
        SettingKind.WHOLE_NUMBER,
        0,
        "Varied copies",
        "A frozen backbone sees each image once, and so many varied copies of it; its answers are kept.",
        minimum=0,
        maximum=100,
        recipes=(CLASSIFIER,),
    ),
    SettingField(
        "class_weights",
        SettingKind.FLAG,
        True,
        "Weigh rare classes",
        "Classes with few examples count as much as those with many.",
        recipes=(CLASSIFIER,),
    ),
)
