from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.helpers.judged_runs import TRUE, judged_image, labelled
from tests.helpers.learnable_pictures import CLASSES, draw_learnable
from training.dataset.box import Box
from training.dataset.dataset import Dataset
from training.run.model_card import ModelCard
from training.run.report.judged_images import JudgedImage
from training.run.report.judged_outputs import judged
from training.run.report.measuring import Measured, measured_of
from training.run.samples.input_pipeline import encoded
from training.run.samples.prepared_images import PreparedImages, prepare_images
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


def classified(true: str, *top: tuple[str, float], name: str = "a.png") -> JudgedImage:
    place = (10, 10, 40, 30)
    return JudgedImage(
        name, "test", 96, 72, Box(*place, true), Box(*place, top[0][0]), top[0][1], None, None, 1, top=tuple(top)
    )


def test_precision_recall_and_f1_of_a_classifier_by_hand():
    """Of 3 cups 2 are seen and 1 is taken for a fork, of 2 forks 1 for a cup; a knife is there, no spoon is."""
    pairs = ["cup cup", "cup cup", "cup fork", "fork fork", "fork cup", "knife cup"]
    judged = [classified(true, (seen, 0.9)) for true, seen in (pair.split() for pair in pairs)]
    figures = measured_of(judged, ("cup", "fork", "knife", "spoon"))
    cup, fork, knife, spoon = figures.classes
    assert (cup.count, cup.precision, cup.recall) == (3, 2 / 4, 2 / 3)
    assert cup.f1 == pytest.approx(2 * 0.5 * (2 / 3) / (0.5 + 2 / 3))  # 4/7
    assert (fork.count, fork.precision, fork.recall, fork.f1) == (2, 1 / 2, 1 / 2, 0.5)
    assert (knife.count, knife.precision, knife.recall, knife.f1) == (1, None, 0.0, 0.0)
    assert (spoon.count, spoon.precision, spoon.recall, spoon.f1) == (0, None, None, None)
    assert figures.macro_f1 == pytest.approx((4 / 7 + 0.5 + 0.0) / 3)
    assert figures.class_accuracy == 3 / 6
    assert (figures.images, figures.objects) == (1, 6)


def test_a_classifier_has_no_figures_of_boxes():
    figures = measured_of([classified("cup", ("cup", 0.9))], ("cup",))
    assert (figures.mean_iou, figures.iou50, figures.presence_accuracy, figures.counts) == (None, None, None, {})


def test_the_true_class_may_be_among_the_best_three():
    tops = [[("cup", 0.5), ("fork", 0.3), ("knife", 0.1)], [("fork", 0.5), ("knife", 0.3), ("cup", 0.1)]]
    judged = [classified(true, *top) for true in ("cup", "spoon") for top in tops]
    assert measured_of(judged, ("cup", "fork", "knife", "spoon")).top3_accuracy == 2 / 4
    assert measured_of([], ("cup",)).top3_accuracy is None


def test_false_alarms_and_missed_objects_count_against_a_localizer():
    """Two discs are found, one is missed, a block is taken for a disc, and there is one where there is nothing."""
    disc, block = labelled(TRUE, "disc"), labelled(TRUE, "block")
    judged = [
        judged_image("1.png", disc, disc),
        judged_image("2.png", disc, disc),
        judged_image("3.png", disc, disc, presence=0.1),
        judged_image("4.png", block, disc),
        judged_image("5.png", None, disc),
        judged_image("6.png", None, disc, presence=0.1),
    ]
    of_block, of_disc = measured_of(judged, CLASSES).classes
    assert (of_disc.count, of_disc.precision, of_disc.recall, of_disc.f1) == (3, 2 / 4, 2 / 3, 4 / 7)
    assert (of_block.count, of_block.precision, of_block.recall, of_block.f1) == (1, None, 0.0, 0.0)
