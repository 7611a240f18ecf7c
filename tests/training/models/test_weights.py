from __future__ import annotations

import zipfile
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
    filled = backbone_weights(model)  # small pictures have the beginning of the network
    assert same(filled, backbone.get_weights()[: len(filled)])


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
        for options, network in ((SMALL, "the small compact network"), (MOBILE, "MobileNetV2")):
            assert refused(tmp_path / name, **options) == (
                f"its weights do not fit {network}; expected those of this very network, "
                "or of a model that was trained with it"
            )


@pytest.mark.parametrize("name", ["broken.weights.h5", "broken.keras", "broken.h5"])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 this is nothing", b"\x89HDF\r\n\x1a\n and no more"])
def test_a_damaged_file_is_refused_in_a_sentence(tmp_path: Path, name: str, content: bytes):
    (tmp_path / name).write_bytes(content)
    assert "damaged or of another kind" in refused(tmp_path / name)


def test_half_of_a_good_file_is_refused_in_a_sentence(tmp_path: Path):
    build_localizer(**SMALL).save(tmp_path / "good.keras")
    compact_backbone("small", 64).save_weights(tmp_path / "good.weights.h5")
    for name in ("good.keras", "good.weights.h5"):
        half = tmp_path / f"half_{name}"
        half.write_bytes((tmp_path / name).read_bytes()[:20_000])
        assert "damaged or of another kind" in refused(half)


def test_a_saved_model_that_is_no_model_inside_is_refused_in_a_sentence(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "pictures.keras", "w") as archive:
        archive.writestr("cat.txt", "meow")
    assert "this saved model can't be opened" in refused(tmp_path / "pictures.keras")


def test_only_the_ending_tells_what_a_file_is_so_a_wrong_one_is_named(tmp_path: Path):
    backbone = compact_backbone("small", 64)
    backbone.save_weights(tmp_path / "new.weights.h5")
    (tmp_path / "new.weights.h5").rename(tmp_path / "new.h5")
    assert refused(tmp_path / "new.h5") == "this file is as Keras 3 writes weights; rename it to end in .weights.h5"
    keras.src.legacy.saving.legacy_h5_format.save_model_to_hdf5(backbone, tmp_path / "old.h5")
    build_localizer(**SMALL, weights=str(tmp_path / "old.h5"))
    (tmp_path / "old.h5").rename(tmp_path / "old.weights.h5")
    assert refused(tmp_path / "old.weights.h5").endswith("as older Keras wrote them; rename it to end in .h5 alone")


def test_a_file_that_is_not_there_or_of_no_known_kind_is_refused(tmp_path: Path):
    assert refused(tmp_path / "no.h5") == "expected a file with weights for the small compact network, found none there"
    (tmp_path / "weights.pt").write_bytes(b"torch")
    assert refused(tmp_path / "weights.pt") == "expected a file that ends in .keras, .weights.h5, .h5"


def refused(file: Path, **options: object) -> str:
    """What is said after the file's name; in one line."""
    with pytest.raises(WeightsUnavailable) as failure:
        build_localizer(**{**SMALL, **options}, weights=str(file))
    name, _, sentence = str(failure.value).partition(": ")
    assert name == str(file)
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize(("theirs", "ours"), [(160, 64), (64, 160)])
def test_what_learned_small_pictures_begins_as_what_learns_large_ones(theirs: int, ours: int, tmp_path: Path):
    build_localizer(**{**SMALL, "input_size": theirs}).save(tmp_path / "best.keras")
    earlier = backbone_weights(keras.saving.load_model(tmp_path / "best.keras"))
    model = build_localizer(**{**SMALL, "input_size": ours}, weights=str(tmp_path / "best.keras"))
    shared = min(len(earlier), len(backbone_weights(model)))
    assert same(backbone_weights(model)[:shared], earlier[:shared])
    assert len(earlier) != len(backbone_weights(model))
