"""Which split the names of files and folders speak of."""

from __future__ import annotations

import re

from training.dataset.dataset import Split

_NAMES = {
    "train": Split.TRAIN,
    "training": Split.TRAIN,
    "val": Split.VALIDATION,
    "valid": Split.VALIDATION,
    "validate": Split.VALIDATION,
    "validation": Split.VALIDATION,
    "test": Split.TEST,
    "testing": Split.TEST,
}
_WORDS = re.compile(r"[a-z]+")


def split_named(name: str) -> Split | None:
    """Of a whole name, as in a column."""
    return _NAMES.get(name.strip().lower())


def split_in(file_name: str) -> Split | None:
    """Of a file that begins or ends with that word: `train.json`, `instances_val2017.json`; not `unit_test_2.json`."""
    words = _WORDS.findall(file_name.lower().partition(".")[0])
    found = {_NAMES[word] for word in words[:1] + words[-1:] if word in _NAMES}
    return found.pop() if len(found) == 1 else None


def split_of_folders(path: str) -> Split | None:
    """Of the nearest folder in a path that is called like a split: `train/a.xml`, `labels/val/a.txt`."""
    named = (split_named(folder) for folder in reversed(path.split("/")[:-1]))
    return next((split for split in named if split), None)
