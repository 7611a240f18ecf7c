from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from training.models.compact import SIZES
from training.models.localizer import build_localizer, class_names_of, for_prediction
from training.run.settings_table import SETTINGS

SIZE, CLASSES = 64, ("cup", "fork", "spoon")
HEADS = {"class": 3, "box": 4, "presence": 1}


def build(**changes: object) -> keras.Model:
    options = {"model_size": "small", "input_size": SIZE, "class_count": 3, "presence": True, **changes}
    return build_localizer(**options)


def pictures(count: int = 5, size: int = SIZE) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, size, size, 3), np.uint8)


@pytest.fixture(scope="module")
def model() -> keras.Model:
    keras.utils.set_random_seed(0)
    return build(class_names=CLASSES)


def test_the_heads_answer_in_their_shapes_and_ranges(model: keras.Model):
    outputs = model.predict_on_batch(pictures())
    assert {name: outputs[name].shape for name in HEADS} == {name: (5, count) for name, count in HEADS.items()}
    assert np.allclose(outputs["class"].sum(axis=1), 1, atol=1e-5)
    for name in HEADS:
        assert outputs[name].min() >= 0
        assert outputs[name].max() <= 1
    assert outputs["cells"].shape == (5, 8 * 8, 5 + 3)


def test_bytes_and_floats_are_answered_alike(model: keras.Model):
    first, other = model.predict_on_batch(pictures()), model.predict_on_batch(pictures().astype(np.float32))
    assert all(np.array_equal(first[name], other[name]) for name in HEADS)


def test_without_negatives_there_is_no_presence_head():
    assert set(build(presence=False).output) == {"class", "box", "cells"}


def test_for_prediction_the_cells_are_left_out_and_nothing_else_changes(model: keras.Model):
    shorter = for_prediction(model)
    assert set(shorter.output) == set(HEADS)
    first, other = model.predict_on_batch(pictures()), shorter.predict_on_batch(pictures())
    assert all(np.array_equal(first[name], other[name]) for name in HEADS)


def test_no_head_averages_over_places(model: keras.Model):
    """The same object elsewhere must give another box: shifting the picture shifts the answer of the cells."""
    kinds = {type(layer).__name__ for layer in model.layers}
    assert not any(kind.startswith("GlobalAverage") for kind in kinds)
    objects = np.zeros((2, SIZE, SIZE, 3), np.uint8)
    objects[0, 8:24, 8:24] = objects[1, 40:56, 40:56] = 255
    cells = model.predict_on_batch(objects)["cells"][..., 0].reshape(2, 8, 8)
    assert not np.allclose(cells[0], cells[1], atol=1e-3)


def test_a_saved_model_loads_in_safe_mode_and_predicts_identically(model: keras.Model, tmp_path: Path):
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    first, other = model.predict_on_batch(pictures()), again.predict_on_batch(pictures())
    assert all(np.array_equal(first[name], other[name]) for name in first)
    assert class_names_of(again) == CLASSES


@pytest.mark.parametrize("presence", [True, False])
def test_litert_answers_like_keras(tmp_path: Path, presence: bool):
    keras.utils.set_random_seed(1)
    model = for_prediction(build(presence=presence))
    model.export(tmp_path / "model.tflite", format="litert", verbose=False)
    answer = Interpreter(str(tmp_path / "model.tflite")).get_signature_runner("serving_default")
    expected = model.predict_on_batch(pictures())
    for number, picture in enumerate(pictures().astype(np.float32)):
        found = answer(pixels=picture[None])
        assert set(found) == set(expected)
        for name, values in found.items():
            assert np.abs(values[0] - expected[name][number]).max() < 1e-3


@pytest.mark.parametrize("size", [64, 75, 100, 223])
def test_any_input_size_will_do(size: int):
    outputs = build(input_size=size).predict_on_batch(pictures(2, size))
    assert outputs["box"].shape == (2, 4)


def test_small_pictures_have_no_map_that_is_too_coarse_for_places():
    kept, left = (build(input_size=size).get_layer("backbone").output for size in (96, 64))
    assert [each.shape[1] for each in kept] == [24, 12, 6]
    assert [each.shape[1] for each in left] == [16, 8]


def test_grey_pictures_will_do_for_our_own_networks():
    grey = pictures()[..., :1]
    assert build(channels=1).predict_on_batch(grey)["box"].shape == (5, 4)
    with pytest.raises(ValueError, match="channels: expected 3 for MobileNetV2, came 1"):
        build(architecture="MobileNetV2", channels=1)


def test_points_of_a_finer_map_move_the_box(model: keras.Model):
    """At first they say nothing; once they do, the same cells give another box."""
    again = build(class_names=CLASSES)
    again.set_weights(model.get_weights())
    before = again.predict_on_batch(pictures())
    correction = again.get_layer("box_correction")
    assert not correction.kernel.numpy().any()
    correction.kernel.assign(np.full(correction.kernel.shape, 0.05, np.float32))
    after = again.predict_on_batch(pictures())
    assert np.array_equal(after["cells"], before["cells"])
    assert np.abs(after["box"] - before["box"]).max() > 1e-3


def test_sizes_differ_and_are_those_the_settings_offer():
    offered = next(field for field in SETTINGS if field.key == "model_size").choices
    assert [choice.value for choice in offered] == list(SIZES)
    parameters = [build(model_size=size).count_params() for size in SIZES]
    assert parameters == sorted(set(parameters))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"architecture": "LeNet"}, "architecture: expected one of compact, lab, ConvNeXtBase.*came 'LeNet'"),
        ({"model_size": "huge"}, "model_size: expected one of small, medium, large, came 'huge'"),
        ({"class_names": ("cup",)}, "class_names: expected 3 names, came 1"),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(changes: dict[str, object], message: str):
    with pytest.raises(ValueError, match=message):
        build(**changes)
