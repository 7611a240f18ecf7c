"""What a model said about a file, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication

from desktop_app import words
from desktop_app.predict.files.answer_columns import State
from desktop_app.words import filled
from training.run.answers.prediction import Answer, ClassAnswer, PredictedBox

MOST_IN_TIP = 12  # boxes
NONE = "–"


def class_text(answer: Answer) -> str:
    """The surest class, and how many boxes there are beside it."""
    rows = answer.rows
    if not rows:
        return NONE
    return rows[0].label if len(rows) == 1 else filled(_tr("%1 and %2 more"), rows[0].label, len(rows) - 1)


def score_text(answer: Answer) -> str:
    rows = answer.rows
    return words.score_text(rows[0].score) if rows else NONE


def details_text(answer: Answer) -> str:
    """Where the boxes are, or what a classifier takes it for."""
    if answer.boxes:
        return " · ".join(map(_place, answer.boxes[:MOST_IN_TIP]))
    return " · ".join(map(top_text, answer.answers))


def top_text(answer: ClassAnswer) -> str:
    return " · ".join(filled(_tr("%1 %2"), one.label, words.score_text(one.score)) for one in answer.top)


def caption(answer: Answer, state: State, problem: str, *, is_told: bool = False) -> str:
    """Below a picture; `is_told` where a classifier takes it for something, be it unsurely."""
    if state is State.UNREADABLE:
        return problem
    if state is State.WAITING:
        return _tr("waiting")
    if not answer.rows:
        return _tr("not sure enough") if is_told else _tr("nothing seen")
    return filled(_tr("%1 · %2"), class_text(answer), score_text(answer))


def tip_lines(name: str, answer: Answer, state: State, problem: str) -> Sequence[str]:
    if state is not State.DONE or not answer.rows:
        return [name, caption(answer, state, problem)]
    if answer.boxes:
        shown = [_place(box, with_class=True) for box in answer.boxes[:MOST_IN_TIP]]
        return [name, *shown, *(["…"] if len(answer.boxes) > MOST_IN_TIP else [])]
    return [name, *map(top_text, answer.answers)]


def copied_rows(name: str, answer: Answer, problem: str) -> Sequence[str]:
    """As tables take them: one line a box, columns between tabs."""
    if problem:
        return ["\t".join([name, "", "", "", "", "", "", problem])]
    lines = []
    for row in answer.rows:
        corners = [f"{edge:g}" for edge in row.corners] if isinstance(row, PredictedBox) else [""] * 4
        lines.append("\t".join([name, row.label, f"{row.score:.4f}", *corners]))
    return lines or [name]


def column_titles() -> Mapping[str, str]:
    return {
        "file": _tr("File"),
        "class": _tr("Class"),
        "score": _tr("Score"),
        "details": _tr("Where, or best three"),
        "problem": _tr("Problem"),
    }


def _place(box: PredictedBox, *, with_class: bool = False) -> str:
    place = filled(_tr("%1, %2 – %3, %4"), *(round(edge) for edge in box.corners))
    return filled(_tr("%1 %2: %3"), box.label, words.score_text(box.score), place) if with_class else place


def _tr(text: str) -> str:
    return QCoreApplication.translate("FileWords", text)
