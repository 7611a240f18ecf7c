"""When an exported model says the same, and how far a rounded one may differ. Without Keras."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from training.run.model_card import ModelCard
from training.run.model_export.comparing import agreement_of, largest_difference, why_not
from training.run.model_export.export_result import Agreement
from training.run.model_export.run_pictures import patterns
from training.run.settings import ClassEntry

SIZE = 64
PICTURES = patterns(SIZE)
COUNT = len(PICTURES)
CARD = ModelCard((ClassEntry(3, "cup"), ClassEntry(7, "fork")), SIZE, ("class", "box", "presence"), "compact", 1)


def outputs(presence: float = 0.9, width: float = 0.5, cup: float = 0.8) -> dict[str, np.ndarray]:
    return {
        "class": np.tile(np.array([[cup, 1 - cup]], np.float32), (COUNT, 1)),
        "box": np.tile(np.array([[0.5, 0.5, width, 0.5]], np.float32), (COUNT, 1)),
        "presence": np.full((COUNT, 1), presence, np.float32),
    }


def test_the_largest_difference_is_that_of_any_output():
    got = outputs()
    got["box"][3, 2] += 0.25
    assert largest_difference(outputs(), got) == pytest.approx(0.25)
    assert largest_difference(outputs(), outputs()) == 0.0


def test_what_is_no_number_differs_without_limit():
    got = outputs()
    got["presence"][0] = np.nan
    assert largest_difference(outputs(), got) == float("inf")


def test_boxes_are_compared_with_the_nearest_one():
    agreement = agreement_of(CARD, PICTURES, outputs(), outputs(width=0.4))
    assert agreement.mean_iou == pytest.approx(0.8, abs=1e-6)
    assert (agreement.same_class, agreement.same_presence, agreement.images) == (1.0, 1.0, COUNT)


def test_a_box_that_is_no_longer_seen_counts_as_none():
    got = outputs()
    got["presence"][: COUNT // 2] = 0.1
    agreement = agreement_of(CARD, PICTURES, outputs(), got)
    assert agreement.mean_iou == pytest.approx(0.5)
    assert agreement.same_presence == pytest.approx(0.5)
    assert "whether there is an object 0.50, expected at least 0.9" in why_not(agreement)


def test_where_nobody_sees_anything_there_is_no_overlap_to_tell():
    agreement = agreement_of(CARD, PICTURES, outputs(presence=0.1), outputs(presence=0.2, width=0.1))
    assert agreement.mean_iou is None
    assert why_not(agreement) == ""


def test_a_classifier_is_compared_by_its_best_class():
    card = replace(CARD, recipe="classifier", heads=("class",), source="images")
    got = outputs(cup=0.6)
    got["class"][0] = [0.4, 0.6]
    agreement = agreement_of(card, PICTURES, {"class": outputs()["class"]}, {"class": got["class"]})
    assert agreement == Agreement(COUNT, same_class=1 - 1 / COUNT)


@pytest.mark.parametrize(
    ("agreement", "part"),
    [
        (Agreement(10, 0.95, 0.9, 0.95), ""),
        (Agreement(10, 0.89, 0.9, 0.95), "the same class 0.89, expected at least 0.9"),
        (Agreement(10, 0.95, 0.84, 0.95), "a mean IoU of its boxes 0.84, expected at least 0.85"),
    ],
)
def test_below_a_threshold_int8_is_left_out(agreement: Agreement, part: str):
    assert part in why_not(agreement)
    assert bool(part) == bool(why_not(agreement))
