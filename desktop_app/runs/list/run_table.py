"""The table of runs: what is selected, renaming in place, and a place that stays when the list is read again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from desktop_app.row_table import RowTable
from desktop_app.runs.list.run_list_model import RunFilter, RunListModel
from training.run.catalogue.run_summary import RunSummary

WIDTHS = {
    "name": 214, "outcome": 136, "mean_iou": 74, "iou50": 74, "class_accuracy": 84, "macro_f1": 74, "time": 60, "started": 84,
    "images": 84, "data": 98, "recipe": 88,
}  # fmt: skip


class RunTable(RowTable):
    """Keys that are not its own reach the window."""

    selection_changed = Signal()

    def __init__(self, model: RunListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filter = RunFilter(model, self)
        self._postponed: Sequence[RunSummary] | None = None
        self._left_row: int | None = None
        self.setObjectName("run_table")
        self.setAccessibleName(self.tr("Runs"))
        self.setModel(self.filter)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._make_header(model)
        self.selectionModel().selectionChanged.connect(self.selection_changed)

    def _make_header(self, model: RunListModel) -> None:
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setAccessibleName(self.tr("Columns of the list of runs"))
        for number, column in enumerate(model.columns):
            self.setColumnWidth(number, WIDTHS[column.name])
        self.setSortingEnabled(True)
        started = next(number for number, column in enumerate(model.columns) if column.name == "started")
        self.sortByColumn(started, Qt.SortOrder.DescendingOrder)

    # --- what is there

    @property
    def selected(self) -> list[RunSummary]:
        """In the order of the table."""
        rows = sorted(self.selectionModel().selectedRows(), key=lambda index: index.row())
        return [self.filter.run_at(index) for index in rows]

    def show_runs(self, runs: Sequence[RunSummary]) -> None:
        """Not while a name is typed: the field would go."""
        if self.state() == QAbstractItemView.State.EditingState:
            self._postponed = runs
            return
        self._postponed = None
        self.filter.model.show_runs(runs)

    def select(self, folders: Sequence[Path]) -> None:
        """Those runs and no others; those that the filter hides stay out."""
        chosen = QItemSelection()
        for folder in folders:
            row = self.filter.model.row_of(folder)
            index = self.filter.mapFromSource(self.filter.model.index(row, 0)) if row is not None else None
            if index is not None and index.isValid():
                chosen.select(index, index)
        mode = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().select(chosen, mode)
        if not chosen.isEmpty():
            first = chosen.indexes()[0]
            self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(first)

    def leave_selection(self) -> None:
        """What is selected goes away; `select_neighbour` then takes what has come to its place."""
        self._left_row = min((index.row() for index in self.selectionModel().selectedRows()), default=None)
        self.select([])

    def select_neighbour(self) -> None:
        row, self._left_row = self._left_row, None
        if row is not None and self.filter.rowCount() and not self.selected:
            self.selectRow(min(row, self.filter.rowCount() - 1))

    def rename_selected(self) -> None:
        rows = self.selectionModel().selectedRows()
        if len(rows) == 1:
            self.scrollTo(rows[0])
            self.setCurrentIndex(rows[0])
            self.edit(rows[0])

    # --- what Qt asks

    def closeEditor(self, editor: QWidget, hint: object) -> None:
        super().closeEditor(editor, hint)  # type: ignore[arg-type]
        if self._postponed is not None:
            self.show_runs(self._postponed)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Who comes with the keyboard stands on a row at once."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.filter.rowCount():
            self.selectRow(0)
