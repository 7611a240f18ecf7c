"""The figures by which images are ordered, against sums done by hand and pairs found one by one."""

from __future__ import annotations

import random

import numpy as np
import pytest

from desktop_app.document.disagreement import Disagreement, disagreement_of, figures_of, matched_pairs, worst_first
from desktop_app.document.prediction_columns import OwnFacts, PredictionColumns, overlapping
from training.dataset.box import ProjectBox, Rectangle, iou
from training.dataset.records import AnsweredProposal
from training.run.answers.prediction import PredictedBox
from training.run.answers.prediction_table import TableBuilder


def seen(xmin: float, width: float, score: float = 0.9, class_id: int = 1) -> PredictedBox:
    return PredictedBox(xmin, 0, xmin + width, 10, "cup", class_id, score)


def own(xmin: float, width: float, class_id: int = 1) -> ProjectBox:
    return ProjectBox(xmin, 0, xmin + width, 10, class_id)


def columns_with(boxes: list[PredictedBox], facts: OwnFacts) -> PredictionColumns:
    columns = PredictionColumns({})
    columns.put("before.jpg", [seen(0, 5)], OwnFacts([own(0, 5)], is_judged=True))
    columns.put("a.jpg", boxes, facts)
    columns.put("after.jpg", [], OwnFacts())
    return columns


@pytest.mark.parametrize(
    ("boxes", "persons", "expected"),
    [
        ([seen(0, 10)], [own(0, 10)], 0.0),
        ([seen(0, 10)], [own(0, 8)], 0.2),
        ([seen(0, 10)], [own(0, 8, class_id=2)], 0.6),  # half of the IoU of 0.8 counts
        ([], [own(0, 8)], 1.0),
        ([seen(0, 10)], [], 1.0),
        ([], [], 0.0),
        ([seen(0, 10)], [own(0, 8), own(50, 8)], (0.2 + 1.0) / 2),
        ([seen(0, 10), seen(80, 10)], [own(0, 8), own(50, 8)], (0.2 + 1.0 + 1.0) / 3),
        ([seen(0, 10), seen(1, 10, 0.1)], [own(0, 10)], 0.0),  # below the lowest score
        ([seen(0, 10)], [own(9.5, 10)], 1.0),  # they overlap by less than 0.1: one missed, one false alarm
    ],
)
def test_an_image_by_hand(boxes: list[PredictedBox], persons: list[ProjectBox], expected: float):
    columns = columns_with(boxes, OwnFacts(persons, is_judged=True))
    figures = figures_of(columns, disagreement_of(columns, 0.5), "a.jpg")
    assert figures.disagreement == pytest.approx(expected)


def test_the_closest_pair_goes_first():
    columns = columns_with([seen(0, 10), seen(2, 10)], OwnFacts([own(2, 10), own(4, 10)], is_judged=True))
    figures = figures_of(columns, disagreement_of(columns, 0.5), "a.jpg")
    assert (figures.matched, figures.missed, figures.false_alarms) == (2, 0, 0)
    assert figures.mean_iou == pytest.approx((1.0 + 6 / 14) / 2)


def test_what_somebody_rejected_is_no_false_alarm_and_what_was_accepted_still_counts():
    answers = [AnsweredProposal(0, 0, 10, 10, 1, "run", False), AnsweredProposal(50, 0, 60, 10, 1, "run", True)]
    facts = OwnFacts([own(51, 10)], answers, is_judged=True)
    columns = columns_with([seen(0, 10), seen(50, 10)], facts)
    figures = figures_of(columns, disagreement_of(columns, 0.5), "a.jpg")
    assert (figures.matched, figures.missed, figures.false_alarms) == (1, 0, 0)
    assert disagreement_of(columns, 0.5).proposals.sum() == 0


def test_unsure_is_the_score_nearest_to_the_lowest_one():
    columns = columns_with([seen(0, 10, 0.9), seen(20, 10, 0.45)], OwnFacts())
    figures = figures_of(columns, disagreement_of(columns, 0.5), "a.jpg")
    assert not figures.is_judged
    assert figures.nearest_score == 0.45
    assert figures.unsure == pytest.approx(0.9)
    assert figures_of(columns, disagreement_of(columns, 0.5), "after.jpg").unsure == -1.0


def test_the_order_is_judged_then_unsure_then_unknown():
    columns = PredictionColumns({})
    columns.put("good", [seen(0, 10)], OwnFacts([own(0, 10)], is_judged=True))
    columns.put("sure", [seen(0, 10, 0.99)], OwnFacts())
    columns.put("bad", [seen(0, 10)], OwnFacts([own(40, 10)], is_judged=True))
    columns.put("unsure", [seen(0, 10, 0.5)], OwnFacts())
    numbers = np.array([-1, 0, 1, 2, 3])
    order = worst_first(columns, disagreement_of(columns, 0.5), numbers)
    names = ["unknown", *columns.names]
    assert [names[place] for place in order] == ["bad", "good", "unsure", "sure", "unknown"]


def greedy(first: list[int], second: list[int]) -> list[int]:
    taken: list[int] = []
    for pair in range(len(first)):
        if all(first[pair] != first[other] and second[pair] != second[other] for other in taken):
            taken.append(pair)
    return taken


@pytest.mark.parametrize("seed", range(20))
def test_pairs_are_those_of_one_after_the_other(seed: int):
    chance = random.Random(seed)
    first, second = ([chance.randrange(8) for _ in range(40)] for _ in range(2))
    found = matched_pairs(np.array(first), np.array(second), np.ones(40, np.bool_), 8, 8)
    assert sorted(found.tolist()) == greedy(first, second)


def test_overlaps_are_those_of_each_with_each():
    chance = random.Random(1)

    def rectangle() -> Rectangle:
        x, y = chance.uniform(0, 50), chance.uniform(0, 50)
        return Rectangle(x, y, x + chance.uniform(5, 40), y + chance.uniform(5, 40))

    images, others = [chance.randrange(5) for _ in range(30)], [chance.randrange(5) for _ in range(40)]
    boxes, other_boxes = [rectangle() for _ in images], [rectangle() for _ in others]
    corners, other_corners = (np.array([one.corners for one in some]) for some in (boxes, other_boxes))
    found = overlapping(np.array(images), corners, np.array(others), other_corners)
    expected = {
        (row, other): iou(boxes[row], other_boxes[other])
        for row in range(30)
        for other in range(40)
        if images[row] == others[other] and iou(boxes[row], other_boxes[other]) >= 0.1
    }
    assert {(row, other) for row, other in zip(found[0].tolist(), found[1].tolist(), strict=True)} == set(expected)
    for row, other, overlap in zip(*(column.tolist() for column in found), strict=True):
        assert overlap == pytest.approx(expected[row, other])


def test_many_images_at_once_are_as_one_after_the_other():
    chance = random.Random(3)
    builder, one_by_one, owned, judged = TableBuilder(), PredictionColumns({}), [], []
    for number in range(200):
        name = f"{number}.jpg"
        boxes = [seen(chance.uniform(0, 50), 10, chance.random(), chance.choice([1, 2])) for _ in range(number % 4)]
        persons = [own(chance.uniform(0, 50), 10) for _ in range(number % 3)]
        builder.add(name, boxes)
        one_by_one.put(name, [seen(0, 9)], OwnFacts([own(0, 9)]))  # an older answer
        one_by_one.put(name, boxes, OwnFacts(persons, is_judged=bool(persons)))
        owned += [(name, box) for box in persons]
        judged += [name] if persons else []
    at_once = PredictionColumns.of_table(builder.table(), {}, owned, [], judged)
    for score in (0.0, 0.3, 0.8):
        first, second = disagreement_of(at_once, score), disagreement_of(one_by_one, score)
        for column in Disagreement.__slots__:
            assert getattr(first, column).tolist() == pytest.approx(getattr(second, column).tolist()), column
