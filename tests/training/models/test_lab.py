"""The course's network does as the other localizers do: it learns, is saved, exported and asked in the same way."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from training.models.box_encodings import BOX_ENCODINGS
from training.models.lab import build_lab
from training.models.localizer import build_localizer, class_names_of, for_prediction
from training.models.weights import WeightsUnavailable

LAB = {"architecture": "lab", "input_size": 75, "class_count": 10, "presence": False}


def pictures(size: int = 75, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (3, size, size, channels), np.uint8)


def test_it_has_the_layers_and_the_weights_of_the_course():
    model = build_localizer(**LAB, channels=1)
    kinds = [type(layer).__name__ for layer in model.get_layer("backbone").layers[1:]]
    assert kinds == ["Conv2D", "AveragePooling2D"] * 3 + ["Flatten", "Dense"]
    convolutions = (9 * 1 + 1) * 16 + (9 * 16 + 1) * 32 + (9 * 32 + 1) * 64
    dense = (7 * 7 * 64 + 1) * 128 + (128 + 1) * 10 + (128 + 1) * 4
    assert model.count_params() == convolutions + dense
    assert set(model.output) == {"class", "box"}


def test_pixels_are_shares_of_255():
    model = build_localizer(**LAB, channels=1)
    assert np.allclose(model.get_layer("preprocessing")(np.full((1, 75, 75, 1), 51, np.uint8)), 0.2)


@pytest.mark.parametrize("encoding", BOX_ENCODINGS)
def test_answers_lie_in_their_ranges_and_survive_saving_and_litert(tmp_path: Path, encoding: str):
    keras.utils.set_random_seed(3)
    model = build_localizer(**{**LAB, "presence": True}, box_encoding=encoding, class_names=[*"abcdefghij"])
    expected = model.predict_on_batch(pictures())
    assert {name: values.shape for name, values in expected.items()} == {
        "class": (3, 10), "box": (3, 4), "presence": (3, 1),
    }  # fmt: skip
    assert all(0 <= values.min() <= values.max() <= 1 for values in expected.values())
    model.save(tmp_path / "lab.keras")
    again = keras.saving.load_model(tmp_path / "lab.keras", safe_mode=True)
    assert class_names_of(again) == tuple("abcdefghij")
    for_prediction(again).export(tmp_path / "lab.tflite", format="litert", verbose=False)
    answer = Interpreter(str(tmp_path / "lab.tflite")).get_signature_runner("serving_default")
    found = answer(pixels=pictures()[:1].astype(np.float32))
    for name, values in expected.items():
        assert np.array_equal(again.predict_on_batch(pictures())[name], values)
        assert np.abs(found[name][0] - values[0]).max() < 1e-3


@pytest.mark.parametrize(("size", "channels"), [(22, 1), (64, 3), (100, 3), (320, 3)])
def test_other_input_sizes_and_grey_pictures_will_do(size: int, channels: int):
    model = build_lab(input_size=size, class_count=2, presence=False, channels=channels)
    assert model.predict_on_batch(pictures(size, channels))["box"].shape == (3, 4)


@pytest.mark.parametrize("size", [21, 321, 640])
def test_a_size_that_it_can_not_take_is_refused_before_it_needs_memory(size: int):
    with pytest.raises(ValueError, match=f"input_size: expected 22 to 320 for the lab network.*came {size}"):
        build_localizer(**{**LAB, "input_size": size})


def test_pictures_are_grey_or_coloured():
    with pytest.raises(ValueError, match="channels: expected 1 or 3, came 2"):
        build_localizer(**LAB, channels=2)


def test_weights_of_an_earlier_one_are_taken_and_only_at_its_size(tmp_path: Path):
    earlier = build_localizer(**LAB)
    earlier.save(tmp_path / "lab.keras")
    model = build_localizer(**{**LAB, "class_count": 2}, weights=str(tmp_path / "lab.keras"))
    theirs, ours = (each.get_layer("backbone").get_weights() for each in (earlier, model))
    assert all(np.array_equal(first, other) for first, other in zip(theirs, ours, strict=True))
    with pytest.raises(WeightsUnavailable, match="its weights do not fit the lab network at 96 px"):
        build_localizer(**{**LAB, "input_size": 96}, weights=str(tmp_path / "lab.keras"))
    with pytest.raises(WeightsUnavailable, match="no ImageNet weights for the lab network"):
        build_localizer(**LAB, weights="imagenet")
