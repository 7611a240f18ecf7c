"""Folders called like classes: the images in each are of that class, and folders called like splits may lie above."""

from __future__ import annotations

from collections.abc import Iterable

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


def folder_classes(images: Iterable[str]) -> dict[str, str]:
    """The class of each image that lies in a class's folder, the images given relative to the project's folder.

    Classes are the first folders from above that differ: `cat/monday/1.jpg` is a cat beside `dog/2.jpg`, and so it is in
    `pets/cat/1.jpg` beside `pets/dog/2.jpg`. Folders called like a split are looked past.
    """
    names = {image: [name for name in _folders(image) if _split_called(name) is None] for image in images}
    deepest = max(map(len, names.values()), default=0)
    depth = next((depth for depth in range(deepest) if _differ(names.values(), depth)), max(0, deepest - 1))
    return {image: folders[depth] for image, folders in names.items() if len(folders) > depth}


def _differ(paths: Iterable[list[str]], depth: int) -> bool:
    return len({folders[depth] for folders in paths if len(folders) > depth}) > 1


def folder_split(image: str) -> Split | None:
    """The split that a folder on the way to an image is called like; None where there is no such folder."""
    splits = (_split_called(name) for name in _folders(image))
    return next((split for split in splits if split is not None), None)


def _folders(image: str) -> list[str]:
    return [name.strip() for name in image.split("/")[:-1] if name.strip()]


def _split_called(name: str) -> Split | None:
    return _SPLITS.get(name.casefold())
