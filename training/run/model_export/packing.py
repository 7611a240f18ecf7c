"""Files of a folder as one zip: in order of their names, and the same bytes for the same files. No Keras."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

NO_DAY = (1980, 1, 1, 0, 0, 0)  # the first that a zip can tell
USUAL_MODE = 0o644 << 16


def pack(folder: Path, archive: Path) -> None:
    """Raises OSError."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in files:
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), NO_DAY)
            entry.external_attr = USUAL_MODE
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.file_size = path.stat().st_size
            with path.open("rb") as source, packed.open(entry, "w") as target:
                shutil.copyfileobj(source, target, 2**20)


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    if path.is_file():
        return path.stat().st_size
    return sum(each.stat().st_size for each in path.rglob("*") if each.is_file())


def put_in_place(archive: Path, target: Path) -> None:
    os.replace(archive, target)  # noqa: PTH105 -- os.replace is what the tests make fail
