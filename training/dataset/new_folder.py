"""A folder that appears whole or not at all: what it will hold is written beside it first."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from training.dataset.project_errors import ProjectError


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Yield a place beside; it becomes `folder`, which is new or empty, if the block ends well.

    Raises ProjectError where something is there already, and OSError.
    """
    _check_is_free(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{folder.name[:40]}-", dir=folder.parent))
    try:
        yield staging
        _keep_usual_mode(staging)
        if folder.is_dir():
            folder.rmdir()  # it is empty
        staging.rename(folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _check_is_free(folder: Path) -> None:
    if folder.is_dir():
        if any(folder.iterdir()):
            raise ProjectError(f"{folder} is not empty: expected a new folder, so that nothing is written over")
    elif folder.exists():
        raise ProjectError(f"{folder} is a file: expected a new folder")


def _keep_usual_mode(folder: Path) -> None:
    """Temporary folders are for their owner alone."""
    umask = os.umask(0)
    os.umask(umask)
    folder.chmod(0o777 & ~umask)
