"""The weights of a `.keras` file before Keras reads them: numbers that lie in the file itself, and as many as it holds.

HDF5's library is written in C and has had its faults: it is let loose on a foreign file only in a process of its own.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import h5py

from training.run.opening.keras_file import WEIGHTS
from training.run.opening.safe_archive import Refused, told_of

MOST_OBJECTS = 50_000
DEEPEST = 40
_NUMBERS = frozenset("fiub")
# What h5py raises for files that are damaged or made by hand.
_DAMAGE = (OSError, ValueError, KeyError, TypeError, RuntimeError, OverflowError)


def check_weights(path: Path) -> None:
    """Raises ModelFileError for weights that are none, that lie elsewhere, or that only claim to be there.

    To be called after `check_keras_file`, in a process that may die of it.
    """
    with told_of(path), zipfile.ZipFile(path) as archive, archive.open(WEIGHTS) as file:
        _check_file(path, file, archive.getinfo(WEIGHTS).file_size)


def _check_file(path: Path, file: IO[bytes], size: int) -> None:
    fault = ""
    try:
        with h5py.File(file, "r") as weights:
            fault = _fault_of(weights, size)
    except _DAMAGE as error:
        raise Refused(path, f"its weights can't be read ({' '.join(str(error).split())[:120]})") from error
    if fault:
        raise Refused(path, f"its weights {fault}")


def _fault_of(weights: Any, size: int) -> str:
    claimed = 0
    there = False
    for name, dataset in _datasets(weights):
        if dataset.external or dataset.is_virtual:
            return f"lie in another file ({name[:60]})"
        if dataset.dtype.kind not in _NUMBERS or dataset.chunks is not None or dataset.compression is not None:
            return f"are not plain numbers ({name[:60]})"
        claimed += dataset.nbytes
        if claimed > size:
            return "claim to be larger than the file that holds them"
        there = there or not name.startswith("/optimizer/")
    return "" if there else "are not there: the file for them is empty"


def _datasets(weights: Any) -> Iterator[tuple[str, Any]]:
    waiting, seen = [("", weights, 0)], 0
    while waiting:
        place, group, depth = waiting.pop()
        for name in group:
            seen += 1
            if seen > MOST_OBJECTS or depth > DEEPEST:
                raise ValueError("too many parts")
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise ValueError(f"a link to elsewhere: {name[:60]}")
            child = group[name]
            if isinstance(child, h5py.Group):
                waiting.append((f"{place}/{name}", child, depth + 1))
            elif isinstance(child, h5py.Dataset):
                yield f"{place}/{name}", child
            else:
                raise ValueError(f"something that is no array: {name[:60]}")
