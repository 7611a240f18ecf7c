"""The localizer: one object per picture, its class, its box, and whether there is one at all."""

from __future__ import annotations

from collections.abc import Sequence

import keras


def build_localizer(
    *,
    architecture: str = "compact",
    model_size: str = "medium",
    weights: str = "random",
    input_size: int,
    class_count: int,
    presence: bool,
    class_names: Sequence[str] = (),
) -> keras.Model:
    """A network from (B, S, S, 3) letterboxed RGB pixels 0..255 (uint8 or float) to a dict of outputs.

    `class` (B, C) softmax; `box` (B, 4) centre-x, centre-y, width, height, 0..1 of the square; `presence` (B, 1) sigmoid,
    left out when `presence` is false. `architecture` is "compact" or a `keras.applications` name in any case,
    `model_size` sizes the compact network only, `weights` is "random", "imagenet" or the path of a file.
    `class_names` are kept in the saved model (`class_names_of`).

    Raises WeightsUnavailable for weights that can't be had or don't fit, ValueError for unknown names.
    """
    raise NotImplementedError


def class_names_of(model: keras.Model) -> tuple[str, ...]:
    """The class names in output order that the model was built with; empty if none were given."""
    raise NotImplementedError
