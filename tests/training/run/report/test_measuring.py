from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.helpers.learnable_pictures import CLASSES, draw_learnable
from training.dataset.dataset import Dataset
from training.run.input_pipeline import encoded
from training.run.model_card import ModelCard
from training.run.prepared_images import PreparedImages, prepare_images
from training.run.report.judged_outputs import judged
from training.run.report.measuring import Measured, measured_of
from training.run.settings import ClassEntry

SIZE = 64
CARD = ModelCard((ClassEntry(1, "block"), ClassEntry(2, "disc")), SIZE, ("class", "box", "presence"), "compact", 1)


@pytest.fixture
def prepared(tmp_path: Path) -> PreparedImages:
    dataset: Dataset = draw_learnable(tmp_path, 4, negatives=2)
    return prepare_images(dataset.images, tmp_path, CLASSES, SIZE)


def measured(prepared: PreparedImages, outputs) -> Measured:
    return measured_of(judged("test", prepared, outputs, CARD), CLASSES)


def perfect_outputs(prepared: PreparedImages):
    boxes = [prepared.box(index) for index in range(len(prepared))]
    return {
        "class": np.eye(2, dtype=np.float32)[np.maximum(prepared.class_indices, 0)],
        "box": np.float32([(0.5, 0.5, 0.2, 0.2) if box is None else encoded(box, SIZE) for box in boxes]),
        "presence": prepared.has_object.astype(np.float32)[:, None],
    }


def test_perfect_answers_get_perfect_figures(prepared: PreparedImages):
    figures = measured(prepared, perfect_outputs(prepared))
    assert (figures.images, figures.objects) == (6, 4)
    assert figures.mean_iou == pytest.approx(1.0, abs=1e-4)
    assert (figures.iou90, figures.class_accuracy, figures.presence_accuracy) == (1.0, 1.0, 1.0)
    assert figures.counts == {"0.5": 4, "0.6": 4, "0.75": 4, "0.9": 4}


def test_a_box_twice_as_high_has_half_the_overlap(prepared: PreparedImages):
    outputs = perfect_outputs(prepared)
    outputs["box"][:, 3] /= 2
    figures = measured(prepared, outputs)
    assert figures.mean_iou == pytest.approx(0.5, abs=1e-3)
    assert figures.counts["0.6"] == 0


def test_wrong_classes_and_presences_are_counted_where_they_can_be(prepared: PreparedImages):
    outputs = perfect_outputs(prepared)
    outputs["class"][0] = outputs["class"][0][::-1]
    outputs["presence"][0] = 0.1
    outputs["presence"][5] = 0.9
    figures = measured(prepared, outputs)
    assert figures.class_accuracy == 0.75
    assert figures.presence_accuracy == pytest.approx(4 / 6)


def test_without_any_object_there_is_nothing_to_judge(tmp_path: Path):
    dataset = draw_learnable(tmp_path, 0, negatives=2)
    negatives = prepare_images(dataset.images, tmp_path, CLASSES, SIZE)
    figures = measured(negatives, perfect_outputs(negatives))
    assert (figures.objects, figures.mean_iou, figures.iou50, figures.class_accuracy) == (0, None, None, None)
    assert figures.presence_accuracy == 1.0
