"""Image paths as files and projects hold them: relative to the image folder, with `/`."""

from __future__ import annotations

import os
from pathlib import PurePosixPath, PureWindowsPath


def leaves_folder(path: str) -> bool:
    """Whether a path is absolute on any system, climbs out with `..`, or can't be a file's name at all."""
    if path and path[0] not in "/\\" and "\0" not in path and ":" not in path and ".." not in path:
        return False  # as nearly all are, and a list may say hundreds of thousands
    windows = PureWindowsPath(path)
    if not path or "\0" in path or path.startswith("/") or windows.root:
        return True
    # Elsewhere a colon is an ordinary letter of a name.
    if windows.drive and os.name == "nt":
        return True
    return ".." in PurePosixPath(path).parts or ".." in windows.parts
