"""Folders go to the trash; where there is none, they are deleted."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QFile, QStandardPaths

from desktop_app.background import Job


def discard_job(folder: Path) -> Job:
    """Its `done` says nothing; it fails with a sentence."""
    return Job(lambda _progress: _discard(folder), (OSError,))


def move_to_trash(path: Path) -> bool:
    """Whether it is gone. A link goes itself; what it leads to stays."""
    data = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    with suppress(OSError):
        # Without this folder, which a new home lacks, Qt finds no trash on Linux.
        Path(data).mkdir(parents=True, exist_ok=True)
    QFile.moveToTrash(str(path))
    return not (path.exists() or path.is_symlink())


def _discard(folder: Path) -> None:
    if not move_to_trash(folder):
        shutil.rmtree(folder)
