"""What this computer can do for a training: asked of a process that may load TensorFlow, shown in words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop_app.asked_process import AskedProcess
from desktop_app.icon_mark import IconMark
from desktop_app.small_widgets import copyable, heading, muted_label, push_button, with_keys_told
from desktop_app.words import filled
from training.program_process import program_command
from training.run.machine.memory_need import amount

SIZE = (720, 520)
MARK_SIZE = 18
MARK_COLOURS = {"warning": "problem", "done": "reviewed", "info": "muted"}
SPACE = 10  # above a heading


class DoctorDialog(QDialog):
    """`command` replaces `doctor --json` about the folder."""

    def __init__(self, folder: Path | None, parent: QWidget | None = None, command: list[str] | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("This computer"))
        self.resize(*SIZE)
        asked = ["doctor", "--json"] if folder is None else ["doctor", "--json", "--", str(folder)]
        self._command = command or program_command(*asked)
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setAccessibleName(self.tr("Looking at this computer"))
        self._waiting = muted_label(self.tr("Looking at this computer, which takes some seconds…"))
        self._content = QVBoxLayout()
        self._content.setSpacing(6)
        copy_tip = self.tr("Copy all of this, for whoever is to help")
        self._copy = push_button(self.tr("Copy"), lambda: QGuiApplication.clipboard().setText(self.text), tip=copy_tip)
        self._again = push_button(
            self.tr("Look again"), self.ask, tip=self.tr("After something was installed or plugged in")
        )
        self._lay_out()
        self._process = AskedProcess(self)
        self._process.answered.connect(self._show)
        self._process.failed.connect(self._show_failure)
        self.finished.connect(self._process.cancel)
        self.ask()

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setLayout(self._content)
        scroll = QScrollArea()
        scroll.setAccessibleName(self.windowTitle())
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        buttons = with_keys_told(QDialogButtonBox(QDialogButtonBox.StandardButton.Close))
        for button in (self._copy, self._again):
            button.setAutoDefault(False)
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        layout.addWidget(self._waiting)
        layout.addWidget(self._busy)
        layout.addWidget(scroll, 1)
        layout.addWidget(buttons)

    def ask(self) -> None:
        self._clear()
        self._set_waiting(True)
        self._process.ask(self._command)

    def _set_waiting(self, waiting: bool) -> None:
        self._waiting.setVisible(waiting)
        self._busy.setVisible(waiting)
        for button in (self._copy, self._again):
            button.setEnabled(not waiting)

    @property
    def text(self) -> str:
        """All that is shown, line by line."""
        labels = self.findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.text() and label.isVisibleTo(self))

    def _clear(self) -> None:
        while self._content.count():
            item = self._content.takeAt(0)
            widget = None if item is None else item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _show_failure(self, reason: str) -> None:
        self._set_waiting(False)
        self._add_line(filled(self.tr("This computer could not be looked at: %1"), reason), "warning")
        self._content.addStretch(1)

    def _show(self, found: Mapping[str, Any]) -> None:
        self._set_waiting(False)
        for warning in found["warnings"]:
            self._add_line(warning, "warning")
        self._content.addWidget(heading(self.tr("What a training computes on")))
        for verdict in found["verdicts"]:
            self._add_verdict(verdict)
        self._content.addSpacing(SPACE)
        self._content.addWidget(heading(self.tr("What there is, and what a training needs")))
        for line in self._facts(found):
            self._add_line(line)
        self._content.addSpacing(SPACE)
        self._content.addWidget(heading(self.tr("Versions")))
        self._add_line(", ".join(f"{name} {version}" for name, version in found["versions"].items()))
        self._content.addStretch(1)

    def _facts(self, found: Mapping[str, Any]) -> list[str]:
        machine, need = found["machine"], found["need"]
        disk = self.tr("unknown") if found["disk_free"] is None else amount(found["disk_free"])
        return [
            f"{machine['system']} · {machine['processor']}",
            filled(self.tr("Memory: %1, %2 free"), amount(machine["memory"]), amount(machine["memory_free"])),
            filled(self.tr("Disk: %1 free in %2"), disk, found["disk_folder"]),
            filled(
                self.tr("A training (%1) needs about %2 of memory and %3 of the disk."),
                found["need_for"],
                amount(need["memory"]),
                amount(need["disk"]),
            ),
            *self._smaller(found.get("smaller", "")),
        ]

    def _smaller(self, settings: str) -> list[str]:
        text = self.tr("This computer has little memory, so a new training has: %1.")
        return [filled(text, settings)] if settings else []

    def _add_verdict(self, verdict: Mapping[str, Any]) -> None:
        memory = "" if verdict["memory"] is None else f" · {amount(verdict['memory'])}"
        used = self.tr("used") if verdict["is_used"] else self.tr("not used")
        self._add_line(f"{verdict['name']}{memory} · {used}", "done" if verdict["is_used"] else "info", strong=True)
        self._add_line(verdict["reason"], indent=True)
        if verdict["remedy"]:
            self._add_line(filled(self.tr("What to do: %1"), verdict["remedy"]), indent=True)

    def _add_line(self, text: str, mark: str = "", *, strong: bool = False, indent: bool = False) -> None:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(MARK_SIZE + 8 if indent else 0, 0, 0, 0)
        row.setSpacing(8)
        if mark:
            row.addWidget(IconMark(mark, MARK_COLOURS[mark], MARK_SIZE), 0, Qt.AlignmentFlag.AlignTop)
        label = copyable(QLabel(text))
        label.setWordWrap(True)
        label.setProperty("heading", strong)
        row.addWidget(label, 1)
        self._content.addWidget(line)
