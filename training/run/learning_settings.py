"""Settings of how a network learns, whatever the recipe."""

from __future__ import annotations

from training.run.localizer_defaults import CLIP_NORM, WEIGHT_DECAY
from training.run.setting_field import Choice, SettingField, SettingKind

LEARNING: tuple[SettingField, ...] = (
    SettingField(
        "optimizer",
        SettingKind.CHOICE,
        "adamw",
        "Optimizer",
        "How the weights follow the gradients.",
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
        "How the learning rate changes during the training.",
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
        "Keeps weights small; 0 turns it off.",
        minimum=0.0,
        maximum=1.0,
    ),
    SettingField(
        "clip_norm",
        SettingKind.NUMBER,
        CLIP_NORM,
        "Gradient clipping",
        "The largest norm of a gradient; 0 turns it off.",
        minimum=0.0,
        maximum=1000.0,
    ),
    SettingField(
        "ema",
        SettingKind.NUMBER,
        0.0,
        "Averaged weights",
        "Judge and keep the moving average of the weights, with this share of the former at each step; 0 turns it off.",
        minimum=0.0,
        maximum=0.9999,
    ),
    SettingField(
        "precision",
        SettingKind.CHOICE,
        "auto",
        "Precision",
        "Mixed precision is faster on many GPUs; automatically it is used where it helps.",
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
        "Write the curves for TensorBoard too, into the run's folder.",
    ),
)
