"""Half precision: where it computes, where it does not, and what is saved of it."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from training.models.backbones import keras_backbone
from training.models.localizer import build_localizer, for_prediction
from training.models.precision import PRECISIONS, precision_of, use_precision, written_as_float32
from training.run.settings_table import SETTINGS

SIZE = 64
PIXELS = np.random.default_rng(0).integers(0, 256, (2, SIZE, SIZE, 3), np.uint8)


@pytest.fixture
def model() -> keras.Model:
    keras.utils.set_random_seed(0)
    return build_localizer(model_size="small", input_size=SIZE, class_count=2, presence=True)


def test_the_settings_offer_what_there_is():
    field = next(field for field in SETTINGS if field.key == "precision")
    assert [choice.value for choice in field.choices] == ["auto", *PRECISIONS]


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
def test_all_but_pixels_and_answers_is_computed_in_half_precision(model: keras.Model, precision: str):
    use_precision(model, precision)
    exact = {layer.name for layer in model.layers if layer.compute_dtype == "float32"}
    assert {"preprocessing", "object_logits", "box_numbers", "class_logits", "cell_boxes", "box", "class"} <= exact
    backbone = model.get_layer("backbone")
    halves = [layer for layer in (*model.layers, *backbone.layers) if layer.compute_dtype == precision[6:]]
    assert sum(isinstance(layer, keras.layers.Conv2D) for layer in halves) > 8
    assert all(str(weight.dtype) == "float32" for weight in model.weights)
    assert {keras.backend.standardize_dtype(answer.dtype) for answer in model(PIXELS).values()} == {"float32"}


def test_answers_are_those_of_float32_but_for_the_rounding(model: keras.Model):
    expected = for_prediction(model)(PIXELS)
    use_precision(model, "mixed_bfloat16")
    got = for_prediction(model)(PIXELS)
    for name, value in expected.items():
        difference = np.abs(keras.ops.convert_to_numpy(got[name]) - keras.ops.convert_to_numpy(value))
        assert 0 < difference.max() < 0.02, name


def test_the_saved_model_is_float32_and_the_one_in_training_stays_as_it_is(model: keras.Model, tmp_path: Path):
    expected = model.predict_on_batch(PIXELS)
    use_precision(model, "mixed_bfloat16")
    with written_as_float32(model):
        model.save(tmp_path / "model.keras")
    assert precision_of(model) == "mixed_bfloat16"
    again = keras.saving.load_model(tmp_path / "model.keras", compile=False, safe_mode=True)
    assert precision_of(again) == "float32"
    for name, value in again.predict_on_batch(PIXELS).items():
        np.testing.assert_allclose(value, expected[name], atol=1e-6)


def test_a_layer_that_needs_float32_keeps_it():
    class Exact(keras.layers.Layer):
        needs_float32 = True

        def call(self, inputs):
            return inputs + 0.0

    numbers = keras.Input((4,))
    inner = keras.layers.Dense(4, name="inner")(Exact(name="exact")(keras.layers.Dense(4)(numbers)))
    model = keras.Model(numbers, keras.layers.Dense(1, name="answer")(inner))
    use_precision(model, "mixed_bfloat16")
    computed = {layer.name: layer.compute_dtype for layer in model.layers}
    assert (computed["inner"], computed["exact"], computed["answer"]) == ("bfloat16", "float32", "float32")


@pytest.mark.parametrize(
    ("name", "preparing"),
    [("EfficientNetB0", ["Rescaling", "Normalization"]), ("MobileNetV3Small", ["Rescaling"])],
)
def test_a_backbone_that_prepares_pixels_itself_does_so_in_float32(name: str, preparing: list[str]):
    backbone = keras_backbone(name, "random", SIZE)
    use_precision(backbone, "mixed_bfloat16")
    computing = [layer for layer in backbone.layers if not isinstance(layer, keras.layers.InputLayer)]
    first = computing[: len(preparing)]
    assert [(type(layer).__name__, layer.compute_dtype) for layer in first] == [(kind, "float32") for kind in preparing]
    (convolution,) = [layer for layer in computing if isinstance(layer, keras.layers.Conv2D)][:1]
    assert convolution.compute_dtype == "bfloat16"


def test_an_unknown_precision_is_refused(model: keras.Model):
    with pytest.raises(ValueError, match=r"expected one of float32, .*, came 'float8'"):
        use_precision(model, "float8")
