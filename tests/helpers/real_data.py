"""Photos and annotations of real collections, which are not part of the project: tests that need them skip without."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_BESIDE_THE_PROJECT = Path(__file__).resolve().parents[3] / "shared/data"

REAL_DATA = Path(os.environ.get("BOXWRIGHT_DATA", _BESIDE_THE_PROJECT))
WHY_SKIPPED = "real annotations lie neither beside the project in shared/data nor where BOXWRIGHT_DATA says"


def copy_to_write(source: Path, folder: Path, *left_out: str) -> Path:
    """The copy of a folder, which can be written to, without files of some names."""
    shutil.copytree(source, folder, copy_function=shutil.copyfile, ignore=shutil.ignore_patterns(*left_out))
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder
