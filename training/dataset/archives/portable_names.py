"""Names for files in an archive that mean the same on every system; most photos keep the one they have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

from training.dataset.archives.entry_names import LONGEST, fault_of_name

_UNUSUAL = re.compile(r'[\x00-\x1f\x7f-\x9f\\:*?"<>|]')
_LONGEST_BASE = 120


def portable_names(paths: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """A name for each path (relative, with `/`), none twice also where case and accents don't count.

    New names are none of `taken` either, which are paths that exist elsewhere.
    """
    paths = list(paths)
    seen: set[str] = set()
    names: dict[str, str] = {}
    changed = []
    for path in paths:
        if fault_of_name(path) or _alike(path) in seen:
            changed.append(path)
        else:
            seen.add(_alike(path))
            names[path] = path
    seen.update(map(_alike, taken))
    for path in changed:
        names[path] = _free(_portable(path), seen)
        seen.add(_alike(names[path]))
    return names


def _alike(path: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold())


def _portable(path: str) -> str:
    name = "/".join(_portable_part(part) for part in path.split("/"))
    return name if len(name) <= LONGEST - 8 else _shortened(PurePosixPath(name).name)


def _portable_part(part: str) -> str:
    part = _UNUSUAL.sub("_", part)
    part = part.rstrip(" .") + "_" * (len(part) - len(part.rstrip(" .")))
    return f"_{part}" if fault_of_name(part) else part


def _shortened(base: str) -> str:
    stem, dot, suffix = base.rpartition(".")
    return f"{stem[:_LONGEST_BASE]}{dot}{suffix}"


def _free(name: str, seen: set[str]) -> str:
    path, number, free = PurePosixPath(name), 1, name
    while _alike(free) in seen:
        number += 1
        free = str(path.with_name(f"{path.stem}_{number}{path.suffix}"))
    return free
