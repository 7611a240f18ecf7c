"""Where the prepared squares are kept: in memory while they fit, else in a file. No Keras."""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import psutil

from training.run.answers.letterbox import Pixels
from training.run.failure import RunFailed
from training.run.machine.machine import disk_free, memory_and_free

# Of the memory that is free now: the rest is for the network, and for what else is open.
SHARE_OF_MEMORY = 0.5
LEFT_ON_DISK = 256 * 2**20
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
    if fits_in_memory(needed):
        return np.empty(shape, dtype)
    folder = folder_for(needed, run_folder)
    if folder is None:
        raise RunFailed(_no_room(needed, run_folder))
    # Nameless from the start, or deleted by the system when it is closed: nothing is left of it, however this ends.
    with tempfile.TemporaryFile(dir=folder) as file:
        _take(file, needed)
        return np.memmap(file, dtype, "r+", shape=shape)


def fits_in_memory(needed: int) -> bool:
    return needed <= memory_and_free()[1] * SHARE_OF_MEMORY


def folder_for(needed: int, run_folder: Path | None) -> Path | None:
    """Where a file of that size may lie; None where there is no room for it."""
    return next((folder for folder in _folders(run_folder) if _free(folder) - LEFT_ON_DISK >= needed), None)


def _folders(run_folder: Path | None) -> Iterator[Path]:
    """The system's first: a run may lie on a network drive. Not where files are kept in memory."""
    temporary = Path(tempfile.gettempdir())
    if not _is_memory(temporary):
        yield temporary
    if run_folder is not None:
        yield run_folder


def _is_memory(folder: Path) -> bool:
    mounts = {mount.mountpoint: mount.fstype for mount in psutil.disk_partitions(all=True)}
    nearest = next((parent for parent in (folder.resolve(), *folder.resolve().parents) if str(parent) in mounts), None)
    return nearest is not None and mounts[str(nearest)] in ("tmpfs", "ramfs")


def _free(folder: Path) -> int:
    return disk_free(folder) or 0


def _take(file: BinaryIO, size: int) -> None:
    """Writing to a mapped file that turns out to have no room kills the process: it is made sure of before."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), 0, size)
        return
    empty = bytes(_BLOCK)
    for begin in range(0, size, _BLOCK):
        file.write(empty[: size - begin])
    file.flush()


def _no_room(needed: int, run_folder: Path | None) -> str:
    from training.run.machine.memory_need import amount

    free = memory_and_free()[1]
    places = " and ".join(f"{amount(_free(folder))} in {folder}" for folder in _folders(run_folder)) or "no disk"
    return (
        f"the prepared images need {amount(needed)}, more than half of the {amount(free)} of memory that are free, and "
        f"there is no room for them on disk (free: {places}); make room there, or lower the input size"
    )
