"""Settings of how a network learns, whatever the recipe."""

from __future__ import annotations

from training.run.recipes.classifier_defaults import LABEL_SMOOTHING
from training.run.recipes.localizer_defaults import CLIP_NORM, LEARNING_RATE, WEIGHT_DECAY
from training.run.recipes.names import CLASSIFIER
from training.run.setting_field import Choice, SettingField, SettingKind

# What each optimizer learns well with, for the words beside the settings and for advice.
USUAL_RATES = {"adamw": LEARNING_RATE, "adam": LEARNING_RATE, "sgd": 3e-2, "rmsprop": 1e-3, "lion": 1e-3}

LEARNING: tuple[SettingField, ...] = (
    SettingField(
        "optimizer",
        SettingKind.CHOICE,
        "adamw",
        "Optimizer",
        "How the weights follow the gradients. Each wants its own learning rate: AdamW and Adam about 0.003, RMSprop and "
        "Lion 0.001, SGD 0.03.",
        choices=(
            Choice("adamw", "AdamW"),
            Choice("adam", "Adam"),
            Choice("sgd", "SGD with momentum"),
            Choice("rmsprop", "RMSprop"),
            Choice("lion", "Lion"),
        ),
    ),
    SettingField(
        "schedule",
        SettingKind.CHOICE,
        "cosine",
        "Schedule",
        "How the learning rate changes: up for a tenth of the steps and down as a cosine; up for three tenths and down to "
        "nothing; never; or to three tenths whenever the loss has not fallen for 5 epochs.",
        choices=(
            Choice("cosine", "Cosine with warm-up"),
            Choice("one_cycle", "One cycle"),
            Choice("constant", "Constant"),
            Choice("plateau", "Reduce on plateau"),
        ),
    ),
    SettingField(
        "weight_decay",
        SettingKind.NUMBER,
        WEIGHT_DECAY,
        "Weight decay",
        "At each step weights shrink by this share of the learning rate, biases and normalisation do not; Adam does "
        "without. 0 turns it off.",
        minimum=0.0,
        maximum=1.0,
    ),
    SettingField(
        "label_smoothing",
        SettingKind.NUMBER,
        0.0,
        "Label smoothing",
        "How little sure the network may be of a class; helps where some labels are wrong.",
        minimum=0.0,
        maximum=0.5,
        defaults={CLASSIFIER: LABEL_SMOOTHING},
    ),
    SettingField(
        "clip_norm",
        SettingKind.NUMBER,
        CLIP_NORM,
        "Gradient clipping",
        "The gradient of each layer's weights is shortened to this length at most; 0 turns it off.",
        minimum=0.0,
        maximum=1000.0,
    ),
    SettingField(
        "ema",
        SettingKind.NUMBER,
        0.0,
        "Averaged weights",
        "Judge and keep the moving average of the weights instead of the last ones; each step keeps this share of it, such "
        "as 0.995. 0 turns it off.",
        minimum=0.0,
        maximum=0.9999,
    ),
    SettingField(
        "precision",
        SettingKind.CHOICE,
        "auto",
        "Precision",
        "Mixed precision is faster on many GPUs; automatically it is used on NVIDIA's from Volta on, and on TPUs. What is "
        "saved is float32.",
        choices=(
            Choice("auto", "Automatic"),
            Choice("float32", "float32"),
            Choice("mixed_bfloat16", "Mixed bfloat16"),
            Choice("mixed_float16", "Mixed float16"),
        ),
    ),
    SettingField(
        "tensorboard",
        SettingKind.FLAG,
        False,
        "TensorBoard log",
        "Write the curves for TensorBoard too, into the folder tensorboard of the run.",
    ),
)
