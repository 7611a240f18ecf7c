"""Reads a project into a staging value off the event loop; the document swaps it in only when it is whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from training.dataset.image_folder import find_images
from training.dataset.records import ClassRecord, ImageSummary
from training.dataset.store import ProjectStore


@dataclass(slots=True)
class OpenProject:
    """Everything the views ask for without touching the disk again."""

    store: ProjectStore
    folder: Path
    images: tuple[str, ...]
    summaries: dict[str, ImageSummary]
    classes: tuple[ClassRecord, ...]
    class_counts: Counter[int]  # boxes
    image_class_counts: Counter[int]  # images with a class of their own


def read_project(path: Path) -> OpenProject:
    """Open the project of a folder; raises ProjectError with a sentence."""
    store = ProjectStore.open(path)
    try:
        summaries = store.summaries()
        return OpenProject(
            store=store,
            folder=store.folder,
            images=list_images(store.folder, summaries),
            summaries=summaries,
            classes=store.classes(),
            class_counts=Counter(store.class_counts()),
            image_class_counts=Counter(one.class_id for one in summaries.values() if one.class_id is not None),
        )
    except BaseException:
        store.close()
        raise


def list_images(folder: Path, known: Collection[str]) -> tuple[str, ...]:
    """What lies in the folder. An image that is known but has gone keeps its boxes and stays, at the end."""
    on_disk = find_images(folder)
    return (*on_disk, *sorted(set(known) - set(on_disk)))
