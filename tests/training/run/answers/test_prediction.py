from __future__ import annotations

import numpy as np
import pytest

from training.run.answers.letterbox import Letterbox
from training.run.answers.prediction import PredictedBox, kept_boxes, predicted_box
from training.run.settings import ClassEntry

CLASSES = (ClassEntry(3, "cup"), ClassEntry(7, "fork"))
WIDE = Letterbox(200, 100, 64)  # the image takes the middle half of the square


def outputs(presence: float | None = None, classes=(0.2, 0.8), box=(0.5, 0.5, 0.5, 0.25)):
    found = {"class": np.float32(classes), "box": np.float32(box)}
    return found if presence is None else {**found, "presence": np.float32([presence])}


def test_a_box_comes_back_in_pixels_of_the_image_with_the_class_of_its_output():
    box = predicted_box(outputs(), CLASSES, WIDE)
    assert box.corners == pytest.approx((50, 25, 150, 75))
    assert (box.label, box.class_id) == ("fork", 7)
    assert box.score == pytest.approx(0.8)


def test_with_a_presence_head_the_score_is_whether_there_is_anything():
    assert predicted_box(outputs(presence=0.3), CLASSES, WIDE).score == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("presence", "min_score", "count"),
    [(0.5, None, 1), (0.49, None, 0), (0.49, 0.4, 1), (0.9, 0.95, 0), (None, None, 1), (None, 0.9, 0)],
)
def test_a_box_is_kept_from_the_threshold_on(presence, min_score, count):
    assert len(kept_boxes(outputs(presence), CLASSES, WIDE, min_score)) == count


def test_a_box_that_lies_wholly_beside_the_image_is_none():
    assert kept_boxes(outputs(presence=0.9, box=(0.5, 0.05, 0.1, 0.05)), CLASSES, WIDE) == ()


def test_what_is_told_is_rounded_as_in_files():
    box = PredictedBox(1.23456, 2, 3, 4, label="cup", class_id=3, score=0.123456)
    assert box.rounded() == PredictedBox(1.235, 2, 3, 4, label="cup", class_id=3, score=0.1235)
