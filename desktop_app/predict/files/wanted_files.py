"""Which files are shown, and in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
import numpy.typing as npt

from desktop_app.predict.files.answer_columns import AnswerColumns, State, Truths, Whole


class Show(Enum):
    ALL = auto()
    ONE_CLASS = auto()
    NOTHING_SEEN = auto()
    UNREADABLE = auto()
    WAITING = auto()


class Order(Enum):
    FILE = auto()
    CLASS = auto()
    SCORE = auto()


@dataclass(frozen=True, slots=True)
class WantedFiles:
    """What is less sure than `min_score` counts as not seen."""

    show: Show = Show.ALL
    class_id: int = -1
    min_score: float = 0.5
    order: Order = Order.FILE
    is_descending: bool = False

    @property
    def changes_with_answers(self) -> bool:
        """A new answer may move a file, or bring or take one."""
        return self.show is not Show.ALL or self.order is not Order.FILE


@dataclass(frozen=True, slots=True)
class Counts:
    """`done` are those that could be read; each is either `seen` or nothing was seen in it. `by_class` are files."""

    total: int
    done: int
    seen: int
    unreadable: int
    by_class: Mapping[int, int]

    @property
    def nothing_seen(self) -> int:
        return self.done - self.seen

    @property
    def waiting(self) -> int:
        return self.total - self.done - self.unreadable


def chosen_files(columns: AnswerColumns, wanted: WantedFiles, ranks: Whole) -> Whole:
    """Numbers of the files, in order; `ranks` is the place of each when they are sorted by name."""
    shown = np.flatnonzero(_fits(columns, wanted))
    order = np.lexsort((ranks[shown], _keys(columns, wanted)[shown]))
    if wanted.order is Order.FILE and wanted.is_descending:
        order = order[::-1]
    return shown[order]


def counts_of(columns: AnswerColumns, min_score: float) -> Counts:
    states = columns.states
    return Counts(
        total=len(states),
        done=int(np.count_nonzero(states == State.DONE)),
        seen=int(np.count_nonzero(columns.best_scores() >= min_score)),
        unreadable=int(np.count_nonzero(states == State.UNREADABLE)),
        by_class=columns.class_counts(min_score),
    )


def _fits(columns: AnswerColumns, wanted: WantedFiles) -> Truths:
    states = columns.states
    match wanted.show:
        case Show.ALL:
            return np.ones(len(states), np.bool_)
        case Show.ONE_CLASS:
            return columns.has_class(wanted.class_id, wanted.min_score)
        case Show.NOTHING_SEEN:
            return np.equal(states, State.DONE) & np.less(columns.best_scores(), wanted.min_score)
        case Show.UNREADABLE:
            return np.equal(states, State.UNREADABLE)
        case Show.WAITING:
            return np.equal(states, State.WAITING)


def _keys(columns: AnswerColumns, wanted: WantedFiles) -> Whole | npt.NDArray[np.float64]:
    """By what they are sorted before their names; where nothing is seen comes last in either direction."""
    if wanted.order is Order.FILE:
        return np.zeros(len(columns.states))
    scores = columns.best_scores()
    sign = -1 if wanted.is_descending else 1
    if wanted.order is Order.SCORE:
        return np.where(scores >= wanted.min_score, sign * scores, 2.0)
    ranks = _label_ranks(columns.labels)
    classes = np.array([ranks.get(int(one), 0) for one in columns.best_classes()], np.int64)
    return np.where(scores >= wanted.min_score, sign * classes, len(ranks) + 1)


def _label_ranks(labels: Mapping[int, str]) -> dict[int, int]:
    ordered = sorted(labels, key=lambda class_id: (labels[class_id].casefold(), class_id))
    return {class_id: place for place, class_id in enumerate(ordered)}
