"""Where the annotated copy of each image lies: below one folder, in subfolders as the originals do."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path, PurePath, PurePosixPath

from training.dataset.image_folder import IMAGE_SUFFIXES

KEPT_SUFFIXES = frozenset({".jpg", ".jpeg", ".png"})
_UNKNOWN = ".image"  # of a file that is an image, though its name does not say so
_CHANGED_SUFFIXES = (IMAGE_SUFFIXES - KEPT_SUFFIXES) | {_UNKNOWN}
_ADDED = re.compile(r"(\.jpg)+\Z", re.IGNORECASE)


class CopyPlaces:
    """No two images share a place, and all lie in `folder`.

    They lie there as below the folder that was `given`, if it was one; of several as below what is above all of them.
    """

    def __init__(self, folder: Path, given: Sequence[Path]) -> None:
        self._folder = folder
        self._root = _common_root(given)

    def of(self, name: str, path: Path) -> Path:
        """`name` is what results call the image at `path`."""
        below = _below(self._root, path)
        if below is None:
            below = _harmless(name)
        return self._folder / below.with_name(_name_of_copy(below.name))


def _common_root(given: Sequence[Path]) -> Path | None:
    folders = [os.path.abspath(path if path.is_dir() else path.parent) for path in given]  # noqa: PTH100 -- no links
    try:
        return Path(os.path.commonpath(folders))
    except ValueError:  # nothing, or several drives of Windows
        return None


def _below(root: Path | None, path: Path) -> PurePath | None:
    absolute = PurePath(os.path.abspath(path))  # noqa: PTH100 -- links stay as they are
    if root is None or not absolute.is_relative_to(root):
        return None
    return absolute.relative_to(root)


def _harmless(name: str) -> PurePath:
    """Whatever the name is, it stays inside."""
    parts = [re.sub(r"[:\\/\0]", "_", part) for part in PurePosixPath(name.replace("\\", "/")).parts]
    return PurePath(*("_" if part in ("..", ".", "") else part for part in parts))


def _name_of_copy(name: str) -> str:
    """`a.heic` becomes `a.heic.jpg`; an image that has such a name already gets one `.jpg` more."""
    if PurePath(name).suffix.lower() not in IMAGE_SUFFIXES:
        return f"{name}{_UNKNOWN}.jpg"
    before = _ADDED.sub("", name)
    return f"{name}.jpg" if PurePath(before).suffix.lower() in _CHANGED_SUFFIXES else name
