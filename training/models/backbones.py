"""The networks of `keras.applications` as backbones, each with the preprocessing it was made for."""

from __future__ import annotations

from typing import Any

import keras

from training.models import weights as start
from training.models.compact import BATCH_NORM_MOMENTUM
from training.models.imagenet_weights import with_imagenet
from training.models.unfilled import is_unfilled

# By the beginning of the name, the more special first; as each family's `preprocess_input` does.
_PREPROCESSING = (
    ("ConvNeXt", "inside"),
    ("DenseNet", "torch"),
    ("EfficientNet", "inside"),
    ("Inception", "tf"),
    ("MobileNetV3", "inside"),
    ("MobileNet", "tf"),
    ("NASNet", "tf"),
    ("ResNet", "caffe"),
    ("VGG", "caffe"),
    ("Xception", "tf"),
)
SMALLEST_INPUT = 32
_SMALLEST_INPUTS = (("Inception", 75), ("Xception", 71))
_LEVELS = 3  # maps that are used, the coarsest and those of about twice and four times its size
_NO_FEATURES = ("ZeroPadding2D", "Cropping2D")


def backbone_names() -> tuple[str, ...]:
    """Every network that `keras.applications` has, by its own name."""
    return tuple(sorted(name for name in dir(keras.applications) if name[0].isupper()))


def canonical_name(name: str, ours: tuple[str, ...] = ()) -> str:
    """The name as Keras writes it, whatever case it came in; ValueError if there is no such network.

    `ours` are named there as what is possible too.
    """
    for known in backbone_names():
        if known.lower() == name.lower():
            return known
    raise ValueError(f"architecture: expected one of {', '.join((*ours, *backbone_names()))}, came {name!r}")


def preprocessing_mode(name: str) -> str:
    """The mode of `layers.Preprocessing` that a network of this (canonical) name was made for."""
    if name.startswith("ResNet") and name.endswith("V2"):
        return "tf"
    return next(mode for family, mode in _PREPROCESSING if name.startswith(family))


def keras_backbone(name: str, weights: str, input_size: int, progress: start.Progress | None = None) -> keras.Model:
    """From prepared pixels (B, S, S, 3) to up to three maps, finest first. Raises as `keras_network` does."""
    whole = keras_network(name, weights, input_size, progress)
    return keras.Model(whole.inputs[0], _pyramid(whole), name=start.BACKBONE)


def keras_network(name: str, weights: str, input_size: int, progress: start.Progress | None = None) -> keras.Model:
    """A network of `keras.applications` without its head: from prepared pixels (B, S, S, 3) to its last map.

    `name` in any case; `weights` is "random", "imagenet" or the path of a file; `progress` as in `with_imagenet`. What
    prepares the pixels is `layers.Preprocessing` of `preprocessing_mode(name)`. Raises WeightsUnavailable, or
    ValueError for an unknown name and a size that the network can't take.
    """
    name = canonical_name(name)
    _check_size(name, input_size)
    build = getattr(keras.applications, name)
    options: dict[str, Any] = {"include_top": False, "input_shape": (input_size, input_size, 3)}
    if weights == start.IMAGENET and not is_unfilled():
        return with_imagenet(name, lambda: build(weights="imagenet", **options), progress)
    model = build(weights=None, **options)
    if weights == start.RANDOM:
        _shorten_memory(model)
    elif not is_unfilled():
        start.load_into(model, weights, name)
    return model


def smallest_input(name: str) -> int:
    """The side of the smallest square that a network of this (canonical) name takes, as Keras says."""
    return next((side for family, side in _SMALLEST_INPUTS if name.startswith(family)), SMALLEST_INPUT)


def _check_size(name: str, input_size: int) -> None:
    if input_size < smallest_input(name):
        raise ValueError(f"input_size: expected {smallest_input(name)} or more for {name}, came {input_size}")


def _shorten_memory(model: keras.Model) -> None:
    """MobileNetV2 and others average their statistics over 1,000 batches: more than a short training from nothing has."""
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = min(layer.momentum, BATCH_NORM_MOMENTUM)


def _pyramid(model: keras.Model) -> list[Any]:
    """The last map of each size, finest first: the network's output and what it was made from, each about twice as fine."""
    maps = [model.output]
    for layer in reversed(model.layers):
        if type(layer).__name__ in _NO_FEATURES or len(maps) == _LEVELS:
            continue
        shape: tuple[Any, ...] = getattr(layer.output, "shape", ())
        if len(shape) == 4 and shape[1] >= 1.5 * maps[-1].shape[1]:
            maps.append(layer.output)
    return maps[::-1]
