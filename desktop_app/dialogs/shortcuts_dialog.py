"""An overview of the keys, made of the actions themselves, so that it can't be out of date."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop_app.action_table import plain_words
from desktop_app.small_widgets import heading, muted_label, with_keys_told

COLUMNS = 2

Group = tuple[str, Sequence[QAction]]
HintGroup = tuple[str, Sequence[tuple[str, str]]]


class ShortcutsDialog(QDialog):
    """`groups` are titles with their actions; `hints` are titles with gestures and keys that no action stands for."""

    def __init__(self, groups: Sequence[Group], hints: Sequence[HintGroup] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.resize(960, 640)
        rows = [(title, rows_of(actions)) for title, actions in groups]
        rows += [(title, list(lines)) for title, lines in hints]
        inside = QWidget()
        columns = QGridLayout(inside)
        columns.setHorizontalSpacing(40)
        for number, part in enumerate(_in_columns([(title, lines) for title, lines in rows if lines])):
            columns.addLayout(_column(part), 0, number)
            columns.setColumnStretch(number, 1)
        area = QScrollArea()
        area.setAccessibleName(self.windowTitle())
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(inside)
        buttons = with_keys_told(QDialogButtonBox(QDialogButtonBox.StandardButton.Close))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.addWidget(area, 1)
        layout.addWidget(buttons)

    @property
    def text(self) -> str:
        return "\n".join(label.text() for label in self.findChildren(QLabel))


def rows_of(actions: Sequence[QAction]) -> list[tuple[str, str]]:
    """What each action with keys does, and its keys."""
    return [(plain_words(action.text()), keys_of(action)) for action in actions if action.shortcuts()]


def keys_of(action: QAction) -> str:
    return "  ·  ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts())


def _in_columns(groups: list[tuple[str, list[tuple[str, str]]]]) -> list[list[tuple[str, list[tuple[str, str]]]]]:
    """The groups, in their order, in columns of about the same length."""
    half = sum(len(lines) + 2 for _, lines in groups) / COLUMNS
    columns: list[list[tuple[str, list[tuple[str, str]]]]] = [[] for _ in range(COLUMNS)]
    filled = 0
    for group in groups:
        columns[min(COLUMNS - 1, int(filled / half))].append(group)
        filled += len(group[1]) + 2
    return columns


def _column(groups: list[tuple[str, list[tuple[str, str]]]]) -> QGridLayout:
    layout = QGridLayout()
    layout.setVerticalSpacing(5)
    layout.setHorizontalSpacing(24)
    layout.setColumnStretch(0, 5)
    layout.setColumnStretch(1, 4)
    row = 0
    for title, lines in groups:
        layout.addWidget(heading(title), row, 0)
        for text, keys in lines:
            row += 1
            name = QLabel(text)
            name.setWordWrap(True)
            layout.addWidget(name, row, 0)
            layout.addWidget(muted_label(keys, wrap=True), row, 1)
        row += 1
        layout.setRowMinimumHeight(row, 14)
        row += 1
    layout.setRowStretch(row, 1)
    return layout
