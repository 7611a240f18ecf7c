"""The system's own dialogs for choosing files, in one place so that tests can answer for a person."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from training.dataset.annotation_suffixes import ANNOTATION_SUFFIXES


def choose_folder(parent: QWidget, title: str, start: Path) -> Path | None:
    chosen = QFileDialog.getExistingDirectory(parent, title, str(start))
    return Path(chosen) if chosen else None


def choose_annotation_files(parent: QWidget, title: str, start: Path) -> list[Path]:
    kinds = QCoreApplication.translate("file_choice", "Files with boxes (%1);;All files (*)")
    patterns = " ".join(f"*{suffix}" for suffix in sorted(ANNOTATION_SUFFIXES))
    chosen, _ = QFileDialog.getOpenFileNames(parent, title, str(start), kinds.replace("%1", patterns))
    return [Path(file) for file in chosen]


def choose_files(parent: QWidget, title: str, start: Path, kinds: str) -> list[Path]:
    """Files that are there; `kinds` reads like "Pictures (*.png *.jpg);;All files (*)"."""
    chosen, _ = QFileDialog.getOpenFileNames(parent, title, str(start), kinds)
    return [Path(file) for file in chosen]


def choose_file(parent: QWidget, title: str, start: Path, kinds: str) -> Path | None:
    chosen, _ = QFileDialog.getOpenFileName(parent, title, str(start), kinds)
    return Path(chosen) if chosen else None


def choose_new_file(parent: QWidget, title: str, start: Path, kinds: str) -> Path | None:
    """A file to write. A name without an ending gets that of the kind that is chosen; a file that is there is asked for."""
    dialog = QFileDialog(parent, title, str(start.parent), kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(start.name)
    _follow_kind(dialog, dialog.selectedNameFilter())
    dialog.filterSelected.connect(lambda kind: _follow_kind(dialog, kind))
    chosen = dialog.selectedFiles() if dialog.exec() else []
    dialog.deleteLater()
    return Path(chosen[0]) if chosen else None


def _follow_kind(dialog: QFileDialog, kind: str) -> None:
    """`kind` reads like "Picture (*.png)"."""
    dialog.setDefaultSuffix(kind.rpartition("*.")[2].rstrip(") "))
