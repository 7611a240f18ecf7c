"""How much a model and a person disagree about each image, and how unsure the model is where nobody has said anything."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from desktop_app.document.prediction_columns import REJECTED, UNANSWERED, Numbers, PredictionColumns, Truths, Whole


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Columns by the image's number in the PredictionColumns; they hold for one lowest score.

    Predicted boxes of at least that score, without those that somebody rejected, are paired with a person's boxes: the
    two that overlap most first, each at most once, never with an IoU below 0.1. A pair agrees by its IoU, by half of it
    when the classes differ; a box of the person without a partner was missed, a predicted one is a false alarm, and
    both agree by 0. `disagreement` is 1 minus the mean over pairs, missed ones and false alarms, 0..1; 0 when both say
    that nothing is there.

    `unsure` is for images about which nobody has said anything: 1 minus the distance between the lowest score and the
    score that is nearest to it, as a share of the longest distance there can be; -1 when nothing is seen in the image.
    """

    disagreement: Numbers
    unsure: Numbers
    nearest_score: Numbers
    matched: Whole
    mean_iou: Numbers
    wrong_class: Whole
    missed: Whole
    false_alarms: Whole
    proposals: Whole
    """Boxes that a person can still accept."""


@dataclass(frozen=True, slots=True)
class ImageFigures:
    """One image's row of the Disagreement; `is_judged` when somebody has labelled or reviewed it."""

    is_judged: bool
    disagreement: float
    unsure: float
    nearest_score: float
    matched: int
    mean_iou: float
    wrong_class: int
    missed: int
    false_alarms: int


def figures_of(columns: PredictionColumns, all_of: Disagreement, image: str) -> ImageFigures:
    number = columns.numbers[image]
    return ImageFigures(
        is_judged=bool(columns.is_judged[number]),
        disagreement=float(all_of.disagreement[number]),
        unsure=float(all_of.unsure[number]),
        nearest_score=float(all_of.nearest_score[number]),
        matched=int(all_of.matched[number]),
        mean_iou=float(all_of.mean_iou[number]),
        wrong_class=int(all_of.wrong_class[number]),
        missed=int(all_of.missed[number]),
        false_alarms=int(all_of.false_alarms[number]),
    )


def disagreement_of(columns: PredictionColumns, min_score: float) -> Disagreement:
    count = len(columns.names)
    counts = columns.score >= min_score
    seen = counts & (columns.answer != REJECTED)
    pairs = columns.pairs
    matched = matched_pairs(pairs.predicted, pairs.own, seen[pairs.predicted], len(seen), len(columns.own_image))
    image_of_pair = columns.image[pairs.predicted[matched]]
    iou, agrees = pairs.iou[matched], pairs.agrees[matched]
    pair_count = np.bincount(image_of_pair, minlength=count)
    agreement = np.bincount(image_of_pair, np.where(agrees, iou, iou / 2), minlength=count)
    own_count = np.bincount(columns.own_image, minlength=count)
    seen_count = np.bincount(columns.image[seen], minlength=count)
    things = own_count + seen_count - pair_count
    unsure, nearest = _unsureness(columns, min_score, count)
    can_accept = counts & (columns.answer == UNANSWERED) & ~columns.coincides
    return Disagreement(
        disagreement=np.where(things > 0, 1.0 - agreement / np.maximum(things, 1), 0.0),
        unsure=unsure,
        nearest_score=nearest,
        matched=pair_count,
        mean_iou=np.bincount(image_of_pair, iou, minlength=count) / np.maximum(pair_count, 1),
        wrong_class=np.bincount(image_of_pair[~agrees], minlength=count),
        missed=own_count - pair_count,
        false_alarms=seen_count - pair_count,
        proposals=np.bincount(columns.image[can_accept], minlength=count),
    )


def class_disagreement_of(columns: PredictionColumns) -> Disagreement:
    """Of a classifier: every answer counts, whatever its score.

    `disagreement` is the sum of the scores of the answers with another class than the person's, divided by the number of
    the person's boxes: 0 where nothing is seen otherwise. The answer that the model is least sure of makes it unsure.
    """
    every = disagreement_of(columns, 0.0)
    count = len(columns.names)
    pairs, seen = columns.pairs, columns.answer != REJECTED
    matched = matched_pairs(pairs.predicted, pairs.own, seen[pairs.predicted], len(seen), len(columns.own_image))
    otherwise = pairs.predicted[matched[~pairs.agrees[matched]]]
    sureness = np.bincount(columns.image[otherwise], columns.score[otherwise], minlength=count)
    own_count = np.bincount(columns.own_image, minlength=count)
    return replace(every, disagreement=sureness / np.maximum(own_count, 1))


def matched_pairs(first: Whole, second: Whole, possible: Truths, first_count: int, second_count: int) -> Whole:
    """Which pairs are taken when the first possible one goes first and no row is taken twice.

    Instead of one after the other, all pairs are taken at once that are the first one of both their rows, and again
    until none is left: the result is the same, and two or three rounds are enough for nearly every project.
    """
    left = np.flatnonzero(possible)
    taken = [left[:0]]
    while len(left):
        is_first = _is_first(first[left], first_count) & _is_first(second[left], second_count)
        taken.append(left[is_first])
        first_free, second_free = np.ones(first_count, np.bool_), np.ones(second_count, np.bool_)
        first_free[first[taken[-1]]] = False
        second_free[second[taken[-1]]] = False
        left = left[first_free[first[left]] & second_free[second[left]]]
    return np.concatenate(taken)


def _is_first(rows: Whole, count: int) -> Truths:
    """Which entries name a row that no earlier entry names."""
    earliest = np.full(count, len(rows))
    places = np.arange(len(rows))
    earliest[rows[::-1]] = places[::-1]  # of several writes to one place the last one stays
    is_first: Truths = earliest[rows] == places
    return is_first


def _unsureness(columns: PredictionColumns, min_score: float, count: int) -> tuple[Numbers, Numbers]:
    open_rows = np.flatnonzero(columns.answer == UNANSWERED)
    distance = np.abs(columns.score[open_rows] - min_score)
    order = open_rows[np.argsort(distance, kind="stable")]
    nearest = np.full(count, -1.0)
    nearest[columns.image[order[::-1]]] = columns.score[order[::-1]]
    furthest = max(min_score, 1.0 - min_score)
    return np.where(nearest < 0, -1.0, 1.0 - np.abs(nearest - min_score) / furthest), nearest


def worst_first(
    columns: PredictionColumns, figures: Disagreement, numbers: Whole, *, agreed_last: bool = False
) -> Whole:
    """Positions in `numbers` (of images; -1 where the model has not looked) in the order in which to look at them.

    First what somebody has labelled or reviewed, by disagreement; then the others, by how unsure the model is; at the
    end what the model has not looked at. Equal ones keep their order. With `agreed_last` images without any disagreement
    come after those that nobody has judged.
    """
    known = numbers >= 0
    judged = np.zeros(len(numbers), np.bool_)
    value = np.zeros(len(numbers))
    judged[known] = columns.is_judged[numbers[known]]
    value[judged] = figures.disagreement[numbers[judged]]
    others = known & ~judged
    value[others] = figures.unsure[numbers[others]]
    is_agreed = judged & (value <= 0) & agreed_last
    group = np.select([is_agreed, judged, known], [2, 0, 1], 3)
    return np.lexsort((-value, group))
