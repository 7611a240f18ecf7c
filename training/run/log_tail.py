"""The end of a run's log, however long it is."""

from __future__ import annotations

from pathlib import Path

LAST_LINES = 40
MOST_OF_LOG = 16_384  # bytes


def last_lines(log: Path, start: int = 0) -> str:
    """The last 40 lines, of those that begin at byte `start` or later; nothing if the file can't be read."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(start, size - MOST_OF_LOG))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-LAST_LINES:])
