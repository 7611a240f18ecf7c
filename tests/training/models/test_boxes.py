from __future__ import annotations

import math
from collections.abc import Callable

import keras
import numpy as np
import pytest
from keras import ops

from training.dataset.box import Rectangle
from training.dataset.box import iou as iou_of_rectangles
from training.models.boxes import between, complete_iou, corners, generalised_iou, iou

# Worked by hand on a square of 10 x 10: (centre-x, centre-y, width, height), IoU, GIoU.
SAME = ((0.5, 0.5, 0.4, 0.2), (0.5, 0.5, 0.4, 0.2), 1.0, 1.0)
HALF_OVER = ((0.2, 0.2, 0.4, 0.4), (0.4, 0.2, 0.4, 0.4), 8 / 24, 8 / 24)  # 4x4 and 4x4, 2x4 in common, around them 6x4
DIAGONAL = ((0.1, 0.1, 0.2, 0.2), (0.2, 0.2, 0.2, 0.2), 1 / 7, 1 / 7 - 2 / 9)  # 2x2 each, 1 in common, around them 3x3
APART = ((0.1, 0.1, 0.2, 0.2), (0.9, 0.1, 0.2, 0.2), 0.0, -12 / 20)  # 2x2 each, around them 10x2
INSIDE = ((0.5, 0.5, 1.0, 1.0), (0.5, 0.5, 0.5, 0.5), 25 / 100, 25 / 100)
PAIRS = [SAME, HALF_OVER, DIAGONAL, APART, INSIDE]

# The same pairs: IoU less (distance of the centres)2 / (diagonal around both)2; and one whose shapes differ too.
COMPLETE = [
    (*SAME[:2], 1.0),
    (*HALF_OVER[:2], 8 / 24 - 4 / 52),
    (*DIAGONAL[:2], 1 / 7 - 2 / 18),
    (*APART[:2], -64 / 104),
]
# 4x2 and 2x4 about one centre: 4 of 12 in common; v = 4/pi2 (atan 2 - atan 1/2)2.
SHAPES = 4 / math.pi**2 * (math.atan(2) - math.atan(0.5)) ** 2
CROSSED = ((0.5, 0.5, 0.4, 0.2), (0.5, 0.5, 0.2, 0.4), 1 / 3 - SHAPES / (1 - 1 / 3 + SHAPES) * SHAPES)

# As printed in a lecture on anchors: the object nearest to each of five anchors, as corners, and their IoU.
DOG, CAT = (0.1, 0.08, 0.52, 0.92), (0.55, 0.2, 0.9, 0.88)
ANCHORS = [
    ((0.0, 0.1, 0.2, 0.3), DOG, 0.0536),
    ((0.15, 0.2, 0.4, 0.4), DOG, 0.1417),
    ((0.63, 0.05, 0.88, 0.98), CAT, 0.5657),
    ((0.66, 0.45, 0.8, 0.8), CAT, 0.2059),
    ((0.57, 0.3, 0.92, 0.9), CAT, 0.7459),
]


@pytest.mark.parametrize(("first", "second", "expected", "_"), PAIRS)
def test_iou_is_what_one_works_out_by_hand(first: tuple, second: tuple, expected: float, _: float):
    assert float(iou(np.array(first), np.array(second))) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(("first", "second", "_", "expected"), PAIRS)
def test_generalised_iou_is_what_one_works_out_by_hand(first: tuple, second: tuple, _: float, expected: float):
    assert float(generalised_iou(np.array(first), np.array(second))) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(("first", "second", "expected"), [*COMPLETE, CROSSED])
def test_complete_iou_is_what_one_works_out_by_hand(first: tuple, second: tuple, expected: float):
    assert float(complete_iou(np.array(first), np.array(second))) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(("anchor", "truth", "printed"), ANCHORS)
def test_iou_is_what_the_lecture_prints(anchor: tuple, truth: tuple, printed: float):
    assert float(iou(of_corners(anchor), of_corners(truth))) == pytest.approx(printed, abs=1e-4)


@pytest.mark.parametrize("of", [iou, generalised_iou, complete_iou])
def test_a_box_whose_edges_changed_places_is_the_same_box(of: Callable):
    turned, box, other = (
        np.array((0.4, 0.4, -0.2, -0.3)),
        np.array((0.4, 0.4, 0.2, 0.3)),
        np.array((0.5, 0.5, 0.4, 0.3)),
    )
    assert float(of(other, turned)) == pytest.approx(float(of(other, box)), abs=1e-6)


@pytest.mark.parametrize(
    ("box", "centre_size"),
    [
        ((60.0, 45.0, 378.0, 516.0), (219.0, 280.5, 318.0, 471.0)),
        ((400.0, 112.0, 655.0, 493.0), (527.5, 302.5, 255, 381)),
    ],
)
def test_corners_there_and_back_are_exact(box: tuple, centre_size: tuple):
    """The lecture's dog and cat, in pixels."""
    converted = of_corners(box)
    assert tuple(converted) == centre_size
    assert tuple(float(edge) for edge in corners(converted)) == box
    assert tuple(of_corners((*box[2:], *box[:2]))) == centre_size


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


def of_corners(box: tuple) -> np.ndarray:
    return ops.convert_to_numpy(between(np.array(box[:2]), np.array(box[2:])))


def _rectangles(boxes: np.ndarray) -> list[Rectangle]:
    edges = np.stack([ops.convert_to_numpy(each) for each in corners(keras.ops.convert_to_tensor(boxes))], axis=-1)
    return [Rectangle(*(float(edge) for edge in row)) for row in edges]
