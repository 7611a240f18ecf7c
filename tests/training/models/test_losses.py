from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from training.models.losses import BOX_LOSSES, box_loss_named
from training.run import localizer_defaults

TRUE = np.array([[0.2, 0.2, 0.4, 0.4], [0.5, 0.5, 0.4, 0.2]], np.float32)
PREDICTED = np.array([[0.4, 0.2, 0.4, 0.4], [0.5, 0.5, 0.4, 0.2]], np.float32)  # IoU and GIoU 1/3, and exactly right
OF_THE_FIRST = {"mse": 0.04 / 4, "giou": 1 - 1 / 3, "l1+giou": 5 * 0.2 + 2 * (1 - 1 / 3)}
DEGENERATE = [
    (0.5, 0.5, 0.0, 0.0),
    (0.0, 0.0, 0.0, 0.0),
    (1.0, 1.0, 0.0, 0.5),
    (0.2, 0.2, 0.4, 0.4),
    (0.9, 0.9, 1e-20, 1e-20),
    (0.5, 0.5, 1.0, 1.0),
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
@pytest.mark.parametrize("predicted", DEGENERATE)
@pytest.mark.parametrize("true", DEGENERATE)
def test_the_gradient_is_finite_for_boxes_without_area(name: str, true: tuple, predicted: tuple):
    loss, variable = box_loss_named(name), tf.Variable([predicted], dtype=tf.float32)
    with tf.GradientTape() as tape:
        value = loss(np.array([true], np.float32), variable)
    assert np.isfinite(float(value))
    assert np.isfinite(tape.gradient(value, variable).numpy()).all()


def test_giou_pulls_boxes_together_that_do_not_touch():
    variable = tf.Variable([[0.8, 0.5, 0.1, 0.1]])
    with tf.GradientTape() as tape:
        value = box_loss_named("giou")(np.array([[0.2, 0.5, 0.1, 0.1]], np.float32), variable)
    assert tape.gradient(value, variable).numpy()[0, 0] > 0


def test_an_unknown_loss_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match=r"expected one of l1\+giou, giou, mse, came 'huber'"):
        box_loss_named("huber")


def test_settings_offer_the_losses_there_are():
    assert set(localizer_defaults.BOX_LOSSES) == set(BOX_LOSSES)
    assert localizer_defaults.BOX_LOSS in BOX_LOSSES


@pytest.mark.parametrize("name", BOX_LOSSES)
def test_a_loss_survives_being_written_down(name: str):
    written = keras.saving.serialize_keras_object(box_loss_named(name))
    again = keras.saving.deserialize_keras_object(written, safe_mode=True)
    assert type(again) is BOX_LOSSES[name]
    assert float(again(TRUE, PREDICTED)) == float(box_loss_named(name)(TRUE, PREDICTED))
