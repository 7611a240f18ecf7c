"""A new model starts with the weights of an earlier run's, as far as they fit."""

from __future__ import annotations

import keras

from training.models.weights import BACKBONE, copy_backbone
from training.run.failure import RunFailed
from training.run.model_files import load_model
from training.run.settings import TrainingSettings
from training.run.start_from import Taken, check_start, what_is_taken

CLASS_HEAD = "class_logits"
PRESENCE_HEAD = "presence"


def start_from_earlier(model: keras.Model, settings: TrainingSettings) -> tuple[str, ...]:
    """Fill `model` from the run that the settings name; what came of it in words, nothing if they name none.

    Raises RunFailed and ModelFileError, and leaves the model's own weights where the earlier one has nothing to give.
    """
    taken = check_start(settings)
    if taken is None:
        return ()
    taken = what_is_taken(taken.earlier, settings, presence="presence" in model.output)
    take_weights(model, taken)
    return taken.sentences()


def take_weights(model: keras.Model, taken: Taken) -> None:
    """Copy what `taken` says. Raises RunFailed where the earlier network is built otherwise, and ModelFileError."""
    earlier, _ = load_model(taken.earlier.run.best_model)
    try:
        copy_backbone(earlier.get_layer(BACKBONE), model.get_layer(BACKBONE))
        if taken.head:
            for theirs, ours in zip(_shared_layers(earlier), _shared_layers(model), strict=True):
                _copy(theirs, ours)
            _copy_columns(earlier.get_layer(CLASS_HEAD), model.get_layer(CLASS_HEAD), taken)
        if taken.presence:
            _copy(earlier.get_layer(PRESENCE_HEAD), model.get_layer(PRESENCE_HEAD))
    except ValueError as error:
        reason = " ".join(str(error).split())[:200]
        raise RunFailed(
            f"the run to start from: the network of {taken.earlier.name} is built otherwise than today's; {reason}"
        ) from error


def _shared_layers(model: keras.Model) -> list[keras.layers.Layer]:
    """Those with weights between the backbone and the heads that depend on the classes; their order is the network's.

    Keras numbers layers without a name through a process, so names say nothing here.
    """
    apart = (BACKBONE, CLASS_HEAD, PRESENCE_HEAD)
    return [layer for layer in model.layers if layer.weights and layer.name not in apart]


def _copy(theirs: keras.layers.Layer, ours: keras.layers.Layer) -> None:
    if type(theirs) is not type(ours):
        raise ValueError(f"expected {type(ours).__name__}, found {type(theirs).__name__}")
    ours.set_weights(theirs.get_weights())


def _copy_columns(theirs: keras.layers.Layer, ours: keras.layers.Layer, taken: Taken) -> None:
    """The last axis of kernel and bias is the class."""
    values = ours.get_weights()
    for value, other in zip(values, theirs.get_weights(), strict=True):
        if value.shape[:-1] != other.shape[:-1]:
            raise ValueError(f"expected class weights {value.shape[:-1]}, found {other.shape[:-1]}")
        for here, there in taken.columns:
            value[..., here] = other[..., there]
    ours.set_weights(values)
