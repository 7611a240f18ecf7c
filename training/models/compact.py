"""The localizer's own backbone: small, convolutional, quick on a few cores and learned from nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import keras
from keras import layers

COMPACT = "compact"
# The usual 0.99 averages over more batches than a short training has.
BATCH_NORM_MOMENTUM = 0.9


@dataclass(frozen=True, slots=True)
class CompactSize:
    """Channels at strides 2, 4, 8 and 16, and how many residual blocks there are at 4, 8 and 16."""

    channels: tuple[int, int, int, int]
    blocks: tuple[int, int, int]


STRIDES = (4, 8, 16)
SIZES = {
    "small": CompactSize((12, 16, 32, 64), (0, 1, 1)),
    "medium": CompactSize((16, 32, 48, 96), (0, 1, 1)),
    "large": CompactSize((24, 40, 80, 160), (1, 1, 2)),
}


def compact_backbone(model_size: str, input_size: int, channels: int = 3, fewest_cells: int = 0) -> keras.Model:
    """From (B, S, S, channels) to maps at strides 4, 8 and 16; the last is left out with less than `fewest_cells` in a row.

    Left out, the network is the beginning of the whole one. Raises ValueError for an unknown size.
    """
    if model_size not in SIZES:
        raise ValueError(f"model_size: expected one of {', '.join(SIZES)}, came {model_size!r}")
    size = SIZES[model_size]
    pixels = keras.Input((input_size, input_size, channels))
    x = convolved(pixels, size.channels[0], strides=2)
    maps: list[Any] = []
    for width, blocks in zip(size.channels[1:], size.blocks, strict=True):
        if len(maps) == len(STRIDES) - 1 and math.ceil(input_size / STRIDES[-1]) < fewest_cells:
            break
        x = convolved(x, width, strides=2)
        for _ in range(blocks):
            x = _residual(x)
        maps.append(x)
    return keras.Model(pixels, maps, name="backbone")


def convolved(x: Any, channels: int, kernel: int = 3, strides: int = 1, activation: str | None = "relu") -> Any:
    """Convolution, batch normalisation, activation."""
    x = layers.Conv2D(channels, kernel, strides, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization(momentum=BATCH_NORM_MOMENTUM)(x)
    return x if activation is None else layers.Activation(activation)(x)


def _residual(x: Any) -> Any:
    """He et al., "Deep Residual Learning for Image Recognition", arXiv:1512.03385."""
    inner = convolved(convolved(x, x.shape[-1]), x.shape[-1], activation=None)
    return layers.Activation("relu")(layers.Add()([x, inner]))
