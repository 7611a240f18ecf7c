"""Export model: asks what and where to, shows how far it is, and then what was exported and what was not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop_app.dialogs import file_choice
from desktop_app.dialogs.export_model_dialog import PICTURES, ExportModelDialog
from desktop_app.export_process import ExportProcess
from desktop_app.words import filled
from training.program_process import program_command
from training.run.catalogue.run_notes import read_notes
from training.run.model_export.export_result import ExportFormat, ExportResult
from training.run.run_folder import RunFolder

ZIP = ".zip"
LONGEST_NAME = 80


class ExportModelFlow(QObject):
    """One export at a time; `shut_down` ends what still goes on, and leaves nothing behind."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._run: RunFolder | None = None
        self._target: Path | None = None
        self.dialog: ExportModelDialog | None = None
        self.process = ExportProcess(self)
        self.process.done.connect(self._on_done)
        self.process.failed.connect(self._on_failed)
        self.process.cancelled.connect(self._on_cancelled)

    def start(self, run: RunFolder) -> None:
        """The dialog of an export that goes on comes to the front instead."""
        if self.dialog is not None and (self.process.is_running or run == self._run):
            self.dialog.show()
            self.dialog.raise_()
            self.dialog.activateWindow()
            return
        self._close_dialog()
        self._run = run
        dialog = self.dialog = ExportModelDialog(_name_of(run), self._window)
        dialog.export_asked.connect(self._ask_for_file)
        dialog.cancel_asked.connect(self.process.cancel)
        dialog.finished.connect(self._on_closed)
        self.process.step_begun.connect(dialog.show_step)
        dialog.show()
        dialog.activateWindow()

    def shut_down(self) -> None:
        self.process.shut_down()
        self._close_dialog()

    def _ask_for_file(self) -> None:
        if self.dialog is None or self._run is None:
            return
        title, kinds = self.tr("Export model"), self.tr("Zip archive (*.zip)")
        suggested = Path.home() / f"{_file_name(_name_of(self._run))}{ZIP}"
        target = file_choice.choose_new_file(self.dialog, title, suggested, kinds)
        if target is None or self.dialog is None:
            return
        self._target = target
        self.dialog.show_busy()
        self.process.start(export_command(self._run, target, *self.dialog.wanted))

    def _on_done(self, result: ExportResult) -> None:
        if self.dialog is not None and self._target is not None:
            self.dialog.show_result(result, self._target)

    def _on_failed(self, reason: str) -> None:
        if self.dialog is not None:
            self.dialog.show_choices(filled(self.tr("The model could not be exported: %1"), reason))

    def _on_cancelled(self) -> None:
        if self.dialog is not None:
            self.dialog.show_choices(self.tr("Cancelled; nothing was written."))

    def _on_closed(self) -> None:
        self._close_dialog()

    def _close_dialog(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            self.process.step_begun.disconnect(dialog.show_step)
            dialog.finished.disconnect(self._on_closed)
            dialog.hide()
            dialog.deleteLater()


def export_command(run: RunFolder, target: Path, wanted: Sequence[ExportFormat], with_pictures: bool) -> list[str]:
    without = [kind.value for kind in ExportFormat if kind not in wanted] + ([] if with_pictures else [PICTURES])
    left_out = ["--without", ",".join(without)] if without else []
    return program_command("export-model", "--progress", "--out", str(target), *left_out, "--", str(run.path))


def _name_of(run: RunFolder) -> str:
    return read_notes(run).name or run.path.name


def _file_name(name: str) -> str:
    """Without what some system does not let files be called."""
    return re.sub(r'[\x00-\x1f<>:"/\\|?*]+', "-", name).strip(". ")[:LONGEST_NAME] or "model"
