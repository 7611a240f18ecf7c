"""The same network is the same on every backend that is installed."""

from __future__ import annotations

import numpy as np
import pytest

from tests.helpers.backends import BACKENDS, answer_of, needs

pytestmark = pytest.mark.training

# Builds a localizer, or reads the weights that another backend wrote; answers, loss and the first step's gradients.
PROGRAM = """
import json, sys
from pathlib import Path
import keras, numpy as np
from training.models.compiling import compile_localizer
from training.models.localizer import build_localizer
folder, own, given = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
model = build_localizer(architecture="compact", model_size="small", input_size=64, class_count=2, presence=True)
for layer in model._flatten_layers():
    if isinstance(layer, keras.layers.Dropout):
        layer.rate = 0.0
compile_localizer(model, keras.optimizers.SGD(1.0))
if given:
    model.load_weights(folder / given[0])
else:
    model.save_weights(folder / own)
random = np.random.default_rng(1)
pictures = random.integers(0, 256, (4, 64, 64, 3)).astype(np.uint8)
has_object = np.array([1, 1, 0, 1], np.float32)
classes, boxes = np.eye(2, dtype=np.float32)[[0, 1, 0, 1]], random.uniform(0.2, 0.6, (4, 4)).astype(np.float32)
targets = {"class": classes, "box": boxes, "presence": has_object[:, None]}
targets["cells"] = np.concatenate([has_object[:, None], boxes, classes], axis=1)
ones = np.ones(4, np.float32)
weights = {"class": has_object, "box": has_object, "presence": ones, "cells": ones}
answers = {name: np.asarray(value) for name, value in model.predict_on_batch(pictures).items()}
before = [np.array(keras.ops.convert_to_numpy(one)) for one in model.trainable_variables]
logs = model.train_on_batch(pictures, targets, weights, return_dict=True)
after = [np.array(keras.ops.convert_to_numpy(one)) for one in model.trainable_variables]
steps = {str(place): old - new for place, (old, new) in enumerate(zip(before, after))}
np.savez(folder / f"{keras.backend.backend()}.npz", **answers, **steps)
print(json.dumps({"loss": float(logs["loss"]), "backend": keras.backend.backend()}))
"""


@pytest.fixture(scope="module")
def from_tensorflow(tmp_path_factory):
    folder = tmp_path_factory.mktemp("agree")
    told = answer_of(folder, "tensorflow", PROGRAM, folder, "tensorflow.weights.h5")
    return folder, told


@pytest.mark.parametrize("backend", BACKENDS[1:])
def test_the_same_weights_give_the_same_answers_losses_and_gradients(from_tensorflow, backend):
    needs(backend)
    folder, expected = from_tensorflow
    told = answer_of(folder, backend, PROGRAM, folder, "", "tensorflow.weights.h5")
    assert told["backend"] == backend
    assert told["loss"] == pytest.approx(expected["loss"], abs=1e-4 * expected["loss"])
    with np.load(folder / "tensorflow.npz") as one, np.load(folder / f"{backend}.npz") as other:
        assert set(one.files) == set(other.files)
        for name in one.files:
            scale = max(1.0, float(np.abs(one[name]).max()))
            np.testing.assert_allclose(other[name], one[name], atol=1e-4 * scale, rtol=0, err_msg=name)
        assert any(np.abs(one[name]).max() > 1e-3 for name in one.files if name.isdecimal())
