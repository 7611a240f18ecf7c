from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial

import keras
import numpy as np
import pytest
import tensorflow as tf

from training.models.box_encodings import BOX_ENCODINGS, LinearBoxes, bounded_boxes
from training.models.boxes import iou
from training.models.losses import BOX_LOSSES, box_loss_named
from training.run.recipes import localizer_defaults

TRUE = np.array([[0.2, 0.2, 0.4, 0.4], [0.5, 0.5, 0.4, 0.2]], np.float32)
PREDICTED = np.array([[0.4, 0.2, 0.4, 0.4], [0.5, 0.5, 0.4, 0.2]], np.float32)  # IoU and GIoU 1/3, and exactly right
OF_THE_FIRST = {
    "mse": 0.04 / 4,
    "l1": 0.2,
    "huber": 0.2 - 1 / 18,
    "giou": 1 - 1 / 3,
    "ciou": 1 - 1 / 3 + 4 / 52,  # the centres are 2 apart, the box around both is 6x4
    "l1+giou": 5 * 0.2 + 2 * (1 - 1 / 3),
}
DEGENERATE = [
    (0.5, 0.5, 0.0, 0.0),  # a point
    (0.0, 0.0, 0.0, 0.0),
    (1.0, 1.0, 0.0, 0.5),  # a line
    (0.2, 0.2, 0.4, 0.4),
    (0.6, 0.2, 0.4, 0.4),  # touches the one before
    (0.5, 0.5, -0.3, 0.2),  # edges that changed places
    (0.5, 0.5, -1.0, -1e-20),
    (0.9, 0.9, 1e-20, 1e-20),
    (0.5, 0.5, 1.0, 1.0),
    (1e6, -1e6, 1e3, 1e-3),  # far away
]


@pytest.mark.parametrize("name", BOX_LOSSES)
def test_a_box_loss_is_what_one_works_out_by_hand(name: str):
    loss = box_loss_named(name)
    assert float(loss(TRUE[:1], PREDICTED[:1])) == pytest.approx(OF_THE_FIRST[name], abs=1e-4)
    assert float(loss(TRUE[1:], PREDICTED[1:])) == pytest.approx(0.0, abs=1e-4)


@pytest.mark.parametrize("name", BOX_LOSSES)
def test_the_mean_is_over_pictures_with_an_object(name: str):
    loss = box_loss_named(name)
    assert float(loss(TRUE, PREDICTED, sample_weight=[1.0, 0.0])) == pytest.approx(OF_THE_FIRST[name], abs=1e-4)
    assert float(loss(TRUE, PREDICTED, sample_weight=[1.0, 1.0])) == pytest.approx(OF_THE_FIRST[name] / 2, abs=1e-4)
    assert float(loss(TRUE, PREDICTED, sample_weight=[0.0, 0.0])) == 0.0


@pytest.mark.parametrize("name", BOX_LOSSES)
def test_value_and_gradient_are_finite_for_boxes_without_area_turned_over_touching_or_far_apart(name: str):
    true, predicted = (
        np.array(each, np.float32) for each in zip(*itertools.product(DEGENERATE, DEGENERATE), strict=True)
    )
    value, gradient = value_and_gradient(name, true, predicted)
    assert np.isfinite(value).all()
    assert np.isfinite(gradient).all()


@pytest.mark.parametrize("encoding", BOX_ENCODINGS)
@pytest.mark.parametrize("name", BOX_LOSSES)
def test_the_gradient_is_finite_for_every_encoding_whatever_the_numbers(name: str, encoding: str):
    numbers = [0.0, 1e-20, -0.25, 0.25, 3.0, -3.0, 200.0, -200.0]
    raw = list(itertools.product(numbers, numbers, (0.0, -0.25, 200.0), (0.25, -200.0)))
    true, raw = (np.array(each, np.float32) for each in zip(*itertools.product(DEGENERATE[:-1], raw), strict=True))
    for read in (bounded, linear):
        value, gradient = value_and_gradient(name, true, raw, partial(read, encoding))
        assert np.isfinite(value).all()
        assert np.isfinite(gradient).all()


@pytest.mark.parametrize("name", BOX_LOSSES)
def test_every_loss_leads_every_encoding_to_the_box(name: str):
    """From where a network starts; the point is that of a cell in the box."""
    true, steps = np.array([[0.3, 0.6, 0.3, 0.2]], np.float32), 150
    raw = tf.Variable([[[0.05, -0.05, 0.1, -0.1]]] * len(BOX_ENCODINGS))

    @tf.function
    def descend() -> None:
        for step in tf.range(steps):
            with tf.GradientTape() as tape:
                read = [bounded(encoding, raw[row]) for row, encoding in enumerate(BOX_ENCODINGS)]
                value = sum(box_loss_named(name)(true, box) for box in read)
            gradient = tape.gradient(value, raw)
            rate = 0.06 * (1.0 - tf.cast(step, tf.float32) / steps)
            raw.assign_sub(rate * gradient / (tf.norm(gradient, axis=-1, keepdims=True) + 1e-9))

    descend()
    for row, encoding in enumerate(BOX_ENCODINGS):
        assert float(iou(true[0], bounded(encoding, raw[row])[0])) > 0.95, encoding


def test_giou_pulls_boxes_together_that_do_not_touch():
    variable = tf.Variable([[0.8, 0.5, 0.1, 0.1]])
    with tf.GradientTape() as tape:
        value = box_loss_named("giou")(np.array([[0.2, 0.5, 0.1, 0.1]], np.float32), variable)
    assert tape.gradient(value, variable).numpy()[0, 0] > 0


def test_an_unknown_loss_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match=r"expected one of l1\+giou, giou, ciou, l1, huber, mse, came 'diou'"):
        box_loss_named("diou")


def test_ciou_goes_on_where_giou_is_content_with_a_box_inside_the_other():
    """Both boxes lie inside the true one: only the distance of the centres tells them apart."""
    true = np.array([[0.5, 0.5, 0.8, 0.8]] * 2, np.float32)
    predicted = np.array([[0.5, 0.5, 0.4, 0.4], [0.4, 0.5, 0.4, 0.4]], np.float32)
    giou, ciou = (box_loss_named(name).call(true, predicted) for name in ("giou", "ciou"))
    assert float(giou[0]) == pytest.approx(float(giou[1]), abs=1e-5)
    assert float(ciou[1] - ciou[0]) == pytest.approx(0.01 / (2 * 0.64), abs=1e-5)


def test_settings_offer_the_losses_there_are():
    assert set(localizer_defaults.BOX_LOSSES) == set(BOX_LOSSES)
    assert localizer_defaults.BOX_LOSS in BOX_LOSSES


@pytest.mark.parametrize("name", BOX_LOSSES)
def test_a_loss_survives_being_written_down(name: str):
    written = keras.saving.serialize_keras_object(box_loss_named(name))
    again = keras.saving.deserialize_keras_object(written, safe_mode=True)
    assert type(again) is BOX_LOSSES[name]
    assert float(again(TRUE, PREDICTED)) == float(box_loss_named(name)(TRUE, PREDICTED))


def value_and_gradient(
    name: str, true: np.ndarray, numbers: np.ndarray, read: Callable = lambda numbers: numbers
) -> tuple[np.ndarray, np.ndarray]:
    variable = tf.Variable(numbers)
    with tf.GradientTape() as tape:
        value = box_loss_named(name).call(true, read(variable))
        total = tf.reduce_sum(value)
    return value.numpy(), tape.gradient(total, variable).numpy()


def bounded(encoding: str, raw: tf.Variable) -> tf.Tensor:
    return bounded_boxes(encoding, raw, np.array([0.35, 0.6], np.float32))


def linear(encoding: str, raw: tf.Variable) -> tf.Tensor:
    return LinearBoxes(encoding)(raw, training=True)
