"""Buttons and labels that every panel uses, with a tooltip and an accessible name from the start."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QLineEdit, QListView, QPushButton, QSpinBox, QToolButton

from desktop_app.action_table import with_keys
from desktop_app.icons import set_icon
from desktop_app.style import make_muted, make_primary

SMALL_ICON = QSize(16, 16)
ROOM_IN_FIELDS = 4
BY_MOUSE_AND_KEYS = (
    Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
)  # text that is marked and copied so
KEYS_OF_A_LIST = frozenset(
    {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Return, Qt.Key.Key_Enter}
)


class PanelList(QListView):
    """A list that leaves the keyboard to the canvas: clicks take no focus, and only keys to move in it are its own."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)  # 100,000 rows are laid out without asking each
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in KEYS_OF_A_LIST:
            super().keyPressEvent(event)
        else:
            event.ignore()  # so that it reaches the window, which knows whose it is


def icon_button(icon: str, name: str, handler: Callable[[], object]) -> QToolButton:
    button = QToolButton()
    button.setToolTip(name)
    button.setAccessibleName(name)
    button.setIconSize(SMALL_ICON)
    set_icon(button, icon)
    button.clicked.connect(lambda: handler())
    return button


def line_edit(icon: str, name: str, placeholder: str, tip: str) -> QLineEdit:
    """A field with an icon at its left; `name` is what a screen reader says."""
    field = QLineEdit()
    field.setAccessibleName(name)
    field.setPlaceholderText(placeholder)
    field.setToolTip(tip)
    mark = QAction(name, field)
    set_icon(mark, icon, "muted")
    field.addAction(mark, QLineEdit.ActionPosition.LeadingPosition)
    return field


def on_escape(field: QLineEdit, handler: Callable[[], object]) -> None:
    leave = QShortcut(QKeySequence("Esc"), field)
    leave.setContext(Qt.ShortcutContext.WidgetShortcut)
    leave.activated.connect(handler)


def push_button(text: str, handler: Callable[[], object], *, primary: bool = False, tip: str = "") -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    if primary:
        make_primary(button)
    button.clicked.connect(lambda: handler())
    return button


def with_keys_told(buttons: QDialogButtonBox) -> QDialogButtonBox:
    """The usual buttons that leave a dialog say by which key, too."""
    for kind in (QDialogButtonBox.StandardButton.Close, QDialogButtonBox.StandardButton.Cancel):
        button = buttons.button(kind)
        if button is not None:
            button.setToolTip(with_keys(button.text(), [QKeySequence("Esc")]))
    return buttons


def with_room_at_left(field: QSpinBox) -> None:
    """As much as other fields have; a style sheet can't say it of a number's."""
    field.lineEdit().setTextMargins(ROOM_IN_FIELDS, 0, 0, 0)


def heading(text: str) -> QLabel:
    label = QLabel(text, textFormat=Qt.TextFormat.PlainText)
    label.setProperty("heading", True)
    return label


def muted_label(text: str = "", *, wrap: bool = False) -> QLabel:
    label = QLabel(text, textFormat=Qt.TextFormat.PlainText)
    make_muted(label)
    label.setWordWrap(wrap)
    return label


class ElidedLabel(QLabel):
    """One muted line that gives way: what has no room ends with an ellipsis, and the tooltip has all of it."""

    def __init__(self) -> None:
        super().__init__()
        make_muted(self)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


def copyable(label: QLabel) -> QLabel:
    """Plain text that can be marked with the mouse and with keys."""
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(BY_MOUSE_AND_KEYS)
    return label
