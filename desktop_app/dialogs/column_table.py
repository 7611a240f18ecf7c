"""A table's first rows under a line of choices: what each of its columns means."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.dialogs.table_words import (
    ALL_ORDERS,
    CELLS_OF_A_BOX,
    NUMBERS_OF_A_BOX,
    column_names,
    order_name,
    separator_names,
    unit_names,
)
from desktop_app.elided_choice import ElidedChoice
from desktop_app.words import filled
from training.dataset.formats.table_layout import Column, TableLayout, Unit
from training.dataset.table_sample import TableSample

MOST_COLUMNS = 60  # further ones stay as they were recognised
ROWS_HIGH = 5  # the choices, and the rows of a sample
ROW_PADDING = 10
COLUMN_WIDTH, MOST_WIDTH = 142, 280
BESIDE_CHOICE = 56  # pixels for the frame and the arrow of what is chosen in a column
LEAST_LETTERS = 8


class ColumnTable(QWidget):
    """`layout_chosen` carries the whole layout after each choice of a person."""

    layout_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout_shown: TableLayout | None = None
        self.columns: list[QComboBox] = []
        self.table = _table(self.tr("First rows of the table"))
        self.order = self._choice(self.tr("Order of the four numbers"), self._on_order)
        for order in ALL_ORDERS:
            self.order.addItem(order_name(order))
        self.unit = self._choice(self.tr("Unit of the numbers"), self._on_options)
        for unit, name in unit_names().items():
            self.unit.addItem(name, unit)
        self.separator = self._choice(self.tr("What separates the columns"), self._on_separator)
        for separator, name in separator_names().items():
            self.separator.addItem(name, separator)
        self.has_header = self._check(self.tr("The first line has the &names of the columns"), self._on_header)
        self.decimal_comma = self._check(self.tr("Numbers have a &decimal comma"), self._on_options)
        self.from_one = self._check(self.tr("Pixels are counted from &1"), self._on_options)
        self._place_parts()

    def _place_parts(self) -> None:
        options = QGridLayout()
        options.setHorizontalSpacing(12)
        named = (
            (self.tr("Order"), self.order, self.has_header),
            (self.tr("Unit"), self.unit, self.decimal_comma),
            (self.tr("Separator"), self.separator, self.from_one),
        )
        for row, (name, choice, check) in enumerate(named):
            label = QLabel(name)
            label.setBuddy(choice)
            for column, part in enumerate((label, choice, check)):
                options.addWidget(part, row, column)
        options.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        layout.addLayout(options)

    def _choice(self, name: str, on_chosen: object) -> QComboBox:
        choice = ElidedChoice()
        choice.setAccessibleName(name)
        choice.setToolTip(name)
        choice.activated.connect(on_chosen)
        return choice

    def _check(self, text: str, on_chosen: object) -> QCheckBox:
        check = QCheckBox(text)
        check.setToolTip(text.replace("&", ""))
        check.clicked.connect(on_chosen)
        return check

    # --- showing

    def show_sample(self, sample: TableSample) -> None:
        layout = self._layout_shown = sample.layout
        self._fill(sample)
        self.order.setCurrentIndex(_order_in(layout))
        self.unit.setCurrentIndex(list(unit_names()).index(layout.unit))
        self.separator.setCurrentIndex(self.separator.findData(layout.separator))
        self.has_header.setChecked(layout.has_header)
        self.decimal_comma.setChecked(layout.decimal_comma)
        self.from_one.setChecked(layout.first_pixel == 1)

    def _fill(self, sample: TableSample) -> None:
        width = min(len(sample.layout.columns), MOST_COLUMNS)
        names = [*sample.header[:width], *(str(at + 1) for at in range(len(sample.header), width))]
        self.table.clear()
        self.table.setRowCount(len(sample.rows) + 1)
        self.table.setColumnCount(width)
        self.table.setHorizontalHeaderLabels([name.strip()[:40] or str(at + 1) for at, name in enumerate(names)])
        self.columns = [self._column_choice(at, name, sample.layout.columns[at]) for at, name in enumerate(names)]
        for at, choice in enumerate(self.columns):
            self.table.setCellWidget(0, at, choice)
            wanted = choice.fontMetrics().horizontalAdvance(choice.currentText()) + BESIDE_CHOICE
            self.table.setColumnWidth(at, min(max(wanted, COLUMN_WIDTH), MOST_WIDTH))
        for row, record in enumerate(sample.rows, start=1):
            for at, cell in enumerate(record[:width]):
                self.table.setItem(row, at, QTableWidgetItem(cell[:200]))
        self._fit_height()

    def _fit_height(self) -> None:
        """Now that the style is known: the choices, and all rows of a sample without scrolling."""
        rows = self.table.verticalHeader()
        choices = max((choice.sizeHint().height() for choice in self.columns), default=0)
        self.table.setRowHeight(0, max(choices, rows.defaultSectionSize()))
        headline, bar = self.table.horizontalHeader().sizeHint(), self.table.horizontalScrollBar().sizeHint()
        of_rows = self.table.rowHeight(0) + (ROWS_HIGH - 1) * rows.defaultSectionSize()
        self.table.setFixedHeight(of_rows + headline.height() + bar.height() + 2 * self.table.frameWidth())

    def _column_choice(self, at: int, name: str, column: Column) -> QComboBox:
        choice = self._choice(filled(self.tr("What column %1 means (%2)"), at + 1, name), self._on_columns)
        for known, word in column_names().items():
            choice.addItem(word, known)
        choice.setCurrentIndex(choice.findData(column))
        # As narrow as the column; the list that opens is not.
        choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        choice.setMinimumContentsLength(LEAST_LETTERS)
        choice.view().setMinimumWidth(choice.view().sizeHintForColumn(0))
        return choice

    # --- choosing

    def _on_columns(self) -> None:
        layout = self._shown
        chosen = [Column(choice.currentData()) for choice in self.columns]
        self._tell(replace(layout, columns=(*chosen, *layout.columns[len(chosen) :]), title=""))

    def _on_order(self) -> None:
        """What holds the box's numbers, four columns or one, keeps its place and changes its meaning."""
        layout, order = self._shown, ALL_ORDERS[self.order.currentIndex()]
        places = [at for at, column in enumerate(layout.columns) if column in NUMBERS_OF_A_BOX]
        cells = [at for at, column in enumerate(layout.columns) if column in CELLS_OF_A_BOX.values()]
        if len(places) == 4:
            meanings = dict(zip(places, order, strict=True))
        elif cells and order in CELLS_OF_A_BOX:
            meanings = dict.fromkeys(cells, CELLS_OF_A_BOX[order])
        else:
            self.order.setCurrentIndex(_order_in(layout))
            return
        columns = tuple(meanings.get(at, column) for at, column in enumerate(layout.columns))
        self._tell(replace(layout, columns=columns, title=""))

    def _on_options(self) -> None:
        self._tell(
            replace(
                self._shown,
                unit=Unit(self.unit.currentData()),
                decimal_comma=self.decimal_comma.isChecked(),
                first_pixel=int(self.from_one.isChecked()),
            )
        )

    def _on_header(self) -> None:
        self._tell(replace(self._shown, has_header=self.has_header.isChecked(), title=""))

    def _on_separator(self) -> None:
        """Other columns: what the old ones meant says nothing about them."""
        self._tell(replace(self._shown, separator=self.separator.currentData(), columns=(), title=""))

    @property
    def _shown(self) -> TableLayout:
        assert self._layout_shown is not None
        return self._layout_shown

    def _tell(self, layout: TableLayout) -> None:
        self._layout_shown = layout
        self.layout_chosen.emit(layout)


def _order_in(layout: TableLayout) -> int:
    """Its place among ALL_ORDERS, -1 for none of them."""
    numbers = tuple(column for column in layout.columns if column in NUMBERS_OF_A_BOX)
    orders = (
        at for at, order in enumerate(ALL_ORDERS) if numbers == order or CELLS_OF_A_BOX.get(order) in layout.columns
    )
    return next(orders, -1)


def _table(name: str) -> QTableWidget:
    table = QTableWidget()
    table.setAccessibleName(name)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    table.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # paths differ at their ends
    table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + ROW_PADDING)
    columns = table.horizontalHeader()
    columns.setDefaultSectionSize(COLUMN_WIDTH)
    columns.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return table
