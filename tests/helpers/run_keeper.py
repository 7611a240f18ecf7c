"""Drives the window of runs as a person does."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMessageBox, QPushButton

from desktop_app.runs.list.runs_window import RunsWindow
from tests.helpers.trainer import Trainer
from training.run.catalogue.run_summary import RunSummary


class RunKeeper(Trainer):
    """A person at the window of runs."""

    @property
    def runs_window(self) -> RunsWindow:
        window = self.window.run_list.window
        assert window is not None
        return window

    @property
    def listed(self) -> dict[str, RunSummary]:
        return {run.name: run for run in self.runs_window.list.model.runs}

    def outcome_of(self, name: str) -> str:
        model = self.runs_window.list.model
        row = model.row_of(self.listed[name].folder.path)
        return str(model.index(row, 1).data())

    def open_runs(self, *names: str) -> RunsWindow:
        """Ctrl+Shift+R, and wait until some runs are listed."""
        self.press_key("Ctrl+Shift+R")
        self.wait_until(lambda: set(names) <= set(self.listed) and self.runs_window.list.text != "Reading…")
        return self.runs_window

    def pick(self, *names: str) -> None:
        """Select runs, and wait until they are shown at the right."""
        self.runs_window.list.table.select([self.listed[name].folder.path for name in names])
        details = self.runs_window.details
        waiting = ("", "Reading…", details.tr("Select a run to see it, or several to compare them."))
        self.wait_until(lambda: len(details.runs) == len(names) or details.sentence not in waiting)

    def do(self, name: str) -> None:
        action: QAction = self.runs_window.actions_table[name]
        assert action.isEnabled(), f"{name} can't be chosen now"
        action.trigger()

    @property
    def question(self) -> QMessageBox:
        """The one about deleting, once it stands there."""
        deleting = self.runs_window.deleting
        self.wait_until(lambda: deleting.question is not None)
        assert deleting.question is not None
        return deleting.question

    def answer(self, text: str) -> str:
        """Press a button of the question, and say what it asked."""
        box = self.question
        asked = box.text()
        button = next(button for button in box.findChildren(QPushButton) if button.text() == text)
        button.click()
        return asked

    def press_in_table(self, key: Qt.Key) -> None:
        self.runs_window.activateWindow()
        self.wait_until(self.runs_window.isActiveWindow)
        self.runs_window.list.table.setFocus()
        QTest.keyClick(self.runs_window.list.table, key)

    def rename(self, name: str) -> None:
        self.press_in_table(Qt.Key.Key_F2)
        editor = self.runs_window.list.table.findChild(QLineEdit)
        editor.selectAll()
        QTest.keyClicks(editor, name)
        QTest.keyClick(editor, Qt.Key.Key_Return)

    def write_note(self, text: str) -> None:
        self.do("write_note")
        QTest.keyClicks(self.runs_window.list.note, text)
