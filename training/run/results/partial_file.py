"""A text file that grows beside its place for hours, and takes it when it is whole."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO


class PartialFile:
    """`NAME.partial` beside `target`; every method may raise OSError."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = target.with_name(f"{target.name}.partial")
        self._file: BinaryIO | None = None

    def begin(self, at: int | None = None) -> None:
        """Anew, or going on at byte `at`: what comes after that is cut off."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("wb" if at is None else "r+b")
        if at is not None:
            self._file.truncate(at)
            self._file.seek(at)

    def reaches(self, at: int) -> bool:
        try:
            return self.path.stat().st_size >= at
        except OSError:
            return False

    def write(self, text: str) -> None:
        self._open.write(text.encode("utf-8", "backslashreplace"))

    def checkpoint(self) -> int:
        """All is in the hands of the system up to this byte."""
        self._open.flush()
        return self._open.tell()

    def finish(self) -> None:
        self.leave()
        os.replace(self.path, self.target)  # noqa: PTH105 -- as in safe_files: tests make it fail

    def leave(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def discard(self) -> None:
        """On a full disk, too, where what is left can't be written."""
        with suppress(OSError):
            self.leave()
        self.path.unlink(missing_ok=True)

    @property
    def _open(self) -> BinaryIO:
        assert self._file is not None, "begin comes first"
        return self._file
