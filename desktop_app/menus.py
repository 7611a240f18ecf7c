"""Where every action stands: the menus, the toolbar and the overview of keys are lists of names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu, QPushButton, QSizePolicy, QToolBar, QToolButton, QWidget

from desktop_app.action_table import plain_words
from desktop_app.icons import set_icon
from desktop_app.small_widgets import push_button

SEPARATOR = ""
TOOLBAR = ("open", SEPARATOR, "select", "draw", SEPARATOR, "fit", "actual_size", SEPARATOR, "undo", "redo")
TOOLBAR_FILES = ("import", "export", SEPARATOR, "use_model")
WITH_TEXT = ("open", "select", "draw", "import", "export", "use_model")
TRAIN = "train"
SHORT_TEXTS = {"open": "Open", "select": "Select", "draw": "Draw", "import": "Import", "export": "Export",
               "use_model": "Use"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MenuRow:
    title: str
    names: tuple[str, ...]


def menu_rows() -> list[MenuRow]:
    return [
        MenuRow(
            _tr("&File"),
            (
                *("open", "recent", "open_sample", "open_zip", "refresh", SEPARATOR),
                *("import", "import_folder", "export", "hand_in", "merge_project", SEPARATOR, "quit"),
            ),
        ),
        MenuRow(
            _tr("&Edit"),
            (
                *("undo", "redo", SEPARATOR, "cut", "copy", "paste", "duplicate", "delete", SEPARATOR),
                *("select_all", SEPARATOR, "settings"),
            ),
        ),
        MenuRow(
            _tr("&Image"),
            (
                *("next_image", "previous_image", "find_image", "show_all_images", "worst_first", SEPARATOR),
                *("review", "image_class", "split", SEPARATOR, "unreadable"),
            ),
        ),
        MenuRow(
            _tr("&Boxes"),
            (
                *("select", "draw", SEPARATOR, "next_box", "previous_box", SEPARATOR),
                *("next_proposal", "accept_proposal", "accept_proposals", "reject_proposal", SEPARATOR),
                *("show_proposals", "predict_all", "accept_everywhere"),
            ),
        ),
        MenuRow(
            _tr("&Classes"),
            (
                *("new_class", "rename_class", "recolour_class", "class_up", "class_down", "merge", SEPARATOR),
                "delete_class",
            ),
        ),
        MenuRow(_tr("&Training"), (TRAIN, "stop_training", SEPARATOR, "runs", "use_model")),
        MenuRow(
            _tr("&View"),
            (
                "fit",
                "actual_size",
                "zoom_in",
                "zoom_out",
                SEPARATOR,
                "next_panel",
                "previous_panel",
                SEPARATOR,
                "appearance",
            ),
        ),
        MenuRow(
            _tr("&Help"), ("tour", "shortcuts", "doctor", SEPARATOR, "show_log", "copy_details", SEPARATOR, "about")
        ),
    ]


def fill_menu_bar(window: QMainWindow, actions: Mapping[str, QAction], menus: Mapping[str, QMenu]) -> None:
    """`menus` are submenus by name. Names that nobody made an action for are left out."""
    for row in menu_rows():
        menu = window.menuBar().addMenu(row.title)
        for name in row.names:
            if name == SEPARATOR:
                menu.addSeparator()
            elif name in menus:
                menu.addMenu(menus[name])
            elif name in actions:
                menu.addAction(actions[name])


def make_toolbar(window: QMainWindow, actions: Mapping[str, QAction]) -> QToolBar:
    bar = QToolBar(_tr("Toolbar"), window)
    bar.setObjectName("toolbar")
    bar.setMovable(False)
    bar.setIconSize(QSize(20, 20))
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    _add(bar, actions, TOOLBAR)
    gap = QWidget()
    gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    bar.addWidget(gap)
    _add(bar, actions, TOOLBAR_FILES)
    bar.addSeparator()
    bar.addWidget(_primary_button(actions[TRAIN]))
    return bar


def _primary_button(action: QAction) -> QPushButton:
    """A button of its own: its icon has another colour than the action's in the menu."""
    button = push_button(plain_words(action.text()), action.trigger, primary=True)
    button.setObjectName(f"{action.objectName()}_button")
    set_icon(button, action.objectName(), "accent_text")
    button.setToolTip(action.toolTip())
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    action.enabledChanged.connect(button.setEnabled)
    button.setEnabled(action.isEnabled())
    return button


def _add(bar: QToolBar, actions: Mapping[str, QAction], names: Iterable[str]) -> None:
    for name in names:
        if name == SEPARATOR:
            bar.addSeparator()
        elif name in actions:
            bar.addAction(actions[name])
            _dress(bar, actions[name])


def _dress(bar: QToolBar, action: QAction) -> None:
    button = bar.widgetForAction(action)
    if not isinstance(button, QToolButton):
        return
    name = action.objectName()
    button.setAccessibleName(plain_words(action.text()))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if name in WITH_TEXT:
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    if name in SHORT_TEXTS:
        action.setIconText(_tr(SHORT_TEXTS[name]))


def key_groups(actions: Mapping[str, QAction]) -> list[tuple[str, list[QAction]]]:
    """The actions of each menu, for the overview of keys."""
    return [
        (row.title.replace("&", ""), [actions[name] for name in row.names if name in actions]) for row in menu_rows()
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Menus", text)
