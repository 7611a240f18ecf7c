"""The hidden folder beside the target in which an export is made: it goes whatever happens. No Keras."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def folder_beside(target: Path) -> Iterator[Path]:
    """A new folder on the same disk, so that what is made in it can be renamed to `target`. Raises OSError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{target.stem}-export-", dir=target.parent))
    try:
        yield folder
    finally:
        remove_folder(folder)


def remove_folder(folder: Path) -> None:
    """As far as it is still there: somebody else may be removing it, too."""
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def temporary_files_in(folder: Path) -> Iterator[None]:
    """Converters make files of their own: they go with the folder, also when the process ends without a word."""
    former = tempfile.tempdir
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = former
