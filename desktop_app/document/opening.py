"""Reads a project into a staging value off the event loop; the document swaps it in only when it is whole."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from training.dataset.image_folder import find_images, natural_key
from training.dataset.records import ClassRecord, ImageSummary
from training.dataset.store import ProjectStore


@dataclass(slots=True)
class OpenProject:
    """Everything the views ask for without touching the disk again."""

    store: ProjectStore
    folder: Path
    images: tuple[str, ...]
    gone: int  # so many of the images, the last ones, are known but no file is there
    summaries: dict[str, ImageSummary]
    classes: tuple[ClassRecord, ...]
    class_counts: Counter[int]  # boxes
    image_class_counts: Counter[int]  # images with a class of their own


def read_project(path: Path) -> OpenProject:
    """Open the project of a folder; raises ProjectError with a sentence."""
    store = ProjectStore.open(path)
    try:
        summaries = store.summaries()
        images, gone = list_images(store.folder, summaries)
        return OpenProject(
            store=store,
            folder=store.folder,
            images=images,
            gone=gone,
            summaries=summaries,
            classes=store.classes(),
            class_counts=Counter(store.class_counts()),
            image_class_counts=Counter(one.class_id for one in summaries.values() if one.class_id is not None),
        )
    except BaseException:
        store.close()
        raise


def list_images(folder: Path, known: Collection[str]) -> tuple[tuple[str, ...], int]:
    """What lies in the folder. Images that are known but have gone keep their boxes and stay, so many at the end."""
    on_disk = find_images(folder)
    gone = sorted(set(known) - set(on_disk))
    return (*on_disk, *gone), len(gone)


def images_with(images: tuple[str, ...], gone: int, new: Iterable[str]) -> tuple[str, ...]:
    """New files in the places that `list_images` would give them."""
    listed = list(images)
    for image in new:
        listed.insert(bisect_left(listed, natural_key(image), hi=len(listed) - gone, key=natural_key), image)
    return tuple(listed)
