from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from training.models.compiling import compile_localizer, figures
from training.models.localizer import build_localizer
from training.models.optimizing import make_optimizer

SIZE, CLASSES = 64, 2
LOGS = {"loss", "class_loss", "box_loss", "presence_loss", "cells_loss", "mean_iou", "iou50", "iou60",
        "class_accuracy", "presence_accuracy"}  # fmt: skip
BOXES = np.array([[0.3, 0.4, 0.2, 0.3], [0.6, 0.5, 0.4, 0.4], [0, 0, 0, 0], [0, 0, 0, 0]], np.float32)
PRESENT = np.array([1, 1, 0, 0], np.float32)
ONE_HOT = np.array([[1, 0], [0, 1], [0, 0], [0, 0]], np.float32)


def built(presence: bool = True, **options: Any) -> keras.Model:
    keras.utils.set_random_seed(0)
    model = build_localizer(model_size="small", input_size=SIZE, class_count=CLASSES, presence=presence)
    compile_localizer(model, make_optimizer(total_steps=20), **options)
    return model


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return built()


def batch(rows: slice = slice(0, 4), presence: bool = True) -> tuple[np.ndarray, dict, dict]:
    pictures = np.random.default_rng(0).integers(0, 256, (4, SIZE, SIZE, 3), np.uint8)[rows]
    cells = np.concatenate([PRESENT[:, None], BOXES, ONE_HOT], axis=1)
    targets = {"class": ONE_HOT[rows], "box": BOXES[rows], "cells": cells[rows]}
    weights = {"class": PRESENT[rows], "box": PRESENT[rows], "cells": np.ones(len(pictures), np.float32)}
    if presence:
        targets["presence"], weights["presence"] = PRESENT[rows, None], np.ones(len(pictures), np.float32)
    return pictures, targets, weights


def test_logs_carry_our_names_and_are_what_one_works_out_from_the_predictions(model: keras.Model):
    pictures, targets, weights = batch()
    logs = figures(model.evaluate(pictures, targets, sample_weight=weights, verbose=0, return_dict=True))
    assert set(logs) == LOGS
    said = model.predict_on_batch(pictures)
    crossentropy = -np.log((said["class"][:2] * ONE_HOT[:2]).sum(axis=1)).mean()
    assert logs["class_loss"] == pytest.approx(crossentropy, rel=1e-3)
    presence = said["presence"][:, 0]
    expected = -np.mean(PRESENT * np.log(presence) + (1 - PRESENT) * np.log(1 - presence))
    assert logs["presence_loss"] == pytest.approx(expected, rel=1e-3)
    assert logs["presence_accuracy"] == pytest.approx(np.mean((presence > 0.5) == PRESENT))
    assert logs["class_accuracy"] == pytest.approx(np.mean(said["class"][:2].argmax(axis=1) == [0, 1]))
    overlaps = [_iou(one, other) for one, other in zip(BOXES[:2], said["box"][:2], strict=True)]
    assert logs["mean_iou"] == pytest.approx(np.mean(overlaps), abs=1e-4)
    heads = ("class_loss", "box_loss", "presence_loss", "cells_loss")
    assert logs["loss"] == pytest.approx(sum(logs[name] for name in heads), rel=1e-3)


def test_validation_figures_keep_their_prefix():
    assert figures({"val_box_mean_iou": 0.5, "box_iou60": 1, "val_loss": 2.0}) == {
        "val_mean_iou": 0.5, "iou60": 1.0, "val_loss": 2.0,
    }  # fmt: skip


def test_a_batch_of_negatives_moves_nothing_but_what_tells_an_object(model: keras.Model):
    pictures, targets, weights = batch(slice(2, 4))
    for layer in ("box_numbers", "class_logits"):
        assert not _gradients(model, layer, pictures, targets, weights).any()
    assert _gradients(model, "object_logits", pictures, targets, weights).any()
    assert _gradients(model, "presence", pictures, targets, weights).any()


def test_pictures_with_an_object_do_move_box_and_class(model: keras.Model):
    pictures, targets, weights = batch(slice(0, 2))
    for layer in ("box_numbers", "class_logits", "object_logits", "presence"):
        assert _gradients(model, layer, pictures, targets, weights).any()


def test_a_head_of_weight_nothing_does_not_count():
    pictures, targets, weights = batch()
    model = built(class_weight=0.0)
    logs = figures(model.evaluate(pictures, targets, sample_weight=weights, verbose=0, return_dict=True))
    heads = ("box_loss", "presence_loss", "cells_loss")
    assert logs["loss"] == pytest.approx(sum(logs[name] for name in heads), rel=1e-3)
    assert not _gradients(model, "class_logits", pictures, targets, weights).any()


def test_the_weight_of_presence_is_also_that_of_what_each_cell_is_taught_of_it():
    """Of pictures without an object nothing else is left to learn."""
    gradients = _gradients(built(presence_weight=0.0), "object_logits", *batch(slice(2, 4)))
    assert not gradients.any()
    once, thrice = (
        _gradients(built(presence=False, presence_weight=weight), "object_logits", *batch(slice(2, 4), presence=False))
        for weight in (1.0, 3.0)
    )
    np.testing.assert_allclose(thrice, 3 * once, rtol=1e-4, atol=1e-9)


@pytest.mark.parametrize("box_loss", ["mse", "giou", "l1+giou"])
def test_every_box_loss_teaches_without_a_presence_head_too(box_loss: str):
    gradients = _gradients(built(presence=False, box_loss=box_loss), "box_numbers", *batch(slice(0, 2), presence=False))
    assert gradients.any()
    assert np.isfinite(gradients).all()


def test_a_saved_training_goes_on_where_it_was(tmp_path: Path):
    model = built()
    model.run_eagerly = True  # one step: compiling it would take longer
    pictures, targets, weights = batch()
    model.train_on_batch(pictures, targets, sample_weight=weights)
    model.save(tmp_path / "last.keras")
    again = keras.saving.load_model(tmp_path / "last.keras", safe_mode=True)
    assert int(again.optimizer.iterations) == 1
    assert len(again.optimizer.variables) == len(model.optimizer.variables) > 50
    for first, other in zip(model.optimizer.variables, again.optimizer.variables, strict=True):
        assert np.array_equal(keras.ops.convert_to_numpy(first), keras.ops.convert_to_numpy(other))
    expected = model.evaluate(pictures, targets, sample_weight=weights, verbose=0, return_dict=True)
    assert again.evaluate(pictures, targets, sample_weight=weights, verbose=0, return_dict=True) == pytest.approx(
        expected
    )


def _gradients(model: keras.Model, layer: str, pictures: np.ndarray, targets: dict, weights: dict) -> np.ndarray:
    with tf.GradientTape() as tape:
        said = model(pictures, training=True)
        loss = model.compute_loss(x=pictures, y=targets, y_pred=said, sample_weight=weights)
    found = tape.gradient(loss, [variable.value for variable in model.get_layer(layer).trainable_variables])
    return np.concatenate([np.zeros(1) if each is None else each.numpy().ravel() for each in found])


def _iou(first: np.ndarray, other: np.ndarray) -> float:
    low = np.maximum(first[:2] - first[2:] / 2, other[:2] - other[2:] / 2)
    high = np.minimum(first[:2] + first[2:] / 2, other[:2] + other[2:] / 2)
    shared = np.prod(np.maximum(high - low, 0))
    return float(shared / (np.prod(first[2:]) + np.prod(other[2:]) - shared))
