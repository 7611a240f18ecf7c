"""The network of the course that this program grew from: the honest baseline that `compact` is measured against."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from training.models import weights as start
from training.models.box_encodings import CENTRE_SIZE, LinearBoxes
from training.models.layers import ClassNames

LAB = "lab"
FILTERS = (16, 32, 64)
UNITS = 128
# Smaller leaves no map after three poolings; above, the dense layer alone would have more than 12 million weights.
SMALLEST_INPUT, LARGEST_INPUT = 22, 320
CHANNELS = (1, 3)


def build_lab(
    *,
    input_size: int,
    class_count: int,
    presence: bool,
    weights: str = start.RANDOM,
    channels: int = 3,
    box_encoding: str = CENTRE_SIZE,
    class_names: Sequence[str] = (),
) -> keras.Model:
    """A localizer like those of `build_localizer`, from (B, S, S, channels) pixels 0..255 to a dict without `cells`.

    Three convolutions ('valid', relu), each followed by average pooling; all places flattened into one dense layer;
    from it the class (B, C) softmax, the box (B, 4) as four linear numbers read by `box_encoding`, and, if asked for,
    the presence (B, 1) sigmoid.

    Raises WeightsUnavailable for weights that can't be had or don't fit, ValueError for an input size, a number of
    channels or a box encoding that it can't take.
    """
    if channels not in CHANNELS:
        raise ValueError(f"channels: expected 1 or 3, came {channels}")
    pixels = keras.Input((input_size, input_size, channels), name="pixels")
    backbone = lab_backbone(input_size, channels)
    start.fill_own(backbone, weights, f"the {LAB} network at {input_size} px")
    features = backbone(layers.Rescaling(1 / 255, name="preprocessing")(pixels))
    logits = layers.Dense(class_count, name="class_logits")(features)
    box = layers.Dense(4, name="box_numbers")(features)
    outputs: dict[str, Any] = {
        "class": ClassNames(class_names, name="class")(layers.Softmax(dtype="float32")(logits)),
        "box": LinearBoxes(box_encoding, name="box", dtype="float32")(box),
    }
    if presence:
        outputs["presence"] = layers.Dense(1, "sigmoid", name="presence", dtype="float32")(features)
    return keras.Model(pixels, outputs, name="localizer")


def lab_backbone(input_size: int, channels: int) -> keras.Model:
    """From (B, S, S, channels) to (B, 128). What the dense layer knows of a place, it knows of this input size."""
    if not SMALLEST_INPUT <= input_size <= LARGEST_INPUT:
        raise ValueError(
            f"input_size: expected {SMALLEST_INPUT} to {LARGEST_INPUT} for the {LAB} network, whose dense layer sees "
            f"every place of the map at once, came {input_size}"
        )
    x = inputs = keras.Input((input_size, input_size, channels))
    for filters in FILTERS:
        x = layers.Conv2D(filters, 3, activation="relu")(x)
        x = layers.AveragePooling2D(2)(x)
    x = layers.Dense(UNITS, activation="relu")(layers.Flatten()(x))
    return keras.Model(inputs, x, name=start.BACKBONE)
