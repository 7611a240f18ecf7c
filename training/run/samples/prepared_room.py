"""Room for the prepared squares, and for what is computed from them once. No Keras."""

from __future__ import annotations

import math
import os
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from training.run.answers.letterbox import Pixels
from training.run.failure import RunFailed
from training.run.machine.cache_place import fits_in_memory, folder_for, places
from training.run.machine.machine import memory_and_free
from training.run.machine.memory_need import amount

_BLOCK = 2**20


def room_for(count: int, size: int, run_folder: Path | None = None) -> Pixels:
    """An array (count, size, size, 3) uint8 to be filled; see `array_room`."""
    return array_room((count, size, size, 3), np.uint8, run_folder)


def array_room(shape: tuple[int, ...], dtype: npt.DTypeLike, run_folder: Path | None = None) -> npt.NDArray[Any]:
    """An array to be filled: in memory, or mapped from a file that goes with its process.

    The file lies in the system's folder for such files or in `run_folder`, where there is room for it.
    Raises RunFailed where there is none.
    """
    needed = math.prod(shape) * np.dtype(dtype).itemsize
    free = memory_and_free()[1]
    if fits_in_memory(needed, free):
        return np.empty(shape, dtype)
    folder = folder_for(needed, run_folder)
    if folder is None:
        raise RunFailed(_no_room(needed, free, run_folder))
    # Nameless from the start, or deleted by the system when it is closed: nothing is left of it, however this ends.
    with tempfile.TemporaryFile(dir=folder) as file:
        _take(file, needed, folder)
        return np.memmap(file, dtype, "r+", shape=shape)


def _take(file: BinaryIO, size: int, folder: Path) -> None:
    """Writing to a mapped file that turns out to have no room kills the process: it is made sure of before.

    An OSError names the folder, as the file has no name.
    """
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, size)
            return
        empty = bytes(_BLOCK)
        for begin in range(0, size, _BLOCK):
            file.write(empty[: size - begin])
        file.flush()
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(folder)) from error


def _no_room(needed: int, memory_free: int, run_folder: Path | None) -> str:
    there = " and ".join(f"{amount(room)} in {folder}" for folder, room in places(run_folder)) or "no disk"
    return (
        f"the prepared images need {amount(needed)}, more than half of the {amount(memory_free)} of memory that are free, and there "
        f"is no room for them on disk (free: {there}); make room there, or lower the input size"
    )
