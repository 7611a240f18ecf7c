"""Squares and the answers to them in memory that two processes share. No Keras.

It has no name that could be left behind: on POSIX it is a file without one that the other process inherits, on Windows it
goes with the last process that has it. (Python's own `shared_memory` starts a further process to watch over names.)
"""

from __future__ import annotations

import mmap
import os
import sys
import tempfile
import uuid
from collections.abc import Mapping
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from training.run.answers.letterbox import Pixels

Shape = tuple[int, ...]
MOST_BYTES = 16 * 2**20
MOST_SQUARES = 32  # as many as Keras is asked about at once
_FLOAT = np.dtype(np.float32).itemsize


class SharedSquares:
    """Room for `count` squares (S, S, 3) uint8 and for the float32 outputs of each, by head."""

    def __init__(self, memory: mmap.mmap, size: int, shapes: Mapping[str, Shape]) -> None:
        self.count = squares_at_once(size)
        self.squares: Pixels = np.frombuffer(memory, np.uint8, self.count * size * size * 3)
        start = _aligned(self.squares.nbytes)
        self.squares = self.squares.reshape(self.count, size, size, 3)
        self.outputs: dict[str, npt.NDArray[np.float32]] = {}
        for head, shape in shapes.items():
            flat = np.frombuffer(memory, np.float32, self.count * _numbers(shape), start)
            self.outputs[head] = flat.reshape(self.count, *shape)
            start += flat.nbytes


def squares_at_once(size: int) -> int:
    return max(1, min(MOST_SQUARES, MOST_BYTES // (size * size * 3)))


def bytes_needed(size: int, shapes: Mapping[str, Shape]) -> int:
    count = squares_at_once(size)
    return _aligned(count * size * size * 3) + _FLOAT * count * sum(map(_numbers, shapes.values()))


def _aligned(length: int) -> int:
    return -length % _FLOAT + length


def _numbers(shape: Shape) -> int:
    return int(np.prod(shape, dtype=np.int64))


class SharedArea:
    """Memory that is made here; `name` is what the other process finds it by. `inherited` are files for that process."""

    def __init__(self) -> None:
        """Raises OSError."""
        self._file: BinaryIO | None = None
        if sys.platform == "win32":
            self.name = f"boxwright-{uuid.uuid4().hex}"
        else:
            self._file = nameless_file()
            self.name = str(self._file.fileno())

    @property
    def inherited(self) -> tuple[int, ...]:
        return () if self._file is None else (self._file.fileno(),)

    def of_size(self, length: int) -> mmap.mmap:
        """Raises OSError where there is not so much memory."""
        if self._file is None:
            return area_opened(self.name, length)
        # At once: memory that is missing later ends the process that touches it.
        if sys.platform == "linux":
            os.posix_fallocate(self._file.fileno(), 0, length)
        else:
            self._file.truncate(length)
        return mmap.mmap(self._file.fileno(), length)

    def close(self) -> None:
        """What is mapped stays while it is used."""
        if self._file is not None:
            self._file.close()


def area_opened(name: str, length: int) -> mmap.mmap:
    """The same in the other process. Raises OSError, ValueError."""
    if sys.platform == "win32":
        return mmap.mmap(-1, length, tagname=name)
    return mmap.mmap(int(name), length)


def nameless_file() -> BinaryIO:
    """Goes with the last process that has it open."""
    if sys.platform != "linux":
        return tempfile.TemporaryFile(prefix="boxwright-", buffering=0)
    return os.fdopen(os.memfd_create("boxwright"), "r+b", buffering=0)
