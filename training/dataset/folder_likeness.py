"""Of the paths of many files that are called alike, those whose folders are most like some others."""

from __future__ import annotations

from collections.abc import Callable, Sequence


class PathsByFolder:
    """Split by folder as far as somebody asks: nothing is compared with each of the paths."""

    def __init__(self, paths: list[str], folders_of: Callable[[str], list[str]]) -> None:
        self._ends = _Branch(paths, lambda path: folders_of(path)[::-1])
        self._starts: dict[int, _Branch] = {}  # of the paths that have their last folders in common
        self._folders_of = folders_of

    def most_alike(self, folders: Sequence[str]) -> tuple[tuple[int, int], list[str]]:
        """Those that share most folders, counted from the end, then from the beginning; how many, and which.

        All of the paths where none has one in common.
        """
        end = self._ends.followed(folders[::-1])
        start = self._starts.setdefault(id(end), _Branch(end.paths, self._folders_of)).followed(folders)
        return (end.depth, start.depth), start.paths


class _Branch:
    """Paths whose first folders are the same ones."""

    def __init__(self, paths: list[str], folders_of: Callable[[str], list[str]], depth: int = 0) -> None:
        self.paths, self.depth = paths, depth
        self._folders_of = folders_of
        self._below: dict[str, _Branch] | None = None

    def followed(self, folders: Sequence[str]) -> _Branch:
        branch = self
        for folder in folders:
            below = branch._split().get(folder)
            if below is None:
                break
            branch = below
        return branch

    def _split(self) -> dict[str, _Branch]:
        if self._below is None:
            parts: dict[str, list[str]] = {}
            for path in self.paths:
                folders = self._folders_of(path)
                if len(folders) > self.depth:
                    parts.setdefault(folders[self.depth], []).append(path)
            self._below = {folder: _Branch(paths, self._folders_of, self.depth + 1) for folder, paths in parts.items()}
        return self._below
