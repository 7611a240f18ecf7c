"""From a backbone's maps to answers: every cell of one map answers, and the cells that see the object are heard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from training.models.box_encodings import CENTRE_SIZE
from training.models.compact import convolved
from training.models.layers import CellBoxes, ClassNames, CorrectedBox, FromCentre, SeenPoints, spacing_of

# A cell whose logit of an object is larger by 1 has e to this power times the say in the answer.
SHARPNESS = 4.0
# Cells start out sure that they see nothing, as almost all do: Lin et al., arXiv:1708.02002, section 4.1.
_FIRST_LOGIT = -3.0
POINTS, POINT_CHANNELS = 8, 16


def merged(maps: Sequence[Any], channels: int) -> Any:
    """One map of the finest size (B, H, W, channels), coarser ones added from the top down.

    Source: Lin et al., "Feature Pyramid Networks for Object Detection", arXiv:1612.03144.
    """
    if len(maps) == 1 and maps[0].shape[-1] == channels:
        return maps[0]
    sides = [convolved(each, channels, kernel=1, activation=None) for each in maps]
    x = sides[-1]
    for finer in reversed(sides[:-1]):
        x = layers.Add()([_enlarged(x, finer.shape[1], finer.shape[2]), finer])
    return convolved(layers.Activation("relu")(x), channels)


def answers(
    features: Any,
    fine: Any,
    input_size: int,
    class_count: int,
    presence: bool,
    class_names: Sequence[str],
    dropout: float,
    box_encoding: str = CENTRE_SIZE,
) -> dict[str, Any]:
    """The outputs of `build_localizer` from one map of features (B, H, W, channels) and one as fine or finer."""
    cells = features.shape[1] * features.shape[2]
    what = layers.Dropout(dropout)(convolved(features, features.shape[-1]))
    where = convolved(features, features.shape[-1])
    objects = layers.Conv2D(1, 1, bias_initializer=keras.initializers.Constant(_FIRST_LOGIT), name="object_logits")(
        what
    )
    objects = layers.Reshape((cells, 1))(objects)
    spacing = spacing_of(features.shape[1], input_size)
    boxes = CellBoxes(box_encoding, spacing, name="cell_boxes")(layers.Conv2D(4, 1, name="box_numbers")(where))
    classes = layers.Reshape((cells, class_count))(layers.Conv2D(class_count, 1, name="class_logits")(what))

    attention = layers.Softmax(axis=1, name="attention")(layers.Rescaling(SHARPNESS)(objects))
    box = _refined(_heard(attention, boxes), where, fine, input_size)
    outputs = {
        "class": ClassNames(class_names, name="class")(layers.Softmax()(_heard(attention, classes))),
        "box": box,
        "cells": layers.Concatenate(name="cells")([objects, boxes, classes]),
    }
    if presence:
        surest = layers.GlobalMaxPooling1D()(objects)
        outputs["presence"] = layers.Dense(1, "sigmoid", kernel_initializer="ones", name="presence")(surest)
    return outputs


def _refined(box: Any, where: Any, fine: Any, input_size: int) -> Any:
    """The box moved and resized by what points of the finest map say, as seen from its centre; at first not at all."""
    seen = layers.Add()(
        [
            convolved(fine, POINT_CHANNELS, kernel=1, activation=None),
            _enlarged(convolved(where, POINT_CHANNELS, kernel=1, activation=None), fine.shape[1], fine.shape[2]),
        ]
    )
    maps = layers.Conv2D(POINTS, 1, name="point_logits")(layers.Activation("relu")(seen))
    points = SeenPoints(spacing_of(fine.shape[1], input_size), name="points")(maps)
    correction = layers.Dense(4, kernel_initializer="zeros", name="box_correction")(FromCentre()([points, box]))
    return CorrectedBox(name="box")([box, correction])


def _heard(attention: Any, values: Any) -> Any:
    """Attention (B, N, 1) and what N cells say (B, N, K) to the weighted mean (B, K)."""
    return layers.Reshape((values.shape[-1],))(layers.Dot(axes=1)([attention, values]))


def _enlarged(x: Any, height: int, width: int) -> Any:
    """Halving rounds up, so doubling may give one cell too many, the last: to squeeze them would shift all others."""
    if x.shape[1:3] == (height, width):
        return x
    surplus = 2 * x.shape[1] - height, 2 * x.shape[2] - width
    if surplus == (0, 0):
        return layers.UpSampling2D(2)(x)
    if surplus == (1, 1):
        return layers.Cropping2D(((0, 1), (0, 1)))(layers.UpSampling2D(2)(x))
    return layers.Resizing(height, width)(x)
