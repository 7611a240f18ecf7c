"""Reading files of a run folder that anybody may have made: never through a link, never without a limit."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"))


class ForeignFileError(Exception):
    """A file is there and can't be used; the message names it and says why."""


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO | None]:
    """The file to read from; None if there is none. Raises ForeignFileError for links, pipes and what can't be read."""
    try:
        if stat.S_ISLNK(path.lstat().st_mode):
            raise ForeignFileError(f"{path.name}: expected a file of the run itself, found a link to elsewhere")
        number = os.open(path, FLAGS)
    except (FileNotFoundError, NotADirectoryError):
        yield None
        return
    except OSError as error:
        raise ForeignFileError(f"{path.name} can't be read: {error.strerror or error}") from error
    with os.fdopen(number, "rb") as file:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise ForeignFileError(f"{path.name}: expected a file, found something else")
        yield file


def read_bytes(path: Path, most: int) -> bytes | None:
    """The whole file; None if there is none. Raises ForeignFileError, also for more than `most` bytes."""
    with opened(path) as file:
        if file is None:
            return None
        try:
            content = file.read(most + 1)
        except OSError as error:
            raise ForeignFileError(f"{path.name} can't be read: {error.strerror or error}") from error
    if len(content) > most:
        raise ForeignFileError(f"{path.name}: expected at most {most:,} bytes, found more")
    return content


def read_object(path: Path, most: int) -> dict[str, Any] | None:
    """The JSON object of a file; None if there is no file. Raises ForeignFileError."""
    content = read_bytes(path, most)
    if content is None:
        return None
    try:
        value = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ForeignFileError(f"{path.name}: expected JSON, got: {error}") from error
    if not isinstance(value, dict):
        raise ForeignFileError(f"{path.name}: expected a JSON object, got {type(value).__name__}")
    return value


def ends_of(path: Path, head: int, tail: int) -> tuple[bytes, bytes, int]:
    """The first and the last bytes of a file, and its size; nothing and 0 if there is none. Raises ForeignFileError."""
    with opened(path) as file:
        if file is None:
            return b"", b"", 0
        try:
            first = file.read(head)
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - tail))
            return first, file.read(tail), size
        except OSError as error:
            raise ForeignFileError(f"{path.name} can't be read: {error.strerror or error}") from error
