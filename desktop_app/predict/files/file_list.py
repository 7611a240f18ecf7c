"""The picture files that a model is asked about, by number: a hundred thousand of them take a few megabytes."""

from __future__ import annotations

import os
from array import array
from collections.abc import Sequence
from pathlib import Path


class FileList:
    """Grows only. Other threads may read the files that were there when they were told a number."""

    def __init__(self) -> None:
        self._roots: list[str] = []
        self._root_of = array("i")
        self._ends = array("q")
        self._names = bytearray()
        self._base = ""

    def __len__(self) -> int:
        return len(self._ends)

    def add(self, root: Path, names: Sequence[str]) -> None:
        """Files by their paths below a folder, with `/`."""
        number = self._number_of_root(str(root))
        for name in names:
            self._names += os.fsencode(name)
            self._root_of.append(number)
            self._ends.append(len(self._names))

    def path(self, number: int) -> Path:
        return Path(self._roots[self._root_of[number]], self._below(number))

    def name(self, number: int) -> str:
        """What results call it: its path below the folder that all of them lie in, with `/`."""
        root, below = self._roots[self._root_of[number]], self._below(number)
        if root == self._base:
            return below
        above = os.path.relpath(root, self._base) if self._base else root
        return f"{Path(above).as_posix()}/{below}"

    @property
    def base(self) -> Path:
        """The folder that all of them lie in; the current one where there is none, as on several drives."""
        return Path(self._base)

    @property
    def roots(self) -> Sequence[Path]:
        return [Path(root) for root in self._roots]

    def _below(self, number: int) -> str:
        begin = self._ends[number - 1] if number else 0
        return os.fsdecode(bytes(self._names[begin : self._ends[number]]))

    def _number_of_root(self, root: str) -> int:
        if root not in self._roots:
            self._roots.append(root)
            self._base = _common(self._roots)
        return self._roots.index(root)


def _common(roots: Sequence[str]) -> str:
    try:
        return os.path.commonpath(roots)
    except ValueError:  # several drives
        return ""
