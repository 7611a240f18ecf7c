"""The system's own dialogs for choosing files, in one place so that tests can answer for a person."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget


def choose_folder(parent: QWidget, title: str, start: Path) -> Path | None:
    chosen = QFileDialog.getExistingDirectory(parent, title, str(start))
    return Path(chosen) if chosen else None


def choose_csv_files(parent: QWidget, title: str, start: Path) -> list[Path]:
    kinds = QCoreApplication.translate("file_choice", "Tables of boxes (*.csv);;All files (*)")
    chosen, _ = QFileDialog.getOpenFileNames(parent, title, str(start), kinds)
    return [Path(file) for file in chosen]
