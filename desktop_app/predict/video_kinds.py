"""Which files are taken for videos when they are dropped or chosen."""

from __future__ import annotations

from pathlib import Path

VIDEO_SUFFIXES = frozenset(
    {".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".mts", ".m2ts", ".wmv", ".flv", ".3gp", ".ogv"}
)


def is_video(path: Path) -> bool:
    return path.suffix.lower() in VIDEO_SUFFIXES
