"""The window around the panels: what it remembers, how it looks, and what every key does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QIcon, QPalette
from PySide6.QtWidgets import QAbstractButton, QLineEdit

from desktop_app.dialogs.about_dialog import AboutDialog
from desktop_app.dialogs.shortcuts_dialog import ShortcutsDialog
from desktop_app.preference_pages import make_preferences
from desktop_app.settings import Settings
from desktop_app.style import DARK, AppearanceChoice, theme

ROOT = Path(__file__).resolve().parents[2]


def test_undo_and_redo_are_named_in_the_menu_and_on_both_keys(window):
    window.draw_box(10, 10, 60, 40)
    assert window.entries("Edit")[:2] == ["Undo: Draw box", "Redo"]
    window.press_key("Ctrl+Z")
    assert window.entries("Edit")[:2] == ["Undo", "Redo: Draw box"]
    window.press_key("Ctrl+Y")
    assert window.boxes == [(10, 10, 60, 40)]
    window.press_key("Ctrl+Z")
    window.press_key("Ctrl+Shift+Z")
    assert window.boxes == [(10, 10, 60, 40)]


def test_sizes_and_splitters_are_remembered(open_window, photos):
    person = open_window()
    person.window.resize(900, 702)
    person.window.columns.setSizes([250, 300, 348])
    person.window.close()
    other = open_window()
    other.window.resize(1280, 800)
    other.window.restore_layout()
    assert other.window.size().toTuple() == (900, 702)
    assert other.window.columns.sizes()[0] == pytest.approx(250, abs=2)


def test_no_two_actions_share_a_key(window):
    seen: dict[str, str] = {}
    for name, action in window.window.all_actions.items():
        for key in action.shortcuts():
            assert key.toString() not in seen, f"{name} and {seen[key.toString()]} share {key.toString()}"
            seen[key.toString()] = name


def test_every_action_of_the_toolbar_has_a_tooltip_with_its_keys(window):
    for name in ("open", "draw", "select", "fit", "actual_size", "undo", "redo", "import", "export", "train"):
        action = window.action(name)
        assert action.shortcuts()[0].toString() in action.toolTip(), name


def test_every_action_stands_in_a_menu(window):
    found = {action.objectName() for menu in window.window.menuBar().actions() for action in menu.menu().actions()}
    assert set(window.window.all_actions) <= found


def test_everything_that_can_be_pressed_has_a_name_for_screen_readers(window):
    for button in window.window.findChildren(QAbstractButton):
        if button.isVisibleTo(window.window):
            assert button.accessibleName() or button.text() or button.toolTip(), button
    for field in window.window.findChildren(QLineEdit):
        if field.isVisibleTo(window.window):
            assert field.accessibleName(), field


def test_the_overview_of_keys_is_made_of_the_actions(window):
    window.choose("Help", "Keyboard shortcuts")
    text = window.dialog(ShortcutsDialog).text
    for words in (
        "Ctrl+O",
        "Draw boxes",
        "W",
        "Next image",
        "PgDown",
        "Train",
        "Ctrl+T",
        "Class of the whole image",
        "Hold R",
    ):
        assert words in text


def test_the_about_dialog_says_where_things_are_kept(window, home):
    window.choose("Help", "About Boxwright")
    assert str(home) in window.dialog(AboutDialog).details


def test_the_look_changes_and_is_remembered(window):
    light = theme()
    entry = next(entry for entry in window.window.appearance_menu.actions() if "Dark" in entry.text())
    entry.trigger()
    try:
        assert theme() == DARK != light
        assert window.window.palette().color(QPalette.ColorRole.Window).name() == DARK.window
        assert make_preferences(Settings()).value("appearance") == AppearanceChoice.DARK
        icon: QIcon = window.action("open").icon()
        shades = {icon.pixmap(20, 20).toImage().pixelColor(x, y).name() for x in range(20) for y in range(20)}
        assert DARK.text in shades
    finally:
        window.window.appearance_menu.actions()[0].trigger()


def test_starting_loads_neither_keras_nor_other_heavy_libraries(photos, home):
    program = (
        "import sys\n"
        "from PySide6.QtCore import QTimer\n"
        "from PySide6.QtWidgets import QApplication\n"
        "import desktop_app.application as application\n"
        "QTimer.singleShot(0, lambda: None)\n"
        "from desktop_app.main_window import MainWindow\n"
        "shown = MainWindow.show\n"
        "def show(window):\n"
        "    shown(window)\n"
        "    heavy = {'keras', 'tensorflow', 'matplotlib', 'pandas', 'cv2', 'pi_heif', 'PIL', 'numpy'}\n"
        "    print('loaded:', sorted(heavy & set(sys.modules)))\n"
        "    QTimer.singleShot(0, window.close)\n"
        "MainWindow.show = show\n"
        "sys.exit(application.run_application(sys.argv[1:]))\n"
    )
    command = [sys.executable, "-c", program, str(photos)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "loaded: []"
