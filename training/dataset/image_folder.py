"""Which files of a folder are its images, and their order."""

from __future__ import annotations

import heapq
import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from training.dataset.image_kinds import kind_of

_JPEG = (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo")
_PHONE = (".heic", ".heif", ".hif", ".avif")
_PLAIN = (".png", ".bmp", ".dib", ".gif", ".tif", ".tiff", ".webp", ".jp2", ".pgm", ".ppm", ".pbm", ".pnm")
IMAGE_SUFFIXES: frozenset[str] = frozenset((*_JPEG, *_PHONE, *_PLAIN))
_NUMBERS = re.compile(r"([0-9]+)")
AT_ONCE = 2_000  # names, sorted within some milliseconds
Item = TypeVar("Item")


def find_images(folder: Path) -> list[str]:
    """Paths of the image files in a folder, relative and with `/`, in the order a person would number them.

    Images are told by their endings; a file whose name has none is looked into. Subfolders are searched except hidden
    ones, the folder's own `runs` and linked ones. What can't be listed is left out; nothing is raised.
    """
    return sorted_in_parts(list(images_in_any_order(folder)), natural_key)


def images_in_any_order(folder: Path) -> Iterator[str]:
    """The same paths, for who only looks them up."""
    pending = [""]
    while pending:
        below = pending.pop()
        for entry in _entries(Path(folder, below)):
            relative = below + entry.name
            if _is_folder_to_search(entry, relative):
                pending.append(relative + "/")
            elif is_image_file(entry):
                yield relative


def walk_images(folder: Path, without: Path | None = None) -> Iterator[str]:
    """The same, while they are found: no more than the names of one folder are held, and what is above it.

    `without` is a folder that is left out. Folders that a person would number alike, as `a` and `A` or `1` and `01`,
    follow each other; `find_images` mixes them.
    """
    excluded = _absolute(without)
    pending = [""]
    while pending:
        relative = pending.pop()
        if relative and not relative.endswith("/"):
            yield relative
            continue
        if excluded != _absolute(folder / relative):
            names = [relative + name for name in _names_to_walk(folder / relative, relative)]
            pending.extend(reversed(sorted_in_parts(names, natural_key)))


def entries_below(folder: Path, without: Path | None = None) -> Iterator[os.DirEntry[str]]:
    """All that lies in the folders that `walk_images` looks into, in no order: for counting."""
    excluded = _absolute(without)
    pending = [""]
    while pending:
        below = pending.pop()
        if excluded == _absolute(folder / below):
            continue
        for entry in _entries(folder / below):
            if _is_folder_to_search(entry, below + entry.name):
                pending.append(below + entry.name + "/")
            else:
                yield entry


def natural_key(path: str) -> tuple[list[str | int], str]:
    """Sorts `img2` before `img10` and ignores case."""
    parts: list[str | int] = list(_NUMBERS.split(path.casefold()))
    parts[1::2] = map(int, parts[1::2])
    return parts, path


def sorted_in_parts(items: Sequence[Item], key: Callable[[Item], Any]) -> list[Item]:
    """As `sorted`, but a long sort would let no other thread of the program run until it is done."""
    parts = [sorted(items[at : at + AT_ONCE], key=key) for at in range(0, len(items), AT_ONCE)]
    return list(heapq.merge(*parts, key=key))


def _names_to_walk(folder: Path, relative: str) -> Iterator[str]:
    """Of images, and of folders with a `/` at the end."""
    for entry in _entries(folder):
        if _is_folder_to_search(entry, relative + entry.name):
            yield entry.name + "/"
        elif is_image_file(entry):
            yield entry.name


def _absolute(path: Path | None) -> str:
    return "" if path is None else os.path.abspath(path)  # noqa: PTH100 -- links stay as they are


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _is_folder_to_search(entry: os.DirEntry[str], relative: str) -> bool:
    if entry.name.startswith(".") or relative == "runs":
        return False
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def is_named_like_image(name: str) -> bool:
    # Names beginning with "._" are what macOS leaves beside files on foreign drives.
    stem, dot, suffix = name.rpartition(".")
    return dot + suffix.lower() in IMAGE_SUFFIXES and not stem.startswith("._")


def is_image_file(entry: os.DirEntry[str]) -> bool:
    has_ending = "." in entry.name
    if has_ending and not is_named_like_image(entry.name):
        return False
    try:
        entry.name.encode()
        return entry.is_file() and (has_ending or kind_of(Path(entry.path)) is not None)
    except (OSError, UnicodeEncodeError):
        return False
