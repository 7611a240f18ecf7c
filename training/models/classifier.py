"""The classifier: which of the classes a picture shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from training.models import weights as start
from training.models.backbones import canonical_name, keras_backbone, preprocessing_mode
from training.models.batch_statistics import keep_statistics
from training.models.class_metrics import MacroF1
from training.models.compact import COMPACT, compact_backbone
from training.models.compiling import compile_with
from training.models.layers import ClassNames, Preprocessing

DROPOUT = 0.2
FEATURES = "features"
_HEAD = ("dropout", "class_logits", "class_shares", "class")
TOP = 3


def build_classifier(
    *,
    architecture: str = COMPACT,
    model_size: str = "medium",
    weights: str = start.RANDOM,
    input_size: int,
    class_count: int,
    class_names: Sequence[str] = (),
    dropout: float = DROPOUT,
    progress: start.Progress | None = None,
) -> keras.Model:
    """A network from (B, S, S, 3) letterboxed RGB pixels 0..255 (uint8 or float) to a dict: `class` (B, C) softmax.

    `architecture` is "compact" or a `keras.applications` name in any case; `model_size` sizes the compact network.
    `weights` is "random", "imagenet" or the path of a file; a backbone that has learned keeps the statistics of its batch
    normalisation. `class_names` are kept in the saved model. `progress` is told how much of weights is downloaded.

    Raises WeightsUnavailable for weights that can't be had or don't fit, ValueError for unknown names and sizes that a
    network can't take.
    """
    if class_names and len(class_names) != class_count:
        raise ValueError(f"class_names: expected {class_count} names, came {len(class_names)}")
    pixels = keras.Input((input_size, input_size, 3), name="pixels")
    x = _features(pixels, architecture, model_size, weights, input_size, progress)
    x = layers.Dropout(dropout, name="dropout")(x)
    x = layers.Dense(class_count, name="class_logits")(x)
    x = layers.Softmax(name="class_shares", dtype="float32")(x)
    return keras.Model(pixels, {"class": ClassNames(class_names, name="class", dtype="float32")(x)}, name="classifier")


def compile_classifier(
    model: keras.Model, optimizer: keras.optimizers.Optimizer, class_count: int, label_smoothing: float = 0.0
) -> None:
    """For the whole classifier or its head. Sample weights count in the loss alone; the metrics are of what there is."""
    losses = {"class": keras.losses.CategoricalCrossentropy(label_smoothing=label_smoothing)}
    metrics = {
        "class": [
            keras.metrics.CategoricalAccuracy("class_accuracy"),
            keras.metrics.TopKCategoricalAccuracy(TOP, "top3_accuracy"),
            MacroF1(class_count),
        ]
    }
    compile_with(model, optimizer, losses, {"class": 1.0}, unweighted=metrics)


def backbone_with_features(model: keras.Model) -> keras.Model:
    """The same network, same weights, from pixels to features (B, F)."""
    return keras.Model(model.input, model.get_layer(FEATURES).output, name="features")


def head_of(model: keras.Model) -> keras.Model:
    """What the network does with features (B, F), as a model of its own that shares the layers."""
    x = features = keras.Input(model.get_layer(FEATURES).output.shape[1:], name=FEATURES)
    for name in _HEAD:
        x = model.get_layer(name)(x)
    return keras.Model(features, {"class": x}, name="head")


def own_copy_to_compile(model: keras.Model) -> keras.Model:
    """The same network and layers as a model that is compiled by itself, so that `model` is saved without optimizer."""
    return keras.Model(model.input, model.output, name=model.name)


def freeze_backbone(model: keras.Model) -> None:
    model.get_layer(start.BACKBONE).trainable = False


def unfreeze_backbone(model: keras.Model, last_layers: int = 0) -> None:
    """So many of its last layers learn, 0: all. Batch normalisation never does; nor does it count, nor a layer without
    weights.
    """
    backbone = model.get_layer(start.BACKBONE)
    backbone.trainable = True
    for layer in backbone.layers:  # which Keras leaves as they are
        layer.trainable = True
    keep_statistics(backbone)
    learning = [layer for layer in backbone.layers if layer.trainable_weights]
    for layer in learning[:-last_layers] if last_layers else ():
        layer.trainable = False


def _features(
    pixels: Any, architecture: str, model_size: str, weights: str, input_size: int, progress: start.Progress | None
) -> Any:
    if architecture.lower() == COMPACT:
        backbone = compact_backbone(model_size, input_size)
        start.fill_own(backbone, weights, f"the {model_size} compact network")
        x = _last_map(backbone, Preprocessing("tf", name="preprocessing")(pixels), weights)
        both = [layers.GlobalAveragePooling2D()(x), layers.GlobalMaxPooling2D()(x)]
        return layers.Concatenate(name=FEATURES)(both)
    name = canonical_name(architecture, ours=(COMPACT,))
    backbone = keras_backbone(name, weights, input_size, progress)
    x = _last_map(backbone, Preprocessing(preprocessing_mode(name), name="preprocessing")(pixels), weights)
    return layers.GlobalAveragePooling2D(name=FEATURES)(x)


def _last_map(backbone: keras.Model, prepared: Any, weights: str) -> Any:
    if weights != start.RANDOM:
        keep_statistics(backbone)
    maps = backbone(prepared)
    return maps[-1] if isinstance(maps, list | tuple) else maps
