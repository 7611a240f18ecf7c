"""Whether somebody still writes a file, though neither clock nor process of theirs can be asked: two looks tell."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

SILENCE_SECONDS = 90.0  # so long nothing may be written: in a slow epoch, on a slow share
_MOST_LOOKS = 10_000


@dataclass(frozen=True, slots=True)
class _Look:
    """What was seen, and since when it has been so: by time.monotonic(), which nobody sets."""

    stamp: tuple[int, int]
    since: float


_looks: dict[Path, _Look] = {}
_guard = threading.Lock()


def changed_of_late(file: Path, by_the_share: bool = False, within: float = SILENCE_SECONDS) -> bool:
    """Whether the file has changed within the last `within` seconds; False where there is none.

    A change between two looks of this process needs no clock. At the first look the file's age is judged by the local
    clock or, if `by_the_share`, by that of the disk it lies on, for which a file is made beside it for a moment.
    """
    try:
        found = file.stat()
    except OSError:
        return False
    stamp, now = (found.st_mtime_ns, found.st_size), time.monotonic()
    known = _looks.get(file)
    if known is None:
        clock = _clock_of(file.parent) if by_the_share else time.time()
        known = _Look(stamp, now - max(0.0, clock - found.st_mtime))
    elif known.stamp != stamp:
        known = _Look(stamp, now)
    with _guard:
        if len(_looks) >= _MOST_LOOKS:
            _looks.clear()
        _looks[file] = known
    return now - known.since < within


def _clock_of(folder: Path) -> float:
    """The time where the folder lies; the local one where nothing can be written."""
    try:
        with tempfile.TemporaryFile(prefix=".clock-", dir=folder) as file:
            file.write(b"0")
            file.flush()
            return os.fstat(file.fileno()).st_mtime
    except OSError:
        return time.time()
