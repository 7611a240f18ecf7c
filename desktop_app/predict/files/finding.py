"""Looking for picture files off the event loop, and sorting them as people number them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from desktop_app.background import Progress
from desktop_app.predict.files.answer_columns import Whole
from desktop_app.predict.files.file_list import FileList
from training.dataset.image_folder import natural_key, sorted_in_parts, walk_images

TOLD_EVERY = 500  # files


@dataclass(frozen=True, slots=True)
class Found:
    """Files that were not known yet, by their folders, and the place of each file, old and new, sorted by name."""

    files: Sequence[tuple[Path, Sequence[str]]]
    ranks: Whole
    asked_for: int

    @property
    def count(self) -> int:
        return sum(len(names) for _, names in self.files)


def find_files(paths: Sequence[Path], known: FileList, progress: Progress) -> Found:
    """In a thread; `known` does not change meanwhile. Picture files below folders, and whatever was named itself."""
    is_sorted = not len(known) and len(paths) == 1  # a folder's files come as people number them
    taken: set[str] = set() if is_sorted else {str(known.path(number)) for number in range(len(known))}
    found: list[tuple[Path, list[str]]] = []
    asked_for = 0
    for root, name in _named(paths):
        asked_for += 1
        if asked_for % TOLD_EVERY == 0:
            progress(asked_for, 0)
        if not is_sorted:
            whole = str(root / name)
            if whole in taken:
                continue
            taken.add(whole)
        if not found or found[-1][0] != root:
            found.append((root, []))
        found[-1][1].append(name)
    return Found(found, np.arange(asked_for) if is_sorted else _ranks(known, found), asked_for)


def _named(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    for path in paths:
        absolute = path.absolute()
        if absolute.is_dir():
            for name in walk_images(absolute):
                yield absolute, name
        else:
            yield absolute.parent, absolute.name


def _ranks(known: FileList, found: Sequence[tuple[Path, Sequence[str]]]) -> Whole:
    names = known.names_with(found)
    order = sorted_in_parts(range(len(names)), lambda number: natural_key(names[number]))
    places = np.empty(len(names), np.int64)
    places[order] = np.arange(len(names))
    return places
