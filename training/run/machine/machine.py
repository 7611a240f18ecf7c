"""What this computer has and has free. No Keras."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

CGROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Machine:
    """Memory and disk in bytes. `memory_free` is what programs can still get without swapping."""

    system: str
    processor: str
    cores: int
    memory: int
    memory_free: int


def this_machine() -> Machine:
    total, free = memory_and_free()
    return Machine(
        system=system_name(),
        processor=processor_name(),
        cores=usable_cores(),
        memory=total,
        memory_free=free,
    )


def system_name() -> str:
    """The operating system in words; Linux inside Windows is told, as its GPUs are reached otherwise."""
    name = f"{platform.system()} {platform.release()}".strip()
    if sys.platform == "darwin":
        name = f"macOS {platform.mac_ver()[0]}"
    return f"{name} ({platform.machine()}{', WSL' if is_wsl() else ''})"


def is_wsl() -> bool:
    return sys.platform == "linux" and "microsoft" in platform.release().lower()


def usable_cores() -> int:
    """Those this process may use; a container or `taskset` may leave it fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processor_name(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    try:
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.lower().startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass  # only Linux has it
    return platform.processor() or platform.machine()


def memory_and_free(cgroup: Path = CGROUP) -> tuple[int, int]:
    """Bytes of main memory, and what of it is free; a container's limit counts where it is the smaller one."""
    memory = psutil.virtual_memory()
    total, free = int(memory.total), int(memory.available)
    limit, used = _number_in(cgroup / "memory.max"), _number_in(cgroup / "memory.current")
    if limit is not None and used is not None and limit < total:
        total, free = limit, min(free, max(0, limit - used + _reclaimable(cgroup / "memory.stat")))
    return total, free


def disk_free(folder: Path) -> int | None:
    """Bytes free where this folder is, or will be; None where nobody tells."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        return int(psutil.disk_usage(str(folder)).free)
    except OSError:
        return None


def _reclaimable(file: Path) -> int:
    """What is counted as used but kept only in case somebody reads the same files again, such as many photos."""
    try:
        lines = file.read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("inactive_file "))
    except (OSError, ValueError, StopIteration):
        return 0


def _number_in(file: Path) -> int | None:
    """None for a file that isn't there, or that says there is no limit."""
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
