from __future__ import annotations

import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import ops

from training.models.backbones import (
    backbone_names,
    canonical_name,
    keras_backbone,
    keras_network,
    preprocessing_mode,
    smallest_input,
)
from training.models.compact import COMPACT
from training.models.lab import LAB
from training.models.layers import Preprocessing
from training.models.localizer import build_localizer
from training.run.input_limits import input_size_limits
from training.run.recipes import localizer_defaults

PIXELS = np.random.default_rng(0).integers(0, 256, (2, 8, 8, 3)).astype(np.float32)


def test_the_settings_offer_what_keras_has():
    assert backbone_names() == localizer_defaults.KERAS_BACKBONES


def test_our_own_networks_are_called_the_same_in_the_settings():
    assert (localizer_defaults.COMPACT, localizer_defaults.LAB) == (COMPACT, LAB)


@pytest.mark.parametrize("name", backbone_names())
def test_each_gets_the_preprocessing_that_keras_itself_gives_it(name: str):
    its_own = sys.modules[getattr(keras.applications, name).__module__].preprocess_input
    expected = its_own(PIXELS.copy())
    assert np.allclose(ops.convert_to_numpy(Preprocessing(preprocessing_mode(name))(PIXELS)), expected, atol=1e-4)


@pytest.mark.parametrize("name", ["MobileNetV3Small", "EfficientNetB0"])
def test_inside_means_that_the_network_does_it_itself(name: str):
    kinds = [type(layer).__name__ for layer in keras_backbone(name, "random", 64).layers[:4]]
    assert preprocessing_mode(name) == "inside"
    assert "Rescaling" in kinds


@pytest.mark.parametrize("name", ["mobilenetv2", "MOBILENETV2", "MobileNetV2"])
def test_names_are_known_in_any_case(name: str):
    assert canonical_name(name) == "MobileNetV2"


@pytest.mark.parametrize(("name", "size", "sides"), [("MobileNetV2", 96, [12, 6, 3]), ("VGG16", 64, [8, 4, 2])])
def test_the_maps_are_the_output_and_those_twice_and_four_times_as_fine(name: str, size: int, sides: list[int]):
    backbone = keras_backbone(name, "random", size)
    assert [output.shape[1] for output in backbone.outputs] == sides


def test_statistics_are_forgotten_soon_enough_for_a_short_training():
    backbone = keras_backbone("MobileNetV2", "random", 64)
    momenta = [layer.momentum for layer in backbone.layers if isinstance(layer, keras.layers.BatchNormalization)]
    assert momenta
    assert max(momenta) <= 0.9


def test_an_unknown_preprocessing_is_refused():
    with pytest.raises(ValueError, match="expected one of tf, torch, caffe, inside, came 'vgg'"):
        Preprocessing("vgg")


def test_a_localizer_on_a_keras_backbone_answers_and_survives_being_saved(tmp_path: Path):
    model = build_localizer(architecture="mobilenetv3small", input_size=64, class_count=2, presence=True)
    pictures = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3), np.uint8)
    first = model.predict_on_batch(pictures)
    assert first["box"].shape == (3, 4)
    model.save(tmp_path / "model.keras")
    other = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True).predict_on_batch(pictures)
    assert all(np.array_equal(first[name], other[name]) for name in first)


@pytest.mark.parametrize("name", backbone_names())
def test_a_size_below_keras_own_smallest_is_refused_in_our_words(name: str):
    below = smallest_input(name) - 1
    with pytest.raises(ValueError, match=f"input_size: expected {below + 1} or more for {name}, came {below}"):
        keras_network(name, "random", below)
    with pytest.raises(ValueError, match=r"[Ii]nput size must be at least"):
        getattr(keras.applications, name)(include_top=False, weights=None, input_shape=(below, below, 3))


@pytest.mark.parametrize("name", ["MobileNetV2", "VGG16", "Xception"])
def test_the_smallest_size_is_possible(name: str):
    size = smallest_input(name)
    maps = keras_backbone(name, "random", size).outputs
    assert all(each.shape[1] >= 1 for each in maps)


@pytest.mark.parametrize("name", backbone_names())
def test_the_settings_offer_only_sizes_that_a_network_takes(name: str):
    smallest, largest = input_size_limits(name)
    assert smallest_input(name) <= smallest < largest
