from __future__ import annotations

import keras
import numpy as np
import pytest

from training.models.layers import CellBoxes, CorrectedBox, FromCentre, SeenPoints, cell_centres, spacing_of


def test_a_sure_map_is_seen_at_the_middle_of_its_cell():
    logits = np.zeros((1, 4, 4, 2), np.float32)
    logits[0, 1, 2, 0] = logits[0, 3, 0, 1] = 50.0  # row, column
    points = keras.ops.convert_to_numpy(SeenPoints()(logits))
    assert points[0] == pytest.approx(np.array([(2.5 / 4, 1.5 / 4), (0.5 / 4, 3.5 / 4)]), abs=1e-5)


def test_two_neighbours_are_seen_between_them():
    logits = np.full((1, 1, 4, 1), -50.0, np.float32)
    logits[0, 0, 1, 0], logits[0, 0, 2, 0] = np.log(3.0), 0.0
    (((x, _),),) = keras.ops.convert_to_numpy(SeenPoints()(logits))
    assert x == pytest.approx((3 * 1.5 + 1 * 2.5) / 4 / 4, abs=1e-5)


@pytest.mark.parametrize(
    ("cells", "size", "stride"), [(20, 160, 8), (10, 75, 8), (19, 75, 4), (5, 160, 32), (35, 299, 8), (9, 96, 8)]
)
def test_neighbours_are_a_stride_apart_also_where_it_does_not_fit_the_square(cells: int, size: int, stride: int):
    assert spacing_of(cells, size) * size == pytest.approx(stride)


def test_cells_that_are_moved_by_one_move_their_box_by_one_stride():
    """On a map of 10 cells of 75 pixels: had the cells to fill the square, a stride would count for 7.5 pixels."""
    raw = np.zeros((1, 10, 10, 4), np.float32)
    boxes = keras.ops.convert_to_numpy(CellBoxes(spacing=spacing_of(10, 75))(raw)).reshape(10, 10, 4)
    assert np.diff(boxes[0, :, 0] * 75) == pytest.approx(np.full(9, 8.0), abs=1e-4)
    assert np.diff(boxes[:, 0, 1] * 75) == pytest.approx(np.full(9, 8.0), abs=1e-4)


def test_cells_of_models_that_were_saved_without_a_spacing_fill_the_square():
    earlier = CellBoxes.from_config({"name": "cell_boxes", "encoding": "centre_size"})
    boxes = keras.ops.convert_to_numpy(earlier(np.zeros((1, 2, 4, 4), np.float32)))
    assert boxes[0, :, :2] == pytest.approx(cell_centres(2, 4))
    assert cell_centres(2, 4)[-1] == pytest.approx((3.5 / 4, 1.5 / 2))


def test_points_are_told_as_seen_from_the_box():
    points = np.array([[(0.5, 0.6), (0.2, 0.1)]], np.float32)
    box = np.array([(0.4, 0.5, 0.3, 0.3)], np.float32)
    assert keras.ops.convert_to_numpy(FromCentre()([points, box]))[0] == pytest.approx((0.1, 0.1, -0.2, -0.4), abs=1e-6)


def test_a_corrected_box_stays_in_the_square():
    box = np.array([(0.5, 0.99, 0.3, 0.02)], np.float32)
    by = np.array([(0.1, 0.1, -0.1, -0.1)], np.float32)
    assert keras.ops.convert_to_numpy(CorrectedBox()([box, by]))[0] == pytest.approx((0.6, 1.0, 0.2, 0.0), abs=1e-6)
