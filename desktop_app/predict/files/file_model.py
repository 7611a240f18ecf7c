"""The files that are shown, as rows for the table and for the sheet of pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from desktop_app.predict.files import file_words
from desktop_app.predict.files.answer_columns import State, Whole
from desktop_app.predict.files.questions import Questions
from desktop_app.predict.files.wanted_files import Order, WantedFiles, chosen_files
from desktop_app.words import tooltip
from training.run.answers.prediction import Answer

Index = QModelIndex | QPersistentModelIndex
ItemRole = Qt.ItemDataRole
COLUMNS = ("file", "class", "score", "details", "problem")
SORTED_BY = {"file": Order.FILE, "class": Order.CLASS, "score": Order.SCORE}
REORDER_MS = 400  # while answers come


class FileModel(QAbstractTableModel):
    """Rows are looked up in columns of numbers when they are painted: none is kept as an object."""

    order_changed = Signal()  # the same files, or others, are in other rows: what was selected is selected again

    def __init__(self, questions: Questions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.questions = questions
        self.wanted = WantedFiles()
        self._shown: Whole = np.zeros(0, np.int64)
        self._rows: Whole = np.zeros(0, np.int64)  # by number, -1 where it is not shown
        self._later = QTimer(self, singleShot=True, interval=REORDER_MS)
        self._later.timeout.connect(self.reorder)
        questions.files_changed.connect(self.reorder)
        questions.answers_changed.connect(self._on_answers)

    # --- what is shown

    def set_wanted(self, wanted: WantedFiles) -> None:
        if wanted != self.wanted:
            self.wanted = wanted
            self.reorder()

    @property
    def numbers(self) -> Sequence[int]:
        """Of the files that are shown, in order."""
        return list(map(int, self._shown))

    def number_at(self, row: int) -> int:
        return int(self._shown[row])

    def row_of(self, number: int) -> int:
        """-1 where it is not shown."""
        return int(self._rows[number]) if 0 <= number < len(self._rows) else -1

    def rows_of(self, numbers: Whole) -> Whole:
        """Sorted, without those that are not shown."""
        rows = self._rows[numbers[numbers < len(self._rows)]]
        return np.sort(rows[rows >= 0])

    def numbers_at(self, rows: Whole) -> Whole:
        return self._shown[rows]

    def answer_of(self, number: int) -> Answer:
        """As the lowest score lets it be shown."""
        return self.questions.columns.answer_of(number, self.wanted.min_score)

    def reorder(self) -> None:
        self._later.stop()
        shown = chosen_files(self.questions.columns, self.wanted, self.questions.ranks)
        if np.array_equal(shown, self._shown):
            self._tell_all()
            return
        self.beginResetModel()
        self._shown = shown
        self._rows = np.full(len(self.questions.files), -1, np.int64)
        self._rows[shown] = np.arange(len(shown))
        self.endResetModel()
        self.order_changed.emit()

    def stop(self) -> None:
        self._later.stop()

    def _on_answers(self, numbers: Sequence[int]) -> None:
        if not numbers:
            self.reorder()
            return
        if self.wanted.changes_with_answers and not self._later.isActive():
            self._later.start()
        rows = self.rows_of(np.array(numbers, np.int64))
        if len(rows):
            self.dataChanged.emit(self.index(int(rows[0]), 0), self.index(int(rows[-1]), len(COLUMNS) - 1))

    def _tell_all(self) -> None:
        if len(self._shown):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shown) - 1, len(COLUMNS) - 1))

    # --- what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = ItemRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == ItemRole.DisplayRole:
            return file_words.column_titles()[COLUMNS[section]]
        return None

    def data(self, index: Index, role: int = ItemRole.DisplayRole) -> Any:
        if role == ItemRole.TextAlignmentRole and COLUMNS[index.column()] == "score":
            return int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        if role not in (ItemRole.DisplayRole, ItemRole.ToolTipRole, ItemRole.AccessibleTextRole):
            return None
        number = self.number_at(index.row())
        if role == ItemRole.DisplayRole:
            return self._text(number, COLUMNS[index.column()])
        lines = self._lines(number)
        return ", ".join(lines) if role == ItemRole.AccessibleTextRole else tooltip("\n".join(lines))

    def text_at(self, row: int, column: str) -> str:
        """What stands in a cell."""
        return self._text(self.number_at(row), column)

    def caption_of(self, number: int) -> str:
        """What stands below a picture."""
        columns, answer = self.questions.columns, self.answer_of(number)
        is_told = not answer.rows and bool(columns.answer_of(number).answers)
        problem = columns.problems.get(number, "")
        return file_words.caption(answer, columns.state_of(number), problem, is_told=is_told)

    def _lines(self, number: int) -> Sequence[str]:
        columns = self.questions.columns
        name, problem = self.questions.files.name(number), columns.problems.get(number, "")
        return file_words.tip_lines(name, self.answer_of(number), columns.state_of(number), problem)

    def _text(self, number: int, column: str) -> str:
        columns = self.questions.columns
        if column == "file":
            return self.questions.files.name(number)
        if column == "problem":
            return columns.problems.get(number, "")
        if columns.state_of(number) is not State.DONE:
            return ""
        if column == "details":
            answer = self.answer_of(number)
            # What a classifier takes it for is told even where it is too unsure to count.
            return file_words.details_text(answer if answer.rows else _top_only(columns.answer_of(number)))
        answer = self.answer_of(number)
        return file_words.class_text(answer) if column == "class" else file_words.score_text(answer)


def _top_only(answer: Answer) -> Answer:
    return Answer((), answer.answers)
