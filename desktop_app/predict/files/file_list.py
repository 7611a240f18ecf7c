"""The picture files that a model is asked about, by number: a hundred thousand of them take a few megabytes."""

from __future__ import annotations

import os
from array import array
from collections import Counter
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
        self._labels: Sequence[str] = ()  # of the roots; made when a name is asked for, anew when there are more

    def __len__(self) -> int:
        return len(self._ends)

    def add(self, root: Path, names: Sequence[str]) -> None:
        """Files by their paths below a folder, with `/`."""
        number = self._number_of_root(str(root))
        for name in names:
            self._names += os.fsencode(name)
            self._root_of.append(number)
            self._ends.append(len(self._names))

    def names_with(self, more: Sequence[tuple[Path, Sequence[str]]]) -> Sequence[str]:
        """Of all files, as they will be called when these have been added."""
        made = FileList()
        made._roots, made._base = list(self._roots), self._base
        made._root_of, made._ends, made._names = self._root_of[:], self._ends[:], self._names[:]
        for root, names in more:
            made.add(root, names)
        return [made.name(number) for number in range(len(made))]

    def path(self, number: int) -> Path:
        return Path(self._roots[self._root_of[number]], self._below(number))

    def name(self, number: int) -> str:
        """What results call it, with `/`: its path below the folder that was given, if that holds all of them; else with
        the folder's own name before it.
        """
        labels = self._labels
        if len(labels) < len(self._roots):
            labels = self._labels = _labels(list(self._roots), self._base)
        label, below = labels[self._root_of[number]], self._below(number)
        return f"{label}/{below}" if label else below

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
            self._base = _common([*self._roots, root])
            self._roots.append(root)  # last: a thread that makes labels meanwhile makes too few, not wrong ones
        return self._roots.index(root)


def _common(roots: Sequence[str]) -> str:
    try:
        return os.path.commonpath(roots)
    except ValueError:  # several drives
        return ""


def _labels(roots: Sequence[str], base: str) -> Sequence[str]:
    """Paths below the base if it is one of them. Else each folder's own name, with as many of the folders above it as it
    takes that no two files get one name: no label is another one's, or begins as another one's path.
    """
    if base in roots:
        return ["" if root == base else Path(os.path.relpath(root, base)).as_posix() for root in roots]
    whole = [_parts(root) for root in roots]
    lengths = [1] * len(roots)
    while True:
        labels = [parts[-length:] for parts, length in zip(whole, lengths, strict=True)]
        counts = Counter(labels)
        begins = {label[:length] for label in labels for length in range(1, len(label))}
        unclear = [number for number, label in enumerate(labels) if counts[label] > 1 or label in begins]
        longer = [number for number in unclear if lengths[number] < len(whole[number])]
        if not longer:
            return ["/".join(label) for label in labels]
        for number in longer:
            lengths[number] += 1


def _parts(root: str) -> tuple[str, ...]:
    path = Path(root)
    drive = path.drive.strip(":\\")
    return (*([drive] if drive else []), *path.parts[1:])
