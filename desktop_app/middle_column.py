"""Where a page without content says what to do: one column in its middle."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

WIDTH = 520


def middle_column(page: QWidget) -> QVBoxLayout:
    """The layout of the column, as wide as a text is read well; a little above the middle."""
    column = QWidget()
    column.setMaximumWidth(WIDTH)
    inside = QVBoxLayout(column)
    inside.setSpacing(12)
    # Stretches, not an alignment: with one, Qt takes too little height for texts that wrap.
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(column, 100)
    row.addStretch(1)
    layout = QVBoxLayout(page)
    layout.addStretch(2)
    layout.addLayout(row)
    layout.addStretch(3)
    return inside
