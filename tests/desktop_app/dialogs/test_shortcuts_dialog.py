"""The overview of keys is made of the actions, so it can't be out of date."""

from __future__ import annotations

from PySide6.QtGui import QAction, QKeySequence

from desktop_app.dialogs.shortcuts_dialog import ShortcutsDialog, rows_of


def action(text, *keys):
    made = QAction(text)
    made.setShortcuts([QKeySequence(key) for key in keys])
    return made


def test_a_row_is_the_text_without_its_underline_and_all_its_keys(qapp):
    actions = [action("&Open folder…", "Ctrl+O", "Ctrl+U"), action("No key")]
    assert rows_of(actions) == [("Open folder", "Ctrl+O  ·  Ctrl+U")]


def test_groups_without_keys_are_left_out(qtbot):
    dialog = ShortcutsDialog(
        [("File", [action("Open", "O")]), ("Nothing", [action("No key")])], [("On the canvas", [("Zoom", "Wheel")])]
    )
    qtbot.addWidget(dialog)
    assert "File" in dialog.text
    assert "Nothing" not in dialog.text
    assert "Wheel" in dialog.text
