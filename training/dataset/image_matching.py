"""Finds the image that a name in an annotation file means."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


class ImageMatcher:
    """Names match by path first, then by unique base name."""

    def __init__(self, paths: Iterable[str]) -> None:
        """`paths` are relative to the image folder, with `/`."""
        self._paths = frozenset(paths)
        self._by_spelling: dict[str, list[str]] = {}
        self._by_base_name: dict[str, list[str]] = {}
        for path in sorted(self._paths):
            self._by_spelling.setdefault(_spelling(path), []).append(path)
            self._by_base_name.setdefault(_spelling(_base_name(path)), []).append(path)

    def find(self, name: str, below: str = "") -> str:
        """The path that a name means; `below` ("" or "folder/") is tried first. Raises LookupError with the reason."""
        tidy = name.replace("\\", "/")
        for path in (below + name, name, below + tidy, tidy):
            if path in self._paths:
                return path
        for found in (self._spelled(below + tidy), self._spelled(tidy), self._named(tidy)):
            if len(found) == 1:
                return found[0]
            if found:
                raise LookupError(f"{name!r} can be {_listed(found)}; write the path in the folder")
        raise LookupError(f"there is no image {name!r} in the folder")

    def _spelled(self, path: str) -> list[str]:
        return self._by_spelling.get(_spelling(path), [])

    def _named(self, path: str) -> list[str]:
        """Images of that base name: those written exactly so, else those that differ in letters' case or accents."""
        found = self._by_base_name.get(_spelling(_base_name(path)), [])
        return [image for image in found if _base_name(image) == _base_name(path)] or found


def _base_name(path: str) -> str:
    return path.rpartition("/")[2]


def _spelling(path: str) -> str:
    """The same for the forms in which systems store one name: Windows ignores case, macOS takes accents apart."""
    return unicodedata.normalize("NFC", path).casefold()


def _listed(paths: list[str]) -> str:
    return " or ".join(map(repr, paths[:3])) + (f" or {len(paths) - 3} others" if len(paths) > 3 else "")
