"""Where two people disagree, one row a disagreement, and whose it is to be."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from desktop_app.row_table import RowTable
from desktop_app.words import filled, tooltip
from training.dataset.merging.differences import Choice, Difference, Finding
from training.dataset.merging.merge_table import classes_of
from training.dataset.merging.project_merging import MergePlan

IMAGE, WHAT, MINE, THEIRS, IOU, CHOICE = range(6)
WIDTHS = (220, 180, 110, 110, 60, 80)
KEYS = {Qt.Key.Key_M: Choice.MINE, Qt.Key.Key_T: Choice.THEIRS, Qt.Key.Key_B: Choice.BOTH}
Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


class DisagreementModel(QAbstractTableModel):
    """Holds what was chosen; at first everything stays mine."""

    choices_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._plan: MergePlan | None = None
        self._findings: tuple[Finding, ...] = ()
        self.choices: dict[Finding, Choice] = {}

    def show_plan(self, plan: MergePlan) -> None:
        self.beginResetModel()
        self._plan, self._findings = plan, plan.findings
        self.choices = dict.fromkeys(plan.findings, Choice.MINE)
        self.endResetModel()

    def finding(self, row: int) -> Finding:
        return self._findings[row]

    def choose(self, rows: Iterable[int], choice: Choice) -> None:
        for row in rows:
            self.choices[self._findings[row]] = choice
        if self._findings:
            self.dataChanged.emit(self.index(0, CHOICE), self.index(len(self._findings) - 1, CHOICE))
        self.choices_changed.emit()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._findings)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(WIDTHS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        names = (_tr("Image"), _tr("What differs"), _tr("Mine"), _tr("Theirs"), _tr("IoU"), _tr("Take"))
        return names[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole) or self._plan is None:
            return None
        finding = self._findings[index.row()]
        match index.column():
            case _ if role == Qt.ItemDataRole.ToolTipRole:
                return tooltip(filled(_tr("%1: %2. Double-click to see the image."), finding.image, what(finding)))
            case 0:
                return finding.image
            case 1:
                return what(finding)
            case 2 | 3 as column:
                return classes_of(self._plan, finding)[column - MINE] or "–"
            case 4:
                return "" if finding.iou is None else f"{finding.iou:.2f}"
        return choice_name(self.choices[finding])


class DisagreementTable(RowTable):
    """M, T and B choose for the rows that are marked, or for all where none is."""

    image_asked = Signal(object)  # the finding

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = DisagreementModel(self)
        self.setModel(self.rows)
        self.setAccessibleName(self.tr("Where the two of you disagree"))
        for column, width in enumerate(WIDTHS):
            self.setColumnWidth(column, width)
        self.horizontalHeader().setSectionResizeMode(IMAGE, QHeaderView.ResizeMode.Stretch)
        self.doubleClicked.connect(lambda index: self.image_asked.emit(self.rows.finding(index.row())))

    def choose(self, choice: Choice) -> None:
        marked = [index.row() for index in self.selectionModel().selectedRows()]
        self.rows.choose(marked or range(self.rows.rowCount()), choice)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in KEYS and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.choose(KEYS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.image_asked.emit(self.rows.finding(self.currentIndex().row()))
        else:
            super().keyPressEvent(event)


def what(finding: Finding) -> str:
    words = {
        Difference.EMPTY: _tr("one of you saw nothing"),
        Difference.OTHER_CLASS: _tr("the class of a box"),
        Difference.ONLY_MINE: _tr("a box only of mine"),
        Difference.ONLY_THEIRS: _tr("a box only of theirs"),
        Difference.OWN_CLASS: _tr("the class of the image"),
        Difference.EDGES: _tr("the edges of a box"),
    }
    return words[finding.kind]


def choice_name(choice: Choice) -> str:
    return {Choice.MINE: _tr("mine"), Choice.THEIRS: _tr("theirs"), Choice.BOTH: _tr("both")}[choice]


def _tr(text: str) -> str:
    return QCoreApplication.translate("DisagreementTable", text)
