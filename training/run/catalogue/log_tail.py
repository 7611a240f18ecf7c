"""The end of a run's log, however long it is."""

from __future__ import annotations

from pathlib import Path

from training.run.catalogue.foreign_files import ForeignFileError, opened

LAST_LINES = 40
MOST_OF_LOG = 16_384  # bytes
MOST_READ = 262_144  # what a dying process says of its threads may be long


def last_lines(log: Path, start: int = 0) -> str:
    """The last 40 lines, of those that begin at byte `start` or later; nothing if the file can't be read."""
    return "\n".join(whole_end(log, start, MOST_OF_LOG).splitlines()[-LAST_LINES:])


def whole_end(log: Path, start: int = 0, most: int = MOST_READ) -> str:
    """What stands there from byte `start`, at most the last `most` bytes; nothing if the file can't be read."""
    try:
        with opened(log) as file:
            if file is None:
                return ""
            size = file.seek(0, 2)
            file.seek(max(start, size - most))
            return file.read().decode("utf-8", "replace")
    except (ForeignFileError, OSError):
        return ""
