"""How much memory a process takes, as Linux tells it; elsewhere as far as the system does."""

from __future__ import annotations

import re
import sys
from pathlib import Path


def peak_memory(process: int | str = "self") -> int:
    """The most bytes that were in memory at once; 0 of a process that is gone. Of others than this one on Linux alone.

    What `getrusage` says begins there with what the parent had taken before it started this process.
    """
    if sys.platform == "linux":
        return _told("VmHWM", process)
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def data_memory() -> int:
    """Bytes that this process can write to: what RLIMIT_DATA limits."""
    return _told("VmData", "self")


def _told(name: str, process: int | str) -> int:
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    found = re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0  # one that ended, and was not asked how, has no memory
