"""Folders called like classes: the images in each are of that class, and folders called like splits may lie above."""

from __future__ import annotations

from pathlib import PurePosixPath

from training.dataset.dataset import Split

_SPLITS = {
    "train": Split.TRAIN,
    "training": Split.TRAIN,
    "val": Split.VALIDATION,
    "valid": Split.VALIDATION,
    "validation": Split.VALIDATION,
    "test": Split.TEST,
    "testing": Split.TEST,
}


def folder_class(image: str) -> str | None:
    """The name of the folder that an image lies in, given relative to the project's folder; None right inside that.

    Folders called like a split are looked past: `train/cat/1.jpg` and `cat/train/1.jpg` are both a cat.
    """
    names = [name for name in _folders(image) if _split_called(name) is None]
    return names[-1].strip() or None if names else None


def folder_split(image: str) -> Split | None:
    """The split that a folder on the way to an image is called like; None where there is no such folder."""
    splits = (_split_called(name) for name in _folders(image))
    return next((split for split in splits if split is not None), None)


def _folders(image: str) -> tuple[str, ...]:
    return PurePosixPath(image).parent.parts


def _split_called(name: str) -> Split | None:
    return _SPLITS.get(name.strip().casefold())
