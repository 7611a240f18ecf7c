"""The localizer: one object per picture, its class, its box, and whether there is one at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from training.models import weights as start
from training.models.backbones import canonical_name, keras_backbone, preprocessing_mode
from training.models.batch_statistics import keep_statistics
from training.models.box_encodings import CENTRE_SIZE
from training.models.compact import COMPACT, compact_backbone
from training.models.heads import answers, merged
from training.models.lab import LAB, build_lab
from training.models.layers import ClassNames, Preprocessing

HEAD_CHANNELS = {"small": 32, "medium": 48, "large": 80}
DROPOUT = 0.1
# A map with fewer in a row tells too little of places for what it costs.
FEWEST_CELLS = 6


def build_localizer(
    *,
    architecture: str = COMPACT,
    model_size: str = "medium",
    weights: str = start.RANDOM,
    input_size: int,
    class_count: int,
    presence: bool,
    class_names: Sequence[str] = (),
    channels: int = 3,
    box_encoding: str = CENTRE_SIZE,
    progress: start.Progress | None = None,
) -> keras.Model:
    """A network from (B, S, S, channels) letterboxed RGB pixels 0..255 (uint8 or float) to a dict of outputs.

    `class` (B, C) softmax; `box` (B, 4) centre-x, centre-y, width, height, 0..1 of the square; `presence` (B, 1) sigmoid,
    left out when `presence` is false; and for training alone `cells` (B, N, 5 + C), what each of the N cells of a map
    says by itself: an object's logit, a box, the classes' logits (`for_prediction` leaves it out).

    `architecture` is "compact", "lab" or a `keras.applications` name in any case, `model_size` sizes the compact network
    and the heads, `weights` is "random", "imagenet" or the path of a file. `class_names` are kept in the saved model.
    `box_encoding` is how the box is read, see `box_encodings`. `lab` answers without `cells`. `compact` and `lab` take
    grey pictures (B, S, S, 1) with `channels` 1. `progress` is told how much of weights is downloaded, see
    `with_imagenet`.

    Raises WeightsUnavailable for weights that can't be had or don't fit, ValueError for unknown names and sizes that a
    network can't take.
    """
    if class_names and len(class_names) != class_count:
        raise ValueError(f"class_names: expected {class_count} names, came {len(class_names)}")
    if model_size not in HEAD_CHANNELS:
        raise ValueError(f"model_size: expected one of {', '.join(HEAD_CHANNELS)}, came {model_size!r}")
    if architecture.lower() == LAB:
        return build_lab(
            input_size=input_size,
            class_count=class_count,
            presence=presence,
            weights=weights,
            channels=channels,
            box_encoding=box_encoding,
            class_names=class_names,
        )
    if channels != 3 and not (channels == 1 and architecture.lower() == COMPACT):
        raise ValueError(f"channels: expected 3 for {architecture}, came {channels}")
    pixels = keras.Input((input_size, input_size, channels), name="pixels")
    maps = _maps(pixels, architecture, model_size, weights, input_size, progress)
    # So many cells at a stride of 4 would cost more than they tell; the points of the box are read there.
    features = merged(maps[1:] if architecture.lower() == COMPACT else maps, HEAD_CHANNELS[model_size])
    outputs = answers(features, maps[0], input_size, class_count, presence, class_names, DROPOUT, box_encoding)
    return keras.Model(pixels, outputs, name="localizer")


def for_prediction(model: keras.Model) -> keras.Model:
    """The same network, same weights, without `cells`: what is exported."""
    outputs = {name: output for name, output in model.output.items() if name != "cells"}
    return keras.Model(model.input, outputs, name=model.name)


def class_names_of(model: keras.Model) -> tuple[str, ...]:
    """The class names in output order that the model was built with; empty if none were given."""
    return next((layer.names for layer in model.layers if isinstance(layer, ClassNames)), ())


def _maps(
    pixels: Any, architecture: str, model_size: str, weights: str, input_size: int, progress: start.Progress | None
) -> list[Any]:
    if architecture.lower() == COMPACT:
        backbone = _compact(model_size, weights, input_size, pixels.shape[-1])
        return list(backbone(Preprocessing("tf", name="preprocessing")(pixels)))
    name = canonical_name(architecture, ours=(COMPACT, LAB))
    backbone = keras_backbone(name, weights, input_size, progress)
    prepared = Preprocessing(preprocessing_mode(name), name="preprocessing")(pixels)
    if weights != start.RANDOM:
        keep_statistics(backbone)
    maps = backbone(prepared)
    return list(maps) if isinstance(maps, list | tuple) else [maps]


def _compact(model_size: str, weights: str, input_size: int, channels: int) -> keras.Model:
    backbone = compact_backbone(model_size, input_size, channels, FEWEST_CELLS)
    if weights != start.RANDOM:
        # A file may hold the whole network, of which small pictures have the beginning.
        whole = compact_backbone(model_size, input_size, channels)
        start.fill_own(whole, weights, f"the {model_size} compact network", beginning_is_enough=True)
        start.copy_backbone(whole, backbone)
    return backbone
