"""Runs side by side as a table: it can be marked, copied, and changes in place while a run goes on."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QKeyEvent, QKeySequence, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from desktop_app.runs.charts.chart_looks import run_colour, run_dashes
from desktop_app.runs.charts.compare_rows import CompareRow
from desktop_app.style import theme
from desktop_app.words import tooltip

SWATCH = QSize(16, 16)  # as large as headers show icons
SAMPLE_WIDTH, FINENESS = 14, 0.55  # of the line in it, and of its dashes
LABELS_WIDTH, NARROWEST = 152, 96
ROW_HEIGHT = 24
SEPARATORS, SHORT_NAME = " -_.", 18
Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


class CompareModel(QAbstractTableModel):
    """The first column says what is compared, then comes one of each run."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.names: list[str] = []
        self.rows: list[CompareRow] = []

    def show(self, names: Sequence[str], rows: Sequence[CompareRow]) -> bool:
        """Whether it is another table; new values alone come into the old one, which keeps its place and selection."""
        is_other = list(names) != self.names or [row.label for row in rows] != [row.label for row in self.rows]
        if is_other:
            self.beginResetModel()
        self.names, self.rows = list(names), list(rows)
        if is_other:
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(names)))
        return is_other

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.names) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = self.rows[index.row()], index.column()
        is_best = column - 1 in row.best
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.text(index.row(), column)
            case Qt.ItemDataRole.ToolTipRole:
                return tooltip(self._tip(row, column))
            case Qt.ItemDataRole.FontRole if row.is_heading or is_best:
                return _bold()
            case Qt.ItemDataRole.ForegroundRole:
                return QColor(theme().muted if not column and not row.is_heading else theme().text)
            case Qt.ItemDataRole.BackgroundRole if is_best:
                return QColor(theme().chosen)
            case Qt.ItemDataRole.AccessibleTextRole if is_best:
                return f"{self.text(index.row(), column)}, {self.tr('the best')}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal or not 0 < section <= len(self.names):
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return told_apart(self.names)[section - 1]
            case Qt.ItemDataRole.ToolTipRole:
                return tooltip(self.names[section - 1])
            case Qt.ItemDataRole.DecorationRole:
                return _sample(section - 1)
            case Qt.ItemDataRole.FontRole:
                return _bold()
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def text(self, row: int, column: int) -> str:
        one = self.rows[row]
        if column == 0:
            return one.label
        return one.cells[column - 1] if column <= len(one.cells) else ""

    def _tip(self, row: CompareRow, column: int) -> str:
        told = row.tips[column - 1] if 0 < column <= len(row.tips) else ""
        best = self.tr("The best of those with the same recipe and figures") if column - 1 in row.best else ""
        cell = row.cells[column - 1] if 0 < column <= len(row.cells) else row.label
        return told or best or cell

    # --- handing on

    def as_text(self) -> str:
        """Columns between tabs, as spreadsheets take them; the best ones with a star."""
        return "".join("\t".join(row) + "\n" for row in self._table())

    def as_csv(self) -> str:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(self._table())
        return out.getvalue()

    def _table(self) -> list[list[str]]:
        table = [["", *(" ".join(name.split()) for name in self.names)]]
        for number, row in enumerate(self.rows):
            cells = [self.text(number, column) for column in range(1, len(self.names) + 1)]
            starred = [f"{cell} *" if place in row.best else cell for place, cell in enumerate(cells)]
            table.append([row.label, *starred])
        return table


class CompareTable(QTableView):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = CompareModel(self)
        self.setModel(self.rows)
        self.setObjectName("compare_table")
        self.setAccessibleName(self.tr("Runs side by side"))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(NARROWEST)
        header.setTextElideMode(Qt.TextElideMode.ElideMiddle)

    def show_rows(self, names: Sequence[str], rows: Sequence[CompareRow]) -> None:
        if not self.rows.show(names, rows):
            return
        self.clearSpans()
        header = self.horizontalHeader()
        for column in range(self.rows.columnCount()):
            header.setSectionResizeMode(
                column, QHeaderView.ResizeMode.Interactive if column == 0 else QHeaderView.ResizeMode.Stretch
            )
        self.setColumnWidth(0, LABELS_WIDTH)
        for number, row in enumerate(rows):
            if row.is_heading:
                self.setSpan(number, 0, 1, self.rows.columnCount())

    def copy_text(self) -> None:
        QGuiApplication.clipboard().setText(self.rows.as_text())

    def copy_csv(self) -> None:
        QGuiApplication.clipboard().setText(self.rows.as_csv())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy_selected()
        else:
            super().keyPressEvent(event)

    def _copy_selected(self) -> None:
        """What is marked, row by row; without anything marked the whole table."""
        marked = sorted((index.row(), index.column()) for index in self.selectedIndexes())
        if not marked:
            self.copy_text()
            return
        lines: dict[int, list[str]] = {}
        for row, column in marked:
            lines.setdefault(row, []).append(self.rows.text(row, column))
        QGuiApplication.clipboard().setText("\n".join("\t".join(cells) for cells in lines.values()))


def told_apart(names: Sequence[str]) -> list[str]:
    """Long names without the words that all begin and end with: the folders of runs differ in their middle."""
    if len(set(names)) < len(names) or len(names) < 2 or max(map(len, names)) <= SHORT_NAME:
        return list(names)
    first = _common_start(names)
    first = first[: max((first.rfind(mark) for mark in SEPARATORS), default=-1) + 1]
    rests = [name[len(first) :] for name in names]
    last = _common_start([rest[::-1] for rest in rests])[::-1]
    places = [place for mark in SEPARATORS if (place := last.find(mark)) >= 0]
    last = last[min(places) :] if places else ""
    middles = [rest[: len(rest) - len(last)] for rest in rests]
    return middles if all(middles) else list(names)


def _common_start(texts: Sequence[str]) -> str:
    columns = itertools.takewhile(lambda letters: len(set(letters)) == 1, zip(*texts, strict=False))
    return "".join(letters[0] for letters in columns)


def _bold() -> QFont:
    font = QFont()
    font.setBold(True)
    return font


def _sample(number: int) -> QIcon:
    """A bit of the line that a run has in the chart."""
    ratio = 2.0
    pixmap = QPixmap(SWATCH * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    pen = QPen(QColor(run_colour(number, theme())), 2.6)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if run_dashes(number):
        pen.setDashPattern([FINENESS * length for length in run_dashes(number)])
    painter.setPen(pen)
    painter.drawLine(0, SWATCH.height() // 2, SAMPLE_WIDTH, SWATCH.height() // 2)
    painter.end()
    return QIcon(pixmap)
