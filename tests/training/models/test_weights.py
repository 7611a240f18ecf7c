from __future__ import annotations

import urllib.error
from pathlib import Path

import keras
import numpy as np
import pytest

from training.models.compact import compact_backbone
from training.models.localizer import build_localizer
from training.models.weights import BACKBONE, WeightsUnavailable

SMALL = {"model_size": "small", "input_size": 64, "class_count": 2, "presence": True}
MOBILE = {**SMALL, "architecture": "MobileNetV2"}


def backbone_weights(model: keras.Model) -> list[np.ndarray]:
    return model.get_layer(BACKBONE).get_weights()


def same(first: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return len(first) == len(other) and all(np.array_equal(a, b) for a, b in zip(first, other, strict=True))


def test_without_network_the_message_says_which_file_to_put_where(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    def no_network(*args: object, **options: object) -> None:
        raise urllib.error.URLError("no network here")

    monkeypatch.setattr("keras.src.utils.file_utils.urlretrieve", no_network)
    monkeypatch.setattr("keras.src.backend.config._KERAS_DIR", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    with pytest.raises(WeightsUnavailable) as error:
        build_localizer(**{**MOBILE, "input_size": 160}, weights="imagenet")
    message = str(error.value)
    assert "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_160_no_top.h5 on a machine that can" in message
    assert str(tmp_path / "models") in message
    assert "--weights FILE" in message


def test_the_compact_network_has_no_imagenet_weights():
    with pytest.raises(WeightsUnavailable, match="no ImageNet weights for the small compact network"):
        build_localizer(**SMALL, weights="imagenet")


def test_a_localizer_trained_earlier_gives_its_backbone_to_one_of_other_classes(tmp_path: Path):
    earlier = build_localizer(**SMALL)
    earlier.save(tmp_path / "best.keras")
    model = build_localizer(**{**SMALL, "class_count": 5, "presence": False}, weights=str(tmp_path / "best.keras"))
    assert same(backbone_weights(model), backbone_weights(earlier))
    assert not same(backbone_weights(build_localizer(**SMALL)), backbone_weights(earlier))


def test_a_weights_file_of_the_backbone_is_taken(tmp_path: Path):
    backbone = compact_backbone("small", 64)
    backbone.save_weights(tmp_path / "some.weights.h5")
    model = build_localizer(**SMALL, weights=str(tmp_path / "some.weights.h5"))
    assert same(backbone_weights(model), backbone.get_weights())


@pytest.mark.parametrize("name", ["mobile.weights.h5", "mobile.keras"])
def test_files_of_keras_networks_are_taken_at_another_input_size_too(tmp_path: Path, name: str):
    network = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(96, 96, 3))
    (network.save_weights if name.endswith("h5") else network.save)(tmp_path / name)
    model = build_localizer(**MOBILE, weights=str(tmp_path / name))
    assert same(backbone_weights(model), network.get_weights())


def test_a_file_of_another_network_is_refused_in_a_sentence(tmp_path: Path):
    compact_backbone("medium", 64).save_weights(tmp_path / "medium.weights.h5")
    build_localizer(**{**SMALL, "model_size": "medium"}).save(tmp_path / "medium.keras")
    for name in ("medium.weights.h5", "medium.keras"):
        with pytest.raises(WeightsUnavailable, match=f"{name}: its weights do not fit the small compact network"):
            build_localizer(**SMALL, weights=str(tmp_path / name))
        with pytest.raises(WeightsUnavailable, match=f"{name}: its weights do not fit MobileNetV2"):
            build_localizer(**MOBILE, weights=str(tmp_path / name))


@pytest.mark.parametrize("name", ["broken.weights.h5", "broken.keras", "broken.h5"])
def test_a_damaged_file_is_refused_in_a_sentence(tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(b"PK\x03\x04 this is nothing")
    with pytest.raises(WeightsUnavailable, match="do not fit the small compact network"):
        build_localizer(**SMALL, weights=str(tmp_path / name))


def test_a_file_that_is_not_there_or_of_no_known_kind_is_refused(tmp_path: Path):
    with pytest.raises(WeightsUnavailable, match="found none there"):
        build_localizer(**SMALL, weights=str(tmp_path / "missing.weights.h5"))
    (tmp_path / "weights.pt").write_bytes(b"torch")
    with pytest.raises(WeightsUnavailable, match=r"expected a file that ends in .keras, .weights.h5, .h5"):
        build_localizer(**SMALL, weights=str(tmp_path / "weights.pt"))
