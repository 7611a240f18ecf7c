"""Table and contact sheet beside each other, or one of them: the same files, the same order, the same selection."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import numpy as np
from PySide6.QtCore import QByteArray, QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QSplitter, QVBoxLayout, QWidget

from desktop_app.predict.files.answer_columns import Whole
from desktop_app.predict.files.contact_delegate import ContactDelegate
from desktop_app.predict.files.contact_sheet import ContactSheet
from desktop_app.predict.files.file_model import FileModel
from desktop_app.predict.files.file_table import FileTable
from desktop_app.thumbnails import Thumbnails

Flag = QItemSelectionModel.SelectionFlag


class Look(StrEnum):
    TABLE = "table"
    BOTH = "both"
    PICTURES = "pictures"


class FileViews(QWidget):
    row_opened = Signal(int)  # somebody wants to see it large
    menu_asked = Signal(QPoint)  # on the screen
    selection_changed = Signal()

    def __init__(self, model: FileModel, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._thumbnails = thumbnails
        self._selected: Whole = np.zeros(0, np.int64)  # numbers, kept while the rows move
        self._current = -1
        self._is_restoring = False
        self.table = FileTable(model)
        self.sheet = ContactSheet()
        self.sheet.setAccessibleName(self.tr("Pictures with what the model sees in them"))
        self.sheet.setModel(model)
        self.sheet.setSelectionModel(self.table.selectionModel())
        self._delegate = ContactDelegate(model, thumbnails, self.sheet)
        self.sheet.setItemDelegate(self._delegate)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        for view in (self.table, self.sheet):
            self._splitter.addWidget(view)
            self._join(view)
        self._splitter.setSizes([520, 480])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)
        self.look = Look.BOTH
        model.modelAboutToBeReset.connect(self._keep_place)
        model.order_changed.connect(self._restore_place)
        self.table.selectionModel().selectionChanged.connect(self._on_selection_changed)
        thumbnails.thumbnail_ready.connect(self._on_thumbnail)
        thumbnails.thumbnail_failed.connect(self._on_no_thumbnail)

    def _join(self, view: QAbstractItemView) -> None:
        view.doubleClicked.connect(self._on_opened)
        view.customContextMenuRequested.connect(lambda place: self.menu_asked.emit(view.viewport().mapToGlobal(place)))
        for key in ("Return", "Enter"):
            shortcut = QShortcut(QKeySequence(key), view)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(self.open_current)

    # --- how they look

    def set_look(self, look: Look) -> None:
        self.look = look
        self.table.setVisible(look is not Look.PICTURES)
        self.sheet.setVisible(look is not Look.TABLE)

    def set_colours(self, colours: Mapping[int, QColor]) -> None:
        self._delegate.colours = colours
        self.sheet.viewport().update()

    def forget_pictures(self) -> None:
        """Their numbers are other files' from now on."""
        self._delegate.unreadable.clear()
        self._selected, self._current = np.zeros(0, np.int64), -1

    def layout_state(self) -> QByteArray:
        return self._splitter.saveState()

    def restore_layout(self, state: QByteArray) -> None:
        if not state.isEmpty():
            self._splitter.restoreState(state)

    # --- what is selected

    @property
    def view(self) -> QAbstractItemView:
        """The one that people look at, or look at first."""
        return self.sheet if self.look is Look.PICTURES else self.table

    @property
    def selected(self) -> Whole:
        """Numbers of files, in the order of the rows; however many there are, as ranges."""
        parts = [
            np.arange(part.top(), part.bottom() + 1)
            for part in self.table.selectionModel().selection().toList()
            if part.left() == 0
        ]
        rows = np.unique(np.concatenate(parts)) if parts else np.zeros(0, np.int64)
        return self._model.numbers_at(rows)

    def show_row(self, row: int) -> None:
        """Make it the current one, and bring it into sight."""
        index = self._model.index(row, 0)
        self.table.selectionModel().setCurrentIndex(index, Flag.ClearAndSelect | Flag.Rows)
        for view in (self.table, self.sheet):
            view.scrollTo(index)

    def select_all(self) -> None:
        self.view.selectAll()

    def open_current(self) -> None:
        self._on_opened(self.table.currentIndex())

    def _on_opened(self, index: QModelIndex) -> None:
        if index.isValid():
            self.row_opened.emit(index.row())

    def _on_selection_changed(self) -> None:
        if not self._is_restoring:
            self.selection_changed.emit()

    def _keep_place(self) -> None:
        """Before the rows change: they are known by their files."""
        self._is_restoring = True
        self._selected = self.selected
        row = self.table.currentIndex().row()
        self._current = self._model.number_at(row) if row >= 0 else -1
        self._scrolled = [view.verticalScrollBar().value() for view in (self.table, self.sheet)]

    def _restore_place(self) -> None:
        rows = self._model.rows_of(self._selected)
        chosen = QItemSelection()
        for part in np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1) if len(rows) else []:
            chosen.select(self._model.index(int(part[0]), 0), self._model.index(int(part[-1]), 0))
        selection = self.table.selectionModel()
        selection.select(chosen, Flag.ClearAndSelect | Flag.Rows)
        current = self._model.row_of(self._current)
        if current >= 0:
            selection.setCurrentIndex(self._model.index(current, 0), Flag.NoUpdate)
        for view, value in zip((self.table, self.sheet), self._scrolled, strict=True):
            view.updateGeometries()
            view.verticalScrollBar().setValue(value)
        self._is_restoring = False
        self.selection_changed.emit()

    # --- thumbnails

    def _on_thumbnail(self, key: str) -> None:
        row = self._model.row_of(int(key))
        if row >= 0:
            self.sheet.update(self._model.index(row, 0))

    def _on_no_thumbnail(self, key: str, _sentence: str) -> None:
        self._delegate.unreadable.add(key)
        self._on_thumbnail(key)
