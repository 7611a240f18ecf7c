"""What a model said about very many files, as columns of numbers: filtered and sorted in a blink, a few bytes a file."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from training.run.answers.prediction import Answer, ClassAnswer, ClassScore, PredictedBox

Whole = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]
FIRST_ROOM = 1024
NO_FILE = -1
NOWHERE = (np.nan,) * 4  # the corners of what is said about the whole picture


class State(IntEnum):
    WAITING = 0
    DONE = 1
    UNREADABLE = 2


_FILE = np.dtype(
    [
        ("state", np.uint8),
        ("width", np.int32),
        ("height", np.int32),
        ("begin", np.int64),
        ("rows", np.int32),
        ("round", np.int32),  # in which it was answered
    ]
)
# Of what is said about one file the surest is first. A classifier's second and third best are told, but not counted.
_ROW = np.dtype(
    [
        ("file", np.int32),
        ("class_id", np.int32),
        ("score", np.float64),
        ("corners", np.float64, 4),
        ("counts", np.bool_),
    ]
)


class AnswerColumns:
    """Files are known by their numbers, from 0. Each time a newer model is asked about all of them is a round."""

    def __init__(self) -> None:
        self.labels: dict[int, str] = {}
        self.problems: dict[int, str] = {}
        self._files = np.zeros(FIRST_ROOM, _FILE)
        self._rows = np.zeros(FIRST_ROOM, _ROW)
        self._file_count = 0
        self._row_count = 0
        self.round = 0

    def set_file_count(self, count: int) -> None:
        """As many as there are now; new ones wait."""
        self._files = _with_room(self._files, count)
        self._file_count = count

    def forget_answers(self) -> None:
        """Another model is asked: all wait again."""
        self._files[:] = np.zeros(1, _FILE)
        self._row_count = self.round = 0
        self.labels.clear()
        self.problems.clear()

    def begin_round(self) -> None:
        """A newer model is asked: what the one before said stays until there is a new word about the file."""
        self.round += 1
        rows = self._rows[: self._row_count]
        is_alive = rows["file"] != NO_FILE
        places = np.cumsum(is_alive) - 1
        files = self._files[: self._file_count]
        have_rows = files["rows"] > 0
        files["begin"][have_rows] = places[files["begin"][have_rows]]
        self._row_count = int(np.count_nonzero(is_alive))
        self._rows[: self._row_count] = rows[is_alive]

    def copy(self) -> AnswerColumns:
        """As they are now, for a thread."""
        made = AnswerColumns()
        made.labels, made.problems = dict(self.labels), dict(self.problems)
        made._files, made._rows = self._files[: self._file_count].copy(), self._rows[: self._row_count].copy()
        made._file_count, made._row_count, made.round = self._file_count, self._row_count, self.round
        return made

    def put(self, number: int, answer: Answer, width: int, height: int) -> None:
        self._forget(number)
        begin = self._row_count
        for box in sorted(answer.boxes, key=lambda box: -box.score):
            self._add(number, box, box.corners, counts=True)
        if not answer.boxes:
            for one in answer.answers:
                for place, score in enumerate(one.top):
                    self._add(number, score, NOWHERE, counts=place == 0)
        self._files[number] = (State.DONE, width, height, begin, self._row_count - begin, self.round)

    def put_problem(self, number: int, problem: str) -> None:
        self._forget(number)
        self.problems[number] = problem
        self._files[number] = (State.UNREADABLE, 0, 0, self._row_count, 0, self.round)

    def _forget(self, number: int) -> None:
        """What was said about it before: its rows are no file's any more."""
        begin, rows = self._files[number]["begin"], self._files[number]["rows"]
        self._rows["file"][begin : begin + rows] = NO_FILE
        self.problems.pop(number, None)

    def _add(self, number: int, row: PredictedBox | ClassScore, corners: tuple[float, ...], *, counts: bool) -> None:
        self._rows = _with_room(self._rows, self._row_count + 1)
        self._rows[self._row_count] = (number, row.class_id, row.score, corners, counts)
        self._row_count += 1
        self.labels[row.class_id] = row.label

    # --- one file

    def state_of(self, number: int) -> State:
        return State(int(self._files["state"][number]))

    def round_of(self, number: int) -> int:
        """In which a file was answered."""
        return int(self._files["round"][number])

    def size_of(self, number: int) -> tuple[int, int]:
        """Width and height of the upright picture; 0 before it was read."""
        file = self._files[number]
        return int(file["width"]), int(file["height"])

    def answer_of(self, number: int, min_score: float = 0.0) -> Answer:
        """What was said, without what is less sure than `min_score`."""
        file = self._files[number]
        rows = self._rows[file["begin"] : file["begin"] + file["rows"]]
        if len(rows) and np.isnan(rows[0]["corners"][0]):
            return self._whole_answer(rows, min_score)
        rows = rows[rows["score"] >= min_score]
        return Answer(
            tuple(
                PredictedBox(xmin, ymin, xmax, ymax, self.labels[class_id], class_id, score)
                for (xmin, ymin, xmax, ymax), class_id, score in zip(
                    rows["corners"].tolist(), rows["class_id"].tolist(), rows["score"].tolist(), strict=True
                )
            )
        )

    def _whole_answer(self, rows: npt.NDArray[np.void], min_score: float) -> Answer:
        found = zip(rows["class_id"].tolist(), rows["score"].tolist(), strict=True)
        top = tuple(ClassScore(self.labels[class_id], class_id, score) for class_id, score in found)
        return Answer((), (ClassAnswer(top),)) if top[0].score >= min_score else Answer()

    # --- all of them

    @property
    def states(self) -> npt.NDArray[np.uint8]:
        states: npt.NDArray[np.uint8] = self._files["state"][: self._file_count]
        return states

    def waiting(self) -> Whole:
        """Those that nothing is said about in this round."""
        files = self._files[: self._file_count]
        return np.flatnonzero((files["state"] == State.WAITING) | (files["round"] < self.round))

    def best_scores(self) -> npt.NDArray[np.float64]:
        """The score of the surest, -1 where nothing was said."""
        scores = np.full(self._file_count, -1.0)
        which, files = self._first_rows()
        scores[files] = self._rows["score"][which]
        return scores

    def best_classes(self) -> Whole:
        """The class of the surest, -1 where nothing was said."""
        classes = np.full(self._file_count, -1, np.int64)
        which, files = self._first_rows()
        classes[files] = self._rows["class_id"][which]
        return classes

    def has_class(self, class_id: int, min_score: float) -> Truths:
        rows = self._rows[: self._row_count]
        there = (rows["class_id"] == class_id) & _counting(rows, min_score)
        found = np.zeros(self._file_count, np.bool_)
        found[rows["file"][there]] = True
        return found

    def class_counts(self, min_score: float) -> Mapping[int, int]:
        """In how many files each class is seen."""
        rows = self._rows[: self._row_count]
        rows = rows[_counting(rows, min_score)]
        pairs = np.unique(rows["class_id"].astype(np.int64) * self._file_count + rows["file"])
        classes, counts = np.unique(pairs // max(1, self._file_count), return_counts=True)
        return dict(zip(classes.tolist(), counts.tolist(), strict=True))

    def _first_rows(self) -> tuple[Whole, Whole]:
        files = np.flatnonzero(self._files["rows"][: self._file_count])
        return self._files["begin"][files], files


def _counting(rows: npt.NDArray[np.void], min_score: float) -> Truths:
    counting: Truths = rows["counts"] & (rows["score"] >= min_score) & (rows["file"] != NO_FILE)
    return counting


def _with_room(columns: npt.NDArray[np.void], count: int) -> npt.NDArray[np.void]:
    """Doubled as often as needed, so that filling takes no more time the more there is."""
    room = len(columns)
    if count <= room:
        return columns
    larger = np.zeros(max(count, 2 * room), columns.dtype)
    larger[:room] = columns
    return larger
