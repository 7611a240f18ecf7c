"""A new model starts with the weights of an earlier run's, as far as they fit."""

from __future__ import annotations

import keras

from training.models.weights import BACKBONE, copy_backbone, copy_beginning
from training.run.failure import RunFailed
from training.run.model_files import load_model
from training.run.network_layout import Common, Obstacle
from training.run.settings import TrainingSettings
from training.run.start_from import Taken, check_start, what_is_taken

CLASS_HEAD = "class_logits"
PRESENCE_HEAD = "presence"
BOX_HEAD = "box_numbers"  # whose numbers are read by the box encoding


def start_from_earlier(model: keras.Model, settings: TrainingSettings) -> tuple[str, ...]:
    """Fill `model` from the run that the settings name; what came of it in words, nothing if they name none.

    Raises RunFailed and ModelFileError, and leaves the model's own weights where the earlier one has nothing to give.
    """
    taken = check_start(settings)
    if taken is None:
        return ()
    taken = what_is_taken(taken.earlier, settings, presence="presence" in model.output)
    return take_weights(model, taken).sentences()


def take_weights(model: keras.Model, taken: Taken) -> Taken:
    """Copy what `taken` says, but no heads where the earlier ones turn out to be built otherwise; what was taken.

    Raises RunFailed where even the backbone is, and ModelFileError.
    """
    earlier, _ = load_model(taken.earlier.run.best_model, must_fit=False)
    copy = copy_backbone if taken.backbone is Common.WHOLE else copy_beginning
    try:
        copy(earlier.get_layer(BACKBONE), model.get_layer(BACKBONE))
    except ValueError as error:
        raise RunFailed(
            f"the run to start from: the network of {taken.earlier.name} is built otherwise than today's; "
            "choose another run, or start from none"
        ) from error
    if taken.head and not _heads_are_alike(earlier, model):
        taken = taken.without_heads(Obstacle.LAYERS)
    if taken.head:
        for theirs, ours in zip(_shared_layers(earlier), _shared_layers(model), strict=True):
            ours.set_weights(theirs.get_weights())
        _copy_columns(earlier.get_layer(CLASS_HEAD), model.get_layer(CLASS_HEAD), taken)
    if taken.box:
        _copy(earlier, model, BOX_HEAD)
    if taken.presence:
        _copy(earlier, model, PRESENCE_HEAD)
    return taken


def _heads_are_alike(earlier: keras.Model, model: keras.Model) -> bool:
    """In all but the number of classes, and whether there is a presence head."""
    return _described(earlier) == _described(model)


def _described(model: keras.Model) -> list[tuple[str, list[tuple[int, ...]]]]:
    layers: list[tuple[keras.layers.Layer, int | None]] = [(layer, None) for layer in _shared_layers(model)]
    layers += [(layer, -1) for layer in model.layers if layer.name in (CLASS_HEAD, BOX_HEAD)]
    return [(type(layer).__name__, [tuple(weight.shape)[:end] for weight in layer.weights]) for layer, end in layers]


def _shared_layers(model: keras.Model) -> list[keras.layers.Layer]:
    """Those with weights that do not depend on the classes or on how boxes are read; their order is the network's.

    Keras numbers layers without a name through a process, so names say nothing here.
    """
    apart = (BACKBONE, CLASS_HEAD, BOX_HEAD, PRESENCE_HEAD)
    return [layer for layer in model.layers if layer.weights and layer.name not in apart]


def _copy(earlier: keras.Model, model: keras.Model, name: str) -> None:
    model.get_layer(name).set_weights(earlier.get_layer(name).get_weights())


def _copy_columns(theirs: keras.layers.Layer, ours: keras.layers.Layer, taken: Taken) -> None:
    """The last axis of kernel and bias is the class."""
    values = ours.get_weights()
    for value, other in zip(values, theirs.get_weights(), strict=True):
        for here, there in taken.columns:
            value[..., here] = other[..., there]
    ours.set_weights(values)
