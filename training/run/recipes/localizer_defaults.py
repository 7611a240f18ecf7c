"""What the localizer recipe does unless told otherwise. Plain values: imported by settings without Keras."""

from __future__ import annotations

COMPACT = "compact"
LAB = "lab"  # the classic of a lecture course, kept as the baseline
BOX_LOSSES = ("l1+giou", "giou", "ciou", "l1", "huber", "mse")
BOX_ENCODINGS = ("centre_size", "corners", "edges")

# Names as in `keras.applications`; training/models/backbones.py builds them and a test keeps both lists alike.
KERAS_BACKBONES = (
    "ConvNeXtBase", "ConvNeXtLarge", "ConvNeXtSmall", "ConvNeXtTiny", "ConvNeXtXLarge",
    "DenseNet121", "DenseNet169", "DenseNet201",
    "EfficientNetB0", "EfficientNetB1", "EfficientNetB2", "EfficientNetB3",
    "EfficientNetB4", "EfficientNetB5", "EfficientNetB6", "EfficientNetB7",
    "EfficientNetV2B0", "EfficientNetV2B1", "EfficientNetV2B2", "EfficientNetV2B3",
    "EfficientNetV2L", "EfficientNetV2M", "EfficientNetV2S",
    "InceptionResNetV2", "InceptionV3",
    "MobileNet", "MobileNetV2", "MobileNetV3Large", "MobileNetV3Small",
    "NASNetLarge", "NASNetMobile",
    "ResNet101", "ResNet101V2", "ResNet152", "ResNet152V2", "ResNet50", "ResNet50V2",
    "VGG16", "VGG19", "Xception",
)  # fmt: skip

ARCHITECTURE = COMPACT
MODEL_SIZE = "medium"
WEIGHTS = "random"
INPUT_SIZE = 160
INPUT_SIZE_LIMITS = (64, 640)
EPOCHS = 120
BATCH_SIZE = 16
LEARNING_RATE = 3e-3
WEIGHT_DECAY = 1e-2
CLIP_NORM = 1.0
BOX_LOSS = "l1+giou"
BOX_ENCODING = "centre_size"
CLASS_LOSS_WEIGHT = 1.0
BOX_LOSS_WEIGHT = 1.0
PRESENCE_LOSS_WEIGHT = 1.0
SEED = 0

# With fewer images an epoch goes through them several times, newly augmented each time.
MINIMUM_STEPS_PER_EPOCH = 10
