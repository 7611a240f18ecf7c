"""Whether something lies at a path that somebody else wrote down: what may not be looked at is not there for us.

`Path.is_dir` and `Path.is_file` raise for a folder in another person's home, and for a name that is too long.
"""

from __future__ import annotations

from pathlib import Path


def is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def is_there(path: Path) -> bool:
    return is_folder(path) or is_file(path)
