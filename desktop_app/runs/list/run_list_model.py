"""The runs as a table; a new reading of them moves nothing that stayed as it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor

from desktop_app.icons import colour_of, icon
from desktop_app.runs.list import run_list_words as words
from desktop_app.style import theme
from training.run.catalogue.run_summary import RunSummary

SORT_ROLE = Qt.ItemDataRole.UserRole
AnyIndex = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Column:
    """`order` is what it sorts by; numbers stand at the right."""

    name: str
    title: str
    text: Callable[[RunSummary], str]
    order: Callable[[RunSummary], Any]
    tip: Callable[[RunSummary], str]
    is_number: bool = False


def columns() -> tuple[Column, ...]:
    return (
        Column("name", _tr("Name"), lambda run: run.name, lambda run: run.name.casefold(), words.name_tip),
        Column("outcome", _tr("Outcome"), words.outcome_of, words.outcome_of, words.outcome_tip),
        _figure("mean_iou", _tr("Mean IoU")),
        _figure("iou50", _tr("IoU ≥ 0.5")),
        _figure("class_accuracy", _tr("Class right")),
        _figure("macro_f1", _tr("Macro F1")),
        Column("time", _tr("Time"), words.time_of, lambda run: run.seconds or 0.0, words.outcome_tip, True),
        Column("started", _tr("Started"), words.started_of, lambda run: run.created or 0.0, words.started_tip),
        Column("images", _tr("Images"), words.images_of, lambda run: sum(run.images.values()), words.images_tip, True),
        Column("data", _tr("Data"), words.data_of, lambda run: run.dataset_hash, words.images_tip),
        Column("recipe", _tr("Recipe"), words.recipe_of, lambda run: run.recipe, words.name_tip),
    )


def _figure(key: str, title: str) -> Column:
    def order(run: RunSummary) -> float:
        return run.figures.get(key, -1.0)

    return Column(key, title, lambda run: words.share_of(run, key), order, words.figures_tip, True)


class RunListModel(QAbstractTableModel):
    """Rows are known by their folder, so that selection and place survive another reading."""

    renamed = Signal(object, str)  # RunSummary and the name that was typed

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = columns()
        self._runs: list[RunSummary] = []
        self._same_data: dict[str, list[RunSummary]] = {}

    def run_at(self, row: int) -> RunSummary:
        return self._runs[row]

    def row_of(self, folder: Path) -> int | None:
        return next((row for row, run in enumerate(self._runs) if run.folder.path == folder), None)

    @property
    def runs(self) -> Sequence[RunSummary]:
        return tuple(self._runs)

    def show_runs(self, runs: Sequence[RunSummary]) -> None:
        """Take away what is gone, change what changed, add what is new."""
        wanted = {run.folder.path: run for run in runs}
        for row in reversed(range(len(self._runs))):
            if self._runs[row].folder.path not in wanted:
                self.beginRemoveRows(NOWHERE, row, row)
                del self._runs[row]
                self.endRemoveRows()
        self._group_data(runs)
        for row, run in enumerate(self._runs):
            newer = wanted.pop(run.folder.path)
            if newer != run:
                self._runs[row] = newer
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(self.columns) - 1))
        if wanted:
            self.beginInsertRows(NOWHERE, len(self._runs), len(self._runs) + len(wanted) - 1)
            self._runs.extend(wanted.values())
            self.endInsertRows()

    def _group_data(self, runs: Sequence[RunSummary]) -> None:
        groups: dict[str, list[RunSummary]] = defaultdict(list)
        for run in runs:
            if run.dataset_hash:
                groups[run.dataset_hash].append(run)
        self._same_data = dict(groups)

    def same_data_as(self, run: RunSummary) -> list[RunSummary]:
        """The other runs that were trained on the same images and boxes."""
        return [one for one in self._same_data.get(run.dataset_hash, []) if one.folder != run.folder]

    # --- what Qt asks

    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._runs)

    def columnCount(self, parent: AnyIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        usual = super().flags(index)
        return usual | Qt.ItemFlag.ItemIsEditable if index.isValid() and index.column() == 0 else usual

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(self.columns[section])
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column, run = self.columns[index.column()], self._runs[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return column.text(run)
            case Qt.ItemDataRole.ToolTipRole:
                return words.data_tip(run, self.same_data_as(run)) if column.name == "data" else column.tip(run)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
            case Qt.ItemDataRole.DecorationRole | Qt.ItemDataRole.ForegroundRole:
                return self._look(column, run, role)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{column.title}: {column.text(run)}"
        return column.order(run) if role == SORT_ROLE else None

    def _look(self, column: Column, run: RunSummary, role: int) -> Any:
        if column.name == "data" and self.same_data_as(run) and role == Qt.ItemDataRole.DecorationRole:
            return icon("duplicate", theme().muted)
        if column.name != "outcome":
            return None
        look = words.LOOKS[run.state]
        colour = colour_of(theme(), look.colour)
        return icon(look.icon, colour) if role == Qt.ItemDataRole.DecorationRole else QColor(colour)

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if not index.isValid() or index.column() != 0 or role != Qt.ItemDataRole.EditRole:
            return False
        run, name = self._runs[index.row()], " ".join(str(value).split())
        if name != run.name:
            self.renamed.emit(run, name)
        return True


class RunFilter(QSortFilterProxyModel):
    """Sorted by a column, and only the runs in which every word of the filter stands."""

    def __init__(self, model: RunListModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: list[str] = []
        self.setSourceModel(model)
        self.setSortRole(SORT_ROLE)
        self.model = model

    def set_words(self, text: str) -> None:
        self.beginFilterChange()
        self._words = text.casefold().split()
        self.endFilterChange()

    def run_at(self, index: QModelIndex) -> RunSummary:
        return self.model.run_at(self.mapToSource(index).row())

    def filterAcceptsRow(self, row: int, parent: AnyIndex) -> bool:
        if not self._words:
            return True
        run = self.model.run_at(row)
        texts = (run.name, run.note, run.recipe, words.outcome_of(run), words.state_of(run), run.dataset_hash)
        text = " ".join(texts).casefold()
        return all(word in text for word in self._words)


def _alignment(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _tr(text: str) -> str:
    return QCoreApplication.translate("RunList", text)
