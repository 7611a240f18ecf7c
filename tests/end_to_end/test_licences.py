"""The About box leads to the licences of everything that came with the program."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from desktop_app.dialogs.about_dialog import AboutDialog
from desktop_app.dialogs.licences_dialog import LicencesDialog

PATIENCE_MS = 60_000


@pytest.fixture
def dialog(window, qtbot) -> LicencesDialog:
    window.choose("Help", "About Boxwright")
    about = window.dialog(AboutDialog)
    about.licences_button.click()
    (found,) = about.findChildren(LicencesDialog)
    return found


def test_licences_are_listed_searched_and_read(dialog, qtbot):
    qtbot.waitUntil(lambda: bool(dialog.names), timeout=PATIENCE_MS)
    every = dialog.names
    assert every[:2] == ["boxwright", "Python"]
    assert "MIT License" in dialog.text
    dialog.search("libpng")
    assert "pillow" in dialog.names
    assert len(dialog.names) < len(every)
    assert dialog.marked.lower() == "libpng"
    first = dialog._text.textCursor().position()
    qtbot.keyClick(dialog._field, Qt.Key.Key_Return)
    assert dialog.marked.lower() == "libpng"
    assert dialog._text.textCursor().position() > first
    assert dialog.isVisible()
    shown = dialog.text
    qtbot.keyClick(dialog._field, Qt.Key.Key_Down)
    assert dialog.text != shown
    dialog.search("no such words anywhere")
    assert (dialog.names, dialog.text) == ([], "")
    dialog.search("")
    assert dialog.names == every


def test_a_file_that_can_not_be_read_is_told(window, qtbot, monkeypatch, tmp_path: Path):
    (tmp_path / "collected.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr("desktop_app.licences.finding.resource", lambda *names: tmp_path / names[-1])
    dialog = LicencesDialog(window.window)
    dialog.show()
    qtbot.waitUntil(lambda: "expected collected licences" in dialog._status.text(), timeout=PATIENCE_MS)
    dialog.close()


def test_closing_while_they_are_collected_leaves_nothing(window):
    dialog = LicencesDialog(window.window)
    dialog.show()
    dialog.close()
    assert dialog.names == []
