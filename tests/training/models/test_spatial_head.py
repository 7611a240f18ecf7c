"""The box must know where: nothing on its way from the pixels averages over places before they are read."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import ops

from training.models.localizer import build_localizer
from training.models.weights import BACKBONE

# Ours, and of keras.applications a plain one and one that pools inside its blocks to weigh channels.
ARCHITECTURES = ("compact", "lab", "VGG16", "MobileNetV3Small")
SIZE = 96


@pytest.fixture(scope="module", params=ARCHITECTURES)
def architecture(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def model(architecture: str) -> keras.Model:
    keras.utils.set_random_seed(2)
    return build_localizer(
        architecture=architecture, model_size="small", input_size=SIZE, class_count=2, presence=True
    )  # fmt: skip


def layers_before(output: object) -> list[keras.layers.Layer]:
    """All that a tensor is made by."""
    found: dict[int, keras.layers.Layer] = {}
    waiting = [output._keras_history.operation]
    while waiting:
        layer = waiting.pop()
        if id(layer) not in found and not isinstance(layer, keras.layers.InputLayer):
            found[id(layer)] = layer
            inputs = [tensor for node in layer._inbound_nodes for tensor in node.input_tensors]
            waiting.extend(tensor._keras_history.operation for tensor in inputs)
    return list(found.values())


def test_no_pooling_over_all_places_comes_before_the_box(model: keras.Model):
    way = layers_before(model.output["box"])
    assert model.get_layer(BACKBONE) in way
    assert not [layer.name for layer in way if type(layer).__name__.startswith("Global")]


def test_what_the_backbone_gives_still_has_places(model: keras.Model, architecture: str):
    backbone = model.get_layer(BACKBONE)
    if architecture == "lab":
        kinds = [type(layer).__name__ for layer in backbone.layers]
        assert kinds.index("Flatten") < kinds.index("Dense")
        assert not any(kind.startswith("Global") for kind in kinds)
    else:
        assert all(len(each.shape) == 4 and min(each.shape[1:3]) > 1 for each in backbone.outputs)


def test_where_an_object_lies_changes_what_the_box_is_made_from(model: keras.Model):
    """Of untrained weights: the same spot at two places."""
    pictures = np.full((2, SIZE, SIZE, 3), 114, np.uint8)
    pictures[0, 16:40, 16:40] = pictures[1, 48:72, 48:72] = (255, 40, 0)
    numbers = keras.Model(model.input, model.get_layer("box_numbers").output)
    first, other = ops.convert_to_numpy(numbers(pictures, training=False))
    assert np.abs(first - other).max() > 0.02 * max(np.abs(first).max(), np.abs(other).max())
