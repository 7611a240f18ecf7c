"""Opens files whose names others chose: a pipe or a device is refused, as reading one could wait for ever."""

from __future__ import annotations

import errno
import io
from io import BufferedReader
from pathlib import Path

from training.dataset.archives.safe_archive import open_regular_file


def open_bytes(path: Path) -> BufferedReader:
    """Raises OSError, also for what is no plain file."""
    file = open_regular_file(path)
    if file is None:
        raise OSError(errno.EINVAL, "it is no plain file but a folder, a pipe, a device or the like", str(path))
    return file


def open_text(path: Path, encoding: str = "utf-8-sig", newline: str | None = None) -> io.TextIOWrapper:
    """Raises OSError, also for what is no plain file."""
    return io.TextIOWrapper(open_bytes(path), encoding=encoding, newline=newline)


def read_bytes(path: Path) -> bytes:
    """Raises OSError, also for what is no plain file."""
    with open_bytes(path) as file:
        return file.read()


def read_text(path: Path, encoding: str = "utf-8-sig", largest: int = 64 * 2**20) -> str:
    """With line feeds only. Raises OSError, also for what is no plain file or has more bytes, and UnicodeDecodeError."""
    with open_bytes(path) as file:
        content = file.read(largest + 1)
    if len(content) > largest:
        raise OSError(errno.EFBIG, f"it is larger than {largest} bytes", str(path))
    return content.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
