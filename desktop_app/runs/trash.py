"""Folders go to the trash; where there is none, they are deleted."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import QFile

from desktop_app.background import Job


def discard_job(folder: Path) -> Job:
    """Its `done` says nothing; it fails with a sentence."""
    return Job(lambda _progress: _discard(folder), (OSError,))


def _discard(folder: Path) -> None:
    QFile.moveToTrash(str(folder))
    if folder.exists():
        shutil.rmtree(folder)
