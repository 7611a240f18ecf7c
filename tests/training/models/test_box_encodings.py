from __future__ import annotations

import math

import keras
import numpy as np
import pytest
from keras import ops

from training.models.box_encodings import BOX_ENCODINGS, LinearBoxes, bounded_boxes, check_encoding
from training.models.localizer import build_localizer
from training.run.recipes import localizer_defaults

POINT = np.array([0.4, 0.5], np.float32)
RAW = (0.2, -0.1, 0.3, 0.4)


def sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))


LEFT, TOP, RIGHT, BOTTOM = (sigmoid(each - 1.1) for each in RAW)
XMIN, YMIN = 0.4 + math.tanh(0.2 - 0.25), 0.5 + math.tanh(-0.1 - 0.25)
XMAX, YMAX = 0.4 + math.tanh(0.3 + 0.25), 0.5 + math.tanh(0.4 + 0.25)
BY_HAND = {
    "centre_size": (0.4 + 0.5 * math.tanh(0.2), 0.5 + 0.5 * math.tanh(-0.1), sigmoid(0.3), sigmoid(0.4)),
    "corners": ((XMIN + XMAX) / 2, (YMIN + YMAX) / 2, XMAX - XMIN, YMAX - YMIN),
    "edges": (0.4 + (RIGHT - LEFT) / 2, 0.5 + (BOTTOM - TOP) / 2, LEFT + RIGHT, TOP + BOTTOM),
}
LINEAR_BY_HAND = {
    "centre_size": (0.2, -0.1, 0.3, 0.4),
    "corners": (0.25, 0.15, 0.1, 0.5),
    "edges": (0.55, 0.75, 0.5, 0.3),
}


@pytest.mark.parametrize("encoding", BOX_ENCODINGS)
def test_a_box_is_what_one_works_out_by_hand(encoding: str):
    read = ops.convert_to_numpy(bounded_boxes(encoding, np.array([RAW], np.float32), POINT))
    assert read[0] == pytest.approx(BY_HAND[encoding], abs=1e-5)


@pytest.mark.parametrize("encoding", BOX_ENCODINGS)
def test_linear_numbers_are_what_one_works_out_by_hand(encoding: str):
    raw = np.array([RAW], np.float32)
    boxes = ops.convert_to_numpy(LinearBoxes(encoding)(raw, training=True))
    assert boxes[0] == pytest.approx(LINEAR_BY_HAND[encoding], abs=1e-6)


def test_linear_answers_are_put_in_order_and_kept_in_the_square():
    turned = np.array([[0.5, 0.5, -0.2, 0.3], [1.2, -0.2, 2.0, 0.1]], np.float32)
    answers = ops.convert_to_numpy(LinearBoxes()(turned))
    assert np.allclose(answers, [[0.5, 0.5, 0.2, 0.3], [1.0, 0.0, 1.0, 0.1]])
    corners = ops.convert_to_numpy(LinearBoxes("corners")(np.array([[0.7, 0.2, 0.3, 0.6]], np.float32)))
    assert np.allclose(corners, [[0.5, 0.4, 0.4, 0.4]])


@pytest.mark.parametrize("encoding", BOX_ENCODINGS)
def test_no_number_makes_a_box_with_a_negative_size(encoding: str):
    raw = np.random.default_rng(0).normal(0, 5, (500, 4)).astype(np.float32)
    assert ops.convert_to_numpy(bounded_boxes(encoding, raw, POINT))[:, 2:].min() >= 0


@pytest.mark.parametrize("encoding", BOX_ENCODINGS)
def test_a_network_starts_with_boxes_of_about_half_the_square(encoding: str):
    start = ops.convert_to_numpy(bounded_boxes(encoding, np.zeros((1, 4), np.float32), POINT))[0]
    assert start[:2] == pytest.approx(POINT, abs=1e-6)
    assert start[2:] == pytest.approx((0.5, 0.5), abs=0.02)


@pytest.mark.parametrize("encoding", BOX_ENCODINGS)
def test_a_localizer_of_each_encoding_answers_in_0_to_1_and_survives_being_saved(encoding: str, tmp_path):
    model = build_localizer(
        model_size="small", input_size=64, class_count=2, presence=False, box_encoding=encoding
    )  # fmt: skip
    pictures = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3), np.uint8)
    boxes = model.predict_on_batch(pictures)["box"]
    assert 0 <= boxes.min() <= boxes.max() <= 1
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    assert np.array_equal(again.predict_on_batch(pictures)["box"], boxes)


def test_encodings_are_those_the_settings_offer_and_others_are_refused():
    assert BOX_ENCODINGS == localizer_defaults.BOX_ENCODINGS
    with pytest.raises(ValueError, match="box_encoding: expected one of centre_size, corners, edges, came 'polar'"):
        check_encoding("polar")
    with pytest.raises(ValueError, match="came 'polar'"):
        build_localizer(architecture="lab", input_size=64, class_count=2, presence=False, box_encoding="polar")
