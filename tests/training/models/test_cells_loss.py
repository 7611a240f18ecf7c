from __future__ import annotations

import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from training.models.cells_loss import FLOOR, SMALLEST, SPREAD, USUAL_CELLS, CellsLoss

SIDE, CLASSES = 4, 3
CELLS = SIDE * SIDE
# The centre of the cell in the second row and second column, on a map of 4 x 4.
BOX = (0.375, 0.375, 0.5, 0.5)
WITH_OBJECT = np.array([[1.0, *BOX, 0.0, 1.0, 0.0]], np.float32)
NEGATIVE = np.zeros((1, 5 + CLASSES), np.float32)


def answers(
    logit: float = 0.0, box: tuple[float, ...] = BOX, classes: tuple[float, ...] = (0.0, 0.0, 0.0)
) -> np.ndarray:
    return np.tile(np.array([logit, *box, *classes], np.float32), (1, CELLS, 1))


def bell_by_hand() -> np.ndarray:
    centres = [(column + 0.5) / SIDE for column in range(SIDE)]
    width, height = (SPREAD * max(side, SMALLEST / SIDE) for side in BOX[2:])  # never narrower than a few cells
    return np.array(
        [
            math.exp(-0.5 * (((x - BOX[0]) / width) ** 2 + ((y - BOX[1]) / height) ** 2))
            for y in centres
            for x in centres
        ]
    )


def test_the_object_loss_is_what_one_works_out_by_hand():
    bell = bell_by_hand()
    expected = ((bell - 0.5) ** 2 * math.log(2)).sum() / bell.sum()  # a logit of 0 is a share of one half
    found = CellsLoss(box_weight=0.0, class_weight=0.0)(WITH_OBJECT, answers())
    assert float(found) == pytest.approx(expected, rel=1e-4)


def test_a_picture_without_an_object_only_pays_for_seeing_one():
    expected = CELLS * 0.25 * math.log(2) / USUAL_CELLS
    found = CellsLoss()(NEGATIVE, answers(box=(0.1, 0.9, 0.3, 0.2), classes=(5.0, -3.0, 1.0)))
    assert float(found) == pytest.approx(expected, rel=1e-4)


def test_cells_that_are_right_cost_nothing_for_box_and_class():
    loss = CellsLoss(object_weight=0.0)
    assert float(loss(WITH_OBJECT, answers(classes=(-30.0, 30.0, -30.0)))) == pytest.approx(0.0, abs=1e-4)
    assert float(loss(WITH_OBJECT, answers())) == pytest.approx(math.log(CLASSES), rel=1e-4)


def test_only_cells_under_the_bell_answer_for_box_and_class():
    heard = bell_by_hand() >= FLOOR
    assert 0 < heard.sum() < CELLS
    gradient = _gradient(WITH_OBJECT, answers(box=(0.6, 0.6, 0.2, 0.2)))
    assert (np.abs(gradient[0, heard, 1:]).sum(axis=1) > 0).all()
    assert (gradient[0, ~heard, 1:] == 0).all()


def test_without_an_object_box_and_class_get_no_gradient_at_all():
    gradient = _gradient(NEGATIVE, answers(box=(0.6, 0.6, 0.2, 0.2), classes=(1.0, 2.0, 3.0)))
    assert (gradient[..., 1:] == 0).all()
    assert (gradient[..., 0] > 0).all()


@pytest.mark.parametrize("place", [0.5, 0.375, 0.4, 0.125])  # between four cells, in the middle of one, ...
def test_a_tiny_object_still_has_a_cell_that_sees_it(place: float):
    tiny = np.array([[1.0, place, place, 0.001, 0.001, 1.0, 0.0, 0.0]], np.float32)
    gradient = _gradient(tiny, answers(box=(0.6, 0.6, 0.2, 0.2)))
    assert np.abs(gradient[..., 1:]).sum() > 0
    assert np.isfinite(gradient).all()


def test_sure_cells_give_finite_values():
    for logit in (-200.0, 200.0):
        assert np.isfinite(float(CellsLoss()(WITH_OBJECT, answers(logit, classes=(300.0, -300.0, 0.0)))))
        assert np.isfinite(_gradient(WITH_OBJECT, answers(logit, classes=(300.0, -300.0, 0.0)))).all()


def test_smoothed_classes_are_what_keras_smooths():
    said = answers(classes=(1.0, -2.0, 0.5))
    smooth, truth = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.3), WITH_OBJECT[:, 5:]
    alone = CellsLoss(object_weight=0.0, box_weight=0.0, label_smoothing=0.3)
    assert float(alone(WITH_OBJECT, said)) == pytest.approx(float(smooth(truth, said[:, 0, 5:])), rel=1e-5)
    assert float(alone(NEGATIVE, said)) == 0.0


def test_the_loss_survives_being_written_down():
    loss = CellsLoss("giou", class_weight=0.5, box_weight=2.0, object_weight=3.0, label_smoothing=0.1)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss), safe_mode=True)
    assert float(again(WITH_OBJECT, answers())) == float(loss(WITH_OBJECT, answers()))
    assert again.get_config() == loss.get_config()


def _gradient(true: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    variable = tf.Variable(predicted)
    with tf.GradientTape() as tape:
        value = CellsLoss()(true, variable)
    return tape.gradient(value, variable).numpy()
