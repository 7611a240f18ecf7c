"""Finds the image that a name in an annotation file means."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from training.dataset.folder_likeness import PathsByFolder
from training.dataset.image_folder import IMAGE_SUFFIXES
from training.dataset.relative_paths import leaves_folder

_FEW = 10  # paths, which are quickly looked through
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
        self._trees: dict[tuple[int, str], tuple[Sequence[str], PathsByFolder]] = {}

    # Made when a name is first looked up so: mostly all names are paths that are there.
    @cached_property
    def _by_spelling(self) -> dict[str, list[str]]:
        return self._indexed(str.strip)  # readers leave out what stands before a name

    @cached_property
    def _by_end(self) -> dict[str, list[str]]:
        """By the last folder with the base name: there may be very many of the latter."""
        return self._indexed(_end)

    @cached_property
    def _by_base_name(self) -> dict[str, list[str]]:
        return self._indexed(_base_name)

    @cached_property
    def _by_path_stem(self) -> dict[str, list[str]]:
        return self._indexed(_stem)

    @cached_property
    def _by_stem(self) -> dict[str, list[str]]:
        return self._indexed(lambda path: _stem(_base_name(path)))

    def _indexed(self, part: Callable[[str], str]) -> dict[str, list[str]]:
        index: dict[str, list[str]] = {}
        for path in sorted(self._paths):
            index.setdefault(_spelling(part(_tidy(path))), []).append(path)
        return index

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
        for path in (below + tidy, tidy):
            if spelled := self._by_spelling.get(_spelling(path.strip())):
                return _most_exact(spelled, tidy)
        found = self._by_end.get(_spelling(_end(below + tidy)), []) if "/" in below + tidy else []
        found = found or self._by_base_name.get(_spelling(_base_name(tidy)), [])
        for path in (below + tidy, tidy):
            found = found or self._by_path_stem.get(_spelling(_stem(path)), [])
        found = found or self._by_stem.get(_spelling(_stem(_base_name(tidy))), [])
        if not found and name != name.strip():  # as after the commas of many lists; an image may be called so, too
            return self._candidates(name.strip(), below)
        return self._tree(found, tidy).most_alike(_folders(below + tidy))[1] if len(found) > 1 else found

    def _called_like_the_file(self, own_name: str, below: str, named: Sequence[str]) -> Sequence[str]:
        own = self._candidates(own_name, below)
        if both := [path for path in own if path in named]:
            return both
        folders = _folders(_tidy(below + own_name))
        far = self._tree(named).most_alike(folders)[0] if named else (0, 0)
        return [path for path in own if PathsByFolder([path], _folders).most_alike(folders)[0] >= far] or named

    def _tree(self, paths: Sequence[str], name: str = "") -> PathsByFolder:
        """Of those among the paths that are written most like the name. Kept, as many names may mean the same ones."""
        key = id(paths), _base_name(name)
        if key in self._trees:
            return self._trees[key][1]
        tree = PathsByFolder(_most_exact(paths, name) if name else list(paths), _folders)
        if len(paths) > _FEW:
            self._trees[key] = paths, tree  # with them, for their id to stay theirs
        return tree


def has_other_suffix(name: str, path: str) -> bool:
    """Whether a name has the suffix of another kind of image than the path that was found for it."""
    if path.endswith(name):
        return False  # as nearly all are
    suffix = _suffix(_base_name(name)).lower()
    return bool(suffix) and suffix != _suffix(_base_name(path)).lower()


def has_other_name(name: str, path: str) -> bool:
    """Whether a name means another image than the one at a path, whatever their folders and suffixes."""
    return _spelling(_stem(_base_name(_tidy(name)))) != _spelling(_stem(_base_name(_tidy(path))))


def _most_exact(paths: Sequence[str], name: str) -> list[str]:
    """Those written exactly so, at least without suffix, before those that differ in letters' case or accents."""
    bases = [_base_name(_tidy(path)) for path in paths]
    for exactly, wanted in ((bases, _base_name(name)), (map(_stem, bases), _stem(_base_name(name)))):
        if found := [path for path, base in zip(paths, exactly, strict=True) if base == wanted]:
            return found
    return list(paths)


def _folders(path: str) -> list[str]:
    return _spelling(_tidy(path)).split("/")[:-1]


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
