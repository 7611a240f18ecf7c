from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import ops

from training.dataset.box import Rectangle
from training.dataset.box import iou as iou_of_rectangles
from training.models.boxes import corners, generalised_iou, iou

# Worked by hand on a square of 10 x 10: (centre-x, centre-y, width, height), IoU, GIoU.
SAME = ((0.5, 0.5, 0.4, 0.2), (0.5, 0.5, 0.4, 0.2), 1.0, 1.0)
HALF_OVER = ((0.2, 0.2, 0.4, 0.4), (0.4, 0.2, 0.4, 0.4), 8 / 24, 8 / 24)  # 4x4 and 4x4, 2x4 in common, around them 6x4
DIAGONAL = ((0.1, 0.1, 0.2, 0.2), (0.2, 0.2, 0.2, 0.2), 1 / 7, 1 / 7 - 2 / 9)  # 2x2 each, 1 in common, around them 3x3
APART = ((0.1, 0.1, 0.2, 0.2), (0.9, 0.1, 0.2, 0.2), 0.0, -12 / 20)  # 2x2 each, around them 10x2
INSIDE = ((0.5, 0.5, 1.0, 1.0), (0.5, 0.5, 0.5, 0.5), 25 / 100, 25 / 100)
PAIRS = [SAME, HALF_OVER, DIAGONAL, APART, INSIDE]


@pytest.mark.parametrize(("first", "second", "expected", "_"), PAIRS)
def test_iou_is_what_one_works_out_by_hand(first: tuple, second: tuple, expected: float, _: float):
    assert float(iou(np.array(first), np.array(second))) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(("first", "second", "_", "expected"), PAIRS)
def test_generalised_iou_is_what_one_works_out_by_hand(first: tuple, second: tuple, _: float, expected: float):
    assert float(generalised_iou(np.array(first), np.array(second))) == pytest.approx(expected, abs=1e-4)


def test_iou_agrees_with_the_rectangles_of_the_data_set():
    random = np.random.default_rng(1)
    first, second = random.uniform(0.1, 0.6, (2, 200, 4))
    ours = ops.convert_to_numpy(iou(first, second))
    for one, other, value in zip(_rectangles(first), _rectangles(second), ours, strict=True):
        assert value == pytest.approx(iou_of_rectangles(one, other), abs=1e-5)


def test_boxes_without_area_fit_nothing_and_stay_numbers():
    point, box = np.array((0.5, 0.5, 0.0, 0.0)), np.array((0.5, 0.5, 0.2, 0.2))
    assert float(iou(point, point)) == 0.0
    assert float(iou(point, box)) == 0.0
    assert np.isfinite(float(generalised_iou(point, point)))


def _rectangles(boxes: np.ndarray) -> list[Rectangle]:
    edges = np.stack([ops.convert_to_numpy(each) for each in corners(keras.ops.convert_to_tensor(boxes))], axis=-1)
    return [Rectangle(*(float(edge) for edge in row)) for row in edges]
