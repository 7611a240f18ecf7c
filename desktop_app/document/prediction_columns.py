"""What a model sees and what a person drew in the same images, as columns of numbers: thousands are filtered in a blink."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from training.dataset.box import ProjectBox, Rectangle
from training.dataset.records import AnsweredProposal
from training.run.answers.prediction import PredictedBox
from training.run.answers.prediction_table import PredictionTable

SAME_IOU = 0.9  # boxes of the same class that overlap so much are the same box to a person
LEAST_IOU = 0.1  # boxes that overlap less are not about the same thing
MOST_PAIRS_AT_ONCE = 1_000_000
UNANSWERED, ACCEPTED, REJECTED = 0, 1, 2

Whole = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]
Named = tuple[str, Rectangle, int]


@dataclass(frozen=True, slots=True)
class OwnFacts:
    """What a person has said about an image; `is_judged` when it is labelled or reviewed."""

    boxes: Sequence[ProjectBox] = ()
    answered: Sequence[AnsweredProposal] = ()
    is_judged: bool = False


def _whole() -> Whole:
    return np.zeros(0, np.int64)


def _numbers() -> Numbers:
    return np.zeros(0)


@dataclass(slots=True)
class Pairs:
    """Predicted and own boxes of one image that overlap: rows of both, how much, and whether the classes agree."""

    predicted: Whole = field(default_factory=_whole)
    own: Whole = field(default_factory=_whole)
    iou: Numbers = field(default_factory=_numbers)
    agrees: Truths = field(default_factory=lambda: np.zeros(0, np.bool_))

    def sort(self) -> None:
        """The closest ones first."""
        self._keep(np.argsort(-self.iou, kind="stable"))

    def without(self, predicted: slice, own: slice) -> None:
        """Rows went from the columns: so do their pairs, and later rows have other numbers."""
        gone = _inside(self.predicted, predicted) | _inside(self.own, own)
        self._keep(np.flatnonzero(~gone))
        self.predicted = _moved_up(self.predicted, predicted)
        self.own = _moved_up(self.own, own)

    def extend(self, other: Pairs) -> None:
        self.predicted = np.concatenate([self.predicted, other.predicted])
        self.own = np.concatenate([self.own, other.own])
        self.iou = np.concatenate([self.iou, other.iou])
        self.agrees = np.concatenate([self.agrees, other.agrees])

    def _keep(self, rows: Whole) -> None:
        self.predicted, self.own = self.predicted[rows], self.own[rows]
        self.iou, self.agrees = self.iou[rows], self.agrees[rows]


class PredictionColumns:
    """The rows of an image lie together in every column. `class_of` says which class of the project the run's one is."""

    def __init__(self, class_of: Mapping[int, int]) -> None:
        self.class_of = class_of
        self.names: list[str] = []
        self.numbers: dict[str, int] = {}
        self.labels: dict[int, str] = {}
        self.image, self.class_id, self.answer = _whole(), _whole(), _whole()
        self.score, self.corners = _numbers(), np.zeros((0, 4))
        self.own_image = _whole()
        self.is_judged = np.zeros(0, np.bool_)
        self.pairs = Pairs()
        self.coincides = np.zeros(0, np.bool_)
        self.version = 0
        """Another one whenever anything in here is."""

    @classmethod
    def of_table(
        cls,
        table: PredictionTable,
        class_of: Mapping[int, int],
        own: Iterable[tuple[str, ProjectBox]],
        answered: Iterable[tuple[str, AnsweredProposal]],
        judged: Iterable[str],
    ) -> PredictionColumns:
        """All at once, for very many images."""
        made = cls(class_of)
        made.names = list(table.images)
        made.numbers = {name: number for number, name in enumerate(made.names)}
        made.labels = dict(table.labels)
        made.image, made.class_id, made.score, made.corners = table.image, table.class_id, table.score, table.corners
        made.is_judged = np.zeros(len(made.names), np.bool_)
        made.is_judged[[made.numbers[name] for name in judged if name in made.numbers]] = True
        own_columns = made._columns_of((name, box, box.class_id) for name, box in own)
        made.own_image = own_columns[0]
        made.pairs = made._pairs(made.image, made.class_id, made.corners, *own_columns)
        known = [(name, one) for name, one in answered if name in made.numbers]
        made.answer = made._answers(known, made.image, made.class_id, made.corners)
        made._finish()
        return made

    def table(self) -> PredictionTable:
        return PredictionTable(
            tuple(self.names), self.image, self.class_id, self.score, self.corners, dict(self.labels)
        )

    def knows(self, image: str) -> bool:
        """Whether the model has looked at an image."""
        return image in self.numbers

    def rows_of(self, image: str) -> slice:
        number = self.numbers.get(image)
        return slice(0, 0) if number is None else _together(self.image == number, len(self.image))

    def boxes_of(self, image: str) -> tuple[PredictedBox, ...]:
        """As the model told them, with the run's classes."""
        rows = self.rows_of(image)
        corners, class_ids, scores = self.corners[rows], self.class_id[rows], self.score[rows]
        return tuple(
            PredictedBox(xmin, ymin, xmax, ymax, self.labels[class_id], class_id, score)
            for (xmin, ymin, xmax, ymax), class_id, score in zip(
                corners.tolist(), class_ids.tolist(), scores.tolist(), strict=True
            )
        )

    def put(self, image: str, boxes: Sequence[PredictedBox], own: OwnFacts) -> None:
        """The newest answer about an image, and what a person says about it, take the place of older ones."""
        number = self._number_of(image)
        self._drop(number)
        self.labels.update((box.class_id, box.label) for box in boxes)
        self.is_judged[number] = own.is_judged
        count, own_count = len(self.image), len(self.own_image)
        new_image = np.full(len(boxes), number)
        new_class = np.array([box.class_id for box in boxes], np.int64)
        new_corners = np.array([box.corners for box in boxes], np.float64).reshape(-1, 4)
        own_columns = self._columns_of((image, box, box.class_id) for box in own.boxes)
        pairs = self._pairs(new_image, new_class, new_corners, *own_columns)
        answer = self._answers([(image, one) for one in own.answered], new_image, new_class, new_corners)
        pairs.predicted, pairs.own = pairs.predicted + count, pairs.own + own_count
        self.pairs.extend(pairs)
        self.image = np.concatenate([self.image, new_image])
        self.class_id = np.concatenate([self.class_id, new_class])
        self.score = np.concatenate([self.score, [box.score for box in boxes]])
        self.corners = np.concatenate([self.corners, new_corners])
        self.answer = np.concatenate([self.answer, answer])
        self.own_image = np.concatenate([self.own_image, own_columns[0]])
        self._finish()

    def _finish(self) -> None:
        self.pairs.sort()
        self.coincides = np.zeros(len(self.image), np.bool_)
        self.coincides[self.pairs.predicted[self.pairs.agrees & (self.pairs.iou >= SAME_IOU)]] = True
        self.version += 1

    def _number_of(self, image: str) -> int:
        if image not in self.numbers:
            self.numbers[image] = len(self.names)
            self.names.append(image)
            self.is_judged = np.append(self.is_judged, False)
        return self.numbers[image]

    def _drop(self, number: int) -> None:
        rows = _together(self.image == number, len(self.image))
        own_rows = _together(self.own_image == number, len(self.own_image))
        self.pairs.without(rows, own_rows)
        for name in ("image", "class_id", "score", "answer"):
            setattr(self, name, np.delete(getattr(self, name), rows))
        self.corners = np.delete(self.corners, rows, axis=0)
        self.own_image = np.delete(self.own_image, own_rows)

    def _columns_of(self, named: Iterable[Named]) -> tuple[Whole, Whole, Numbers]:
        """Image, class and corners of the boxes in images that the model has looked at."""
        known = [(self.numbers[name], class_id, box) for name, box, class_id in named if name in self.numbers]
        corners = np.array([box.corners for _, _, box in known], np.float64).reshape(-1, 4)
        whole = np.array([(number, class_id) for number, class_id, _ in known], np.int64).reshape(-1, 2)
        return whole[:, 0], whole[:, 1], corners

    def _pairs(
        self, image: Whole, class_id: Whole, corners: Numbers, own_image: Whole, own_class: Whole, own_corners: Numbers
    ) -> Pairs:
        predicted, own, iou = overlapping(image, corners, own_image, own_corners)
        agrees = self._project_classes(class_id)[predicted] == own_class[own]
        return Pairs(predicted, own, iou, agrees)

    def _answers(
        self, answered: Sequence[tuple[str, AnsweredProposal]], image: Whole, class_id: Whole, corners: Numbers
    ) -> Whole:
        """What was decided about each box, or about one of the same class that is nearly the same."""
        answers = np.zeros(len(image), np.int64)
        given = self._columns_of((name, one, one.class_id) for name, one in answered)
        predicted, decided, iou = overlapping(image, corners, given[0], given[2])
        same_class = (class_id[predicted] == np.abs(given[1][decided])) | (
            self._project_classes(class_id)[predicted] == given[1][decided]
        )
        same = same_class & (iou >= SAME_IOU)
        kinds = np.array([ACCEPTED if one.accepted else REJECTED for _, one in answered], np.int64)
        answers[predicted[same]] = kinds[decided[same]]
        return answers

    def _project_classes(self, class_id: Whole) -> Whole:
        found, places = np.unique(class_id, return_inverse=True)
        return np.array([self.class_of.get(int(one), int(one)) for one in found], np.int64)[places]


def overlapping(
    image: Whole, corners: Numbers, other_image: Whole, other_corners: Numbers
) -> tuple[Whole, Whole, Numbers]:
    """Rows of both sides that are in the same image and overlap, and their IoU; memory stays bounded."""
    order = np.argsort(other_image, kind="stable")
    in_order = other_image[order]
    start = np.searchsorted(in_order, image, "left")
    counts = np.searchsorted(in_order, image, "right") - start
    parts: list[tuple[Whole, Whole, Numbers]] = []
    for rows in _portions(counts):
        repeated = np.repeat(rows, counts[rows])
        before = np.cumsum(counts[rows]) - counts[rows]
        others = order[start[repeated] + np.arange(len(repeated)) - np.repeat(before, counts[rows])]
        iou = _iou(corners[repeated], other_corners[others])
        near = iou >= LEAST_IOU
        parts.append((repeated[near], others[near], iou[near]))
    if not parts:
        return _whole(), _whole(), _numbers()
    return (
        np.concatenate([part[0] for part in parts]),
        np.concatenate([part[1] for part in parts]),
        np.concatenate([part[2] for part in parts]),
    )


def _portions(counts: Whole) -> Iterator[Whole]:
    """Rows, a bounded number of pairs at a time."""
    with_any = np.flatnonzero(counts)
    if len(with_any):
        portion = np.cumsum(counts[with_any]) // MOST_PAIRS_AT_ONCE
        yield from np.split(with_any, np.flatnonzero(np.diff(portion)) + 1)


def _iou(first: Numbers, second: Numbers) -> Numbers:
    """As `training.dataset.box.iou`, row by row."""
    width = np.minimum(first[:, 2], second[:, 2]) - np.maximum(first[:, 0], second[:, 0])
    height = np.minimum(first[:, 3], second[:, 3]) - np.maximum(first[:, 1], second[:, 1])
    shared = np.maximum(width, 0.0) * np.maximum(height, 0.0)
    union = _area(first) + _area(second) - shared
    iou: Numbers = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return iou


def _area(corners: Numbers) -> Numbers:
    area: Numbers = (corners[:, 2] - corners[:, 0]) * (corners[:, 3] - corners[:, 1])
    return area


def _together(which: Truths, count: int) -> slice:
    rows = np.flatnonzero(which)
    return slice(int(rows[0]), int(rows[-1]) + 1) if len(rows) else slice(count, count)


def _inside(rows: Whole, part: slice) -> Truths:
    inside: Truths = (rows >= part.start) & (rows < part.stop)
    return inside


def _moved_up(rows: Whole, gone: slice) -> Whole:
    return np.where(rows >= gone.stop, rows - (gone.stop - gone.start), rows)
