"""Finds the image that a name in an annotation file means."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import takewhile

from training.dataset.image_folder import IMAGE_SUFFIXES
from training.dataset.relative_paths import leaves_folder

CALLED_LIKE_THE_FILE = "another image is named in it; the one that is called like the file itself was taken"


class NoSuchImage(LookupError):  # noqa: N818 -- it becomes a problem of a file
    """No image is called so; the argument says it."""


class ImageMatcher:
    """Names match by path first, then by base name, then without the suffix.

    Among several images of one base name, the one is meant whose folders are most like those of the name.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        """`paths` are relative to the image folder, with `/`."""
        self._paths = frozenset(path for path in paths if not leaves_folder(path))
        self._by_spelling: dict[str, list[str]] = {}
        self._by_end: dict[
            str, list[str]
        ] = {}  # the last folder with the base name: there may be very many of the latter
        self._by_base_name: dict[str, list[str]] = {}
        self._by_path_stem: dict[str, list[str]] = {}
        self._by_stem: dict[str, list[str]] = {}
        for path in sorted(self._paths):
            tidy = _tidy(path)
            self._by_spelling.setdefault(_spelling(tidy), []).append(path)
            self._by_end.setdefault(_spelling(_end(tidy)), []).append(path)
            self._by_base_name.setdefault(_spelling(_base_name(tidy)), []).append(path)
            self._by_path_stem.setdefault(_spelling(_stem(tidy)), []).append(path)
            self._by_stem.setdefault(_spelling(_stem(_base_name(tidy))), []).append(path)

    def find(self, name: str, below: str = "", second_name: str = "", own_name: str = "") -> str:
        """The path that a name means; `below` ("" or "folder/") is tried first, and `second_name` when there is none.

        An image called `own_name`, as the file that speaks of it, goes before one called `name`, unless it lies in
        folders that are less like those of the file. Raises LookupError with the reason.
        """
        found = self._candidates(name, below)
        if not found and second_name:
            found = self._candidates(second_name, below)
        if own_name:
            found = self._called_like_the_file(own_name, below, found)
        if len(found) == 1:
            return found[0]
        if found:
            raise LookupError(f"{name!r} can be {_listed(found)}; write the path in the folder")
        raise NoSuchImage(f"there is no image {name!r} in the folder")

    def find_exactly(self, path: str) -> str:
        """Raises NoSuchImage."""
        if path not in self._paths:
            raise NoSuchImage(f"there is no image {path!r} in the folder")
        return path

    def has(self, path: str) -> bool:
        return path in self._paths

    def _candidates(self, name: str, below: str) -> Sequence[str]:
        """The one path that a name means, several that it could mean, or none."""
        tidy = _tidy(name)
        for path in (below + name, name, below + tidy, tidy):
            if path in self._paths:
                return (path,)
        for found in (self._spelled(below + tidy), self._spelled(tidy)):
            if found:
                return _most_exact(found, tidy)
        found = self._by_end.get(_spelling(_end(below + tidy)), []) if "/" in below + tidy else []
        found = found or self._by_base_name.get(_spelling(_base_name(tidy)), [])
        for path in (below + tidy, tidy):
            found = found or self._by_path_stem.get(_spelling(_stem(path)), [])
        found = found or self._by_stem.get(_spelling(_stem(_base_name(tidy))), [])
        if not found and name != name.strip():  # as after the commas of many lists; an image may be called so, too
            return self._candidates(name.strip(), below)
        return _most_alike(_most_exact(found, tidy), below + tidy) if len(found) > 1 else found

    def _called_like_the_file(self, own_name: str, below: str, named: Sequence[str]) -> Sequence[str]:
        own = self._candidates(own_name, below)
        if both := [path for path in named if path in own]:
            return both
        far = max((_shared_folders(path, below + own_name) for path in named), default=(0, 0))
        return [path for path in own if _shared_folders(path, below + own_name) >= far] or named

    def _spelled(self, path: str) -> list[str]:
        return self._by_spelling.get(_spelling(path), [])


def has_other_suffix(name: str, path: str) -> bool:
    """Whether a name has the suffix of another kind of image than the path that was found for it."""
    suffix = _suffix(_base_name(name)).lower()
    return bool(suffix) and suffix != _suffix(_base_name(path)).lower()


def has_other_name(name: str, path: str) -> bool:
    """Whether a name means another image than the one at a path, whatever their folders and suffixes."""
    return _spelling(_stem(_base_name(_tidy(name)))) != _spelling(_stem(_base_name(_tidy(path))))


def _most_exact(paths: list[str], name: str) -> list[str]:
    """Those written exactly so, at least without suffix, before those that differ in letters' case or accents."""
    bases = [_base_name(_tidy(path)) for path in paths]
    for exactly, wanted in ((bases, _base_name(name)), (map(_stem, bases), _stem(_base_name(name)))):
        if found := [path for path, base in zip(paths, exactly, strict=True) if base == wanted]:
            return found
    return paths


def _most_alike(paths: list[str], name: str) -> list[str]:
    """Those that share most folders with the name: counted from its end, then from its beginning."""
    likeness = {path: _shared_folders(path, name) for path in paths}
    most = max(likeness.values())
    return [path for path in paths if likeness[path] == most] if most > (0, 0) else paths


def _shared_folders(path: str, name: str) -> tuple[int, int]:
    folders, others = _spelling(_tidy(path)).split("/")[:-1], _spelling(name).split("/")[:-1]
    return _equal_at_start(folders[::-1], others[::-1]), _equal_at_start(folders, others)


def _equal_at_start(first: list[str], second: list[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))


def _tidy(path: str) -> str:
    """Whatever system a name comes from; here a backslash may be a letter of a file's name, too."""
    return path.replace("\\", "/")


def _end(path: str) -> str:
    return "/".join(path.rsplit("/", 2)[-2:])


def _base_name(path: str) -> str:
    return path.rpartition("/")[2]


def _suffix(base_name: str) -> str:
    """With its dot, if it is one of an image: names may hold dots."""
    dot = base_name.rfind(".")
    suffix = base_name[dot:] if dot > 0 else ""
    return suffix if suffix.lower() in IMAGE_SUFFIXES else ""


def _stem(base_name: str) -> str:
    suffix = _suffix(base_name)
    return base_name[: -len(suffix)] if suffix else base_name


def _spelling(path: str) -> str:
    """The same for the forms in which systems store one name: Windows ignores case, macOS takes accents apart."""
    return path.lower() if path.isascii() else unicodedata.normalize("NFC", path).casefold()


def _listed(paths: Sequence[str]) -> str:
    return " or ".join(map(repr, paths[:3])) + (f" or {len(paths) - 3} others" if len(paths) > 3 else "")
