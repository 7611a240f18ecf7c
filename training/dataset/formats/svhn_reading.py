"""Opens a digitStruct.mat in a process of its own, `python -m training read-digits FILE`, and says what is in it.

One JSON object a line: `{"image": 1, "name": "1.png", "boxes": [[label, left, top, width, height], ...]}`, or a "problem"
instead, for each image; at the end `{"end": ""}`, or why there is nothing more.
"""

from __future__ import annotations

import faulthandler
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import h5py

_STRUCT = "digitStruct"
_PARTS = ("label", "left", "top", "width", "height")
_MOST_IMAGES = 2_000_000
_MOST_BOXES = 10_000  # of one image
_LONGEST_NAME = 1000
_AT_ONCE = 1000
_MOST_MEMORY = 2 * 2**30
_PATIENCE_SECONDS = 30.0  # for one image
# What h5py raises for files that are damaged or made by hand.
_BAD = (OSError, ValueError, KeyError, TypeError, RuntimeError, IndexError, OverflowError, AttributeError)


def tell(place: Path, stdout: TextIO) -> int:
    """Ends the process when one image takes too long, which no exception could."""
    _bound_memory()
    reason = ""
    faulthandler.dump_traceback_later(_PATIENCE_SECONDS, exit=True)
    try:
        with h5py.File(place, "r") as file:
            for said in _images(file):
                stdout.write(json.dumps(said) + "\n")
                faulthandler.dump_traceback_later(_PATIENCE_SECONDS, exit=True)
    except MemoryError:
        reason = "the file needs more memory than reading it may take"
    except _BAD as error:
        reason = f"the file cannot be read: {error}"
    faulthandler.cancel_dump_traceback_later()
    stdout.write(json.dumps({"end": reason}) + "\n")
    stdout.flush()
    return 1 if reason else 0


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such bound
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = _MOST_MEMORY if hard == resource.RLIM_INFINITY else min(hard, _MOST_MEMORY)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _images(file: h5py.File) -> Iterator[dict[str, Any]]:
    names, boxes = (_references(file, f"{_STRUCT}/{part}") for part in ("name", "bbox"))
    count = names.shape[0]
    if count != boxes.shape[0] or count > _MOST_IMAGES:
        raise ValueError(f"expected a name and boxes for each image, got {count} names and {boxes.shape[0]} boxes")
    for start in range(0, count, _AT_ONCE):
        pairs = zip(names[start : start + _AT_ONCE, 0], boxes[start : start + _AT_ONCE, 0], strict=True)
        for at, (name, box) in enumerate(pairs, start=start + 1):
            try:
                yield {"image": at, "name": _text(file[name]), "boxes": _boxes(file, file[box])}
            except _BAD as error:
                yield {"image": at, "problem": f"it cannot be read: {error}"}


def _references(file: h5py.File, path: str) -> h5py.Dataset:
    """A column of references to what is said of each image; links that lead elsewhere are not followed."""
    group = file
    for name in path.split("/"):
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise TypeError(f"expected {path} in it")
        group = group[name]
    if not _is_plain(group) or group.ndim != 2 or h5py.check_ref_dtype(group.dtype) is not h5py.Reference:
        raise TypeError(f"{path}: expected a column of references")
    return group


def _is_plain(found: object) -> bool:
    """Its content lies in this very file."""
    return isinstance(found, h5py.Dataset) and found.external is None and not found.is_virtual


def _text(found: object) -> str:
    if not isinstance(found, h5py.Dataset) or not _is_plain(found) or not 0 < found.size <= _LONGEST_NAME:
        raise ValueError("its name is no text")
    return "".join(chr(int(letter)) for letter in found[()].flatten())


def _boxes(file: h5py.File, found: object) -> list[list[float]]:
    if not isinstance(found, h5py.Group):
        raise TypeError("its boxes are no struct")
    columns = [_numbers(file, found, part) for part in _PARTS]
    if len({len(column) for column in columns}) > 1:
        raise ValueError("the parts of its boxes are not the same number")
    return [list(values) for values in zip(*columns, strict=True)]


def _numbers(file: h5py.File, group: h5py.Group, part: str) -> list[float]:
    """MATLAB writes a single number as it is, and several as references to one each."""
    if not isinstance(group.get(part, getlink=True), h5py.HardLink):
        raise ValueError(f"its boxes have no {part}")
    column = group[part]
    if not isinstance(column, h5py.Dataset) or not _is_plain(column) or column.size > _MOST_BOXES:
        raise TypeError(f"the {part} of its boxes is no column of numbers")
    values = column[()].flatten()
    if h5py.check_ref_dtype(column.dtype) is None:
        return [float(value) for value in values]
    return [_number(file[value], part) for value in values]


def _number(found: object, part: str) -> float:
    if not isinstance(found, h5py.Dataset) or not _is_plain(found) or found.size != 1:
        raise ValueError(f"the {part} of a box is no number")
    return float(found[()].flatten()[0])
