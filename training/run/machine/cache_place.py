"""Where large arrays that can be made again lie: in memory while they fit, else in a file. No Keras."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

from training.run.machine.machine import disk_free

# Of the memory that is free now: the rest is for the network, and for what else is open.
SHARE_OF_MEMORY = 0.5
LEFT_ON_DISK = 256 * 2**20
_KEPT_IN_MEMORY = frozenset({"tmpfs", "ramfs"})


def fits_in_memory(needed: int, memory_free: int) -> bool:
    return needed <= memory_free * SHARE_OF_MEMORY


def folder_for(needed: int, run_folder: Path | None) -> Path | None:
    """Where a file of that size may lie; None where there is no room for it."""
    return next((folder for folder, free in places(run_folder) if free - LEFT_ON_DISK >= needed), None)


def places(run_folder: Path | None) -> Iterator[tuple[Path, int]]:
    """The folders that come into question, and what is free there.

    The system's comes first: a run may lie on a network drive. But not where its files are kept in memory.
    """
    temporary = Path(tempfile.gettempdir())
    if not _is_memory(temporary):
        yield temporary, disk_free(temporary) or 0
    if run_folder is not None:
        yield run_folder, disk_free(run_folder) or 0


def _is_memory(folder: Path) -> bool:
    mounts = {mount.mountpoint: mount.fstype for mount in psutil.disk_partitions(all=True)}
    here = folder.resolve()
    nearest = next((parent for parent in (here, *here.parents) if str(parent) in mounts), None)
    return nearest is not None and mounts[str(nearest)] in _KEPT_IN_MEMORY
