"""The classifier's network: what it answers, what of it is frozen, and that its parts are itself."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from training.models.classifier import (
    FEATURES,
    backbone_with_features,
    build_classifier,
    compile_classifier,
    freeze_backbone,
    head_of,
    own_copy_to_compile,
    unfreeze_backbone,
)
from training.models.compact import compact_backbone
from training.models.localizer import build_localizer, class_names_of
from training.models.weights import WeightsUnavailable

SIZE = 64
NAMES = ("cat", "dog", "eel")
PIXELS = np.random.default_rng(0).integers(0, 256, (4, SIZE, SIZE, 3), dtype=np.uint8)


def build(**changes) -> keras.Model:
    options = {"model_size": "small", "input_size": SIZE, "class_count": 3, "class_names": NAMES, **changes}
    return build_classifier(**options)


def answers(model: keras.Model, inputs: np.ndarray = PIXELS) -> np.ndarray:
    return np.asarray(model.predict_on_batch(inputs)["class"])


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return build()


@pytest.mark.parametrize("architecture", ["compact", "mobilenetv2"])
def test_it_answers_with_a_share_for_each_class(architecture: str):
    shares = answers(build(architecture=architecture))
    assert shares.shape == (4, 3)
    assert shares.sum(axis=1) == pytest.approx(1.0, abs=1e-5)


def test_a_saved_one_knows_its_names_and_answers_alike(model: keras.Model, tmp_path: Path):
    model.save(tmp_path / "saved.keras")
    loaded = keras.saving.load_model(tmp_path / "saved.keras", compile=False, safe_mode=True)
    assert class_names_of(loaded) == NAMES
    np.testing.assert_allclose(answers(loaded), answers(model), atol=1e-6)


def test_backbone_and_head_are_the_network_in_two_parts(model: keras.Model):
    features = np.asarray(backbone_with_features(model).predict_on_batch(PIXELS))
    head = head_of(model)
    np.testing.assert_allclose(answers(head, features), answers(model), atol=1e-6)
    kernel = head.get_layer("class_logits").kernel
    assert kernel is model.get_layer("class_logits").kernel
    assert features.shape == (4, model.get_layer(FEATURES).output.shape[-1])


def test_what_is_compiled_shares_its_weights_and_leaves_the_model_without_optimizer():
    model = build()
    fitted = own_copy_to_compile(model)
    compile_classifier(fitted, keras.optimizers.SGD(0.1), 3, label_smoothing=0.1)
    before = model.get_layer("class_logits").kernel.numpy()
    targets = {"class": np.eye(3, dtype=np.float32)[[0, 1, 2, 0]]}
    logs = fitted.train_on_batch(PIXELS, targets, sample_weight={"class": np.ones(4, np.float32)}, return_dict=True)
    assert set(logs) == {"loss", "class_accuracy", "top3_accuracy", "macro_f1"}
    assert not np.array_equal(model.get_layer("class_logits").kernel.numpy(), before)
    assert getattr(model, "optimizer", None) is None


def test_class_weights_count_in_the_loss_and_not_in_the_figures():
    fitted = own_copy_to_compile(build(dropout=0.0))
    compile_classifier(fitted, keras.optimizers.SGD(0.0), 3)
    targets = np.eye(3, dtype=np.float32)[[0, 1, 2, 0]]
    weights = np.array([2.0, 0.5, 0.0, 1.0], np.float32)
    logs = fitted.test_on_batch(PIXELS, {"class": targets}, sample_weight={"class": weights}, return_dict=True)
    shares = answers(fitted)
    by_hand = -(np.log(shares) * targets).sum(axis=1) * weights
    assert float(logs["loss"]) == pytest.approx(by_hand.mean(), abs=1e-5)
    assert float(logs["class_accuracy"]) == pytest.approx((shares.argmax(1) == targets.argmax(1)).mean())
    assert float(logs["top3_accuracy"]) == 1


def test_only_the_last_layers_are_fine_tuned_and_normalisation_never():
    model = build()
    backbone = model.get_layer("backbone")
    freeze_backbone(model)
    assert {variable.path.split("/")[0] for variable in model.trainable_variables} == {"class_logits"}
    unfreeze_backbone(model)
    normalised = [layer for layer in backbone.layers if isinstance(layer, keras.layers.BatchNormalization)]
    assert normalised
    assert not any(layer.trainable for layer in normalised)
    every = len(model.trainable_variables)
    convolutions = [layer for layer in backbone.layers if isinstance(layer, keras.layers.Conv2D)]
    for count in (1, 2, len(convolutions)):  # on the way to the last two lie three layers without any to learn
        unfreeze_backbone(model, last_layers=count)
        assert [layer for layer in backbone.layers if layer.trainable_weights] == convolutions[-count:]
    assert len(model.trainable_variables) == every


def test_a_backbone_that_has_learned_keeps_its_statistics(tmp_path: Path):
    earlier = compact_backbone("small", SIZE)
    earlier.save_weights(tmp_path / "earlier.weights.h5")
    model = build(weights=str(tmp_path / "earlier.weights.h5"), dropout=0.0)
    for one, other in zip(model.get_layer("backbone").weights, earlier.weights, strict=True):
        assert np.array_equal(one, other)
    np.testing.assert_allclose(np.asarray(model(PIXELS, training=True)["class"]), answers(model), atol=1e-5)
    fresh = build(dropout=0.0)
    assert np.abs(np.asarray(fresh(PIXELS, training=True)["class"]) - answers(fresh)).max() > 1e-3


def test_it_starts_with_the_backbone_of_a_localizer(tmp_path: Path):
    localizer = build_localizer(model_size="small", input_size=96, class_count=2, presence=False)
    localizer.save(tmp_path / "best.keras")
    model = build(weights=str(tmp_path / "best.keras"))
    theirs = localizer.get_layer("backbone").weights  # small pictures do without the coarsest map there
    assert len(theirs) > 20
    for one, other in zip(model.get_layer("backbone").weights, theirs, strict=False):
        assert np.array_equal(one, other)


def test_a_localizer_of_small_pictures_lacks_what_a_frozen_backbone_needs(tmp_path: Path):
    localizer = build_localizer(model_size="small", input_size=SIZE, class_count=2, presence=False)
    localizer.save(tmp_path / "best.keras")
    with pytest.raises(WeightsUnavailable, match="lacks the coarsest part"):
        build(weights=str(tmp_path / "best.keras"))
    again = build_localizer(
        model_size="small", input_size=96, class_count=2, presence=False, weights=str(tmp_path / "best.keras")
    )
    earlier = localizer.get_layer("backbone").weights
    for one, other in zip(again.get_layer("backbone").weights, earlier, strict=False):
        assert np.array_equal(one, other)


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"class_names": ("cat",)}, ValueError, "expected 3 names, came 1"),
        ({"architecture": "alexnet"}, ValueError, "architecture: expected one of compact, ConvNeXtBase"),
        ({"model_size": "huge"}, ValueError, "model_size: expected one of"),
        ({"weights": "imagenet"}, WeightsUnavailable, "There are no ImageNet weights"),
    ],
)
def test_what_can_not_be_built_is_refused_with_a_sentence(changes: dict, error: type, sentence: str):
    with pytest.raises(error, match=sentence):
        build(**changes)
