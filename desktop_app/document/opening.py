"""Reads a project into a staging value off the event loop; the document swaps it in only when it is whole."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from desktop_app.document.kept_records import KeptRecords, Records
from training.dataset.image_folder import find_images, natural_key
from training.dataset.project_place import own_boxes_of
from training.dataset.records import ClassRecord, ImageSummary
from training.dataset.store import ProjectBusyError, ProjectStore


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
    records: KeptRecords
    is_read_only: bool = False

    def follow(self, befores: Records, afters: Records, classes: tuple[ClassRecord, ...] | None) -> bool:
        """What is known of images and classes is that of the records that were stored; whether any count has changed."""
        for after in afters:
            self.summaries[after.path] = ImageSummary(after.state, len(after.boxes), after.class_id, after.split)
        if classes is not None:
            self.classes = classes
        gone = Counter(box.class_id for record in befores for box in record.boxes)
        come = Counter(box.class_id for record in afters for box in record.boxes)
        self.class_counts.subtract(gone)
        self.class_counts.update(come)
        own_gone = Counter(record.class_id for record in befores if record.class_id is not None)
        own_come = Counter(record.class_id for record in afters if record.class_id is not None)
        self.image_class_counts.subtract(own_gone)
        self.image_class_counts.update(own_come)
        return gone != come or own_gone != own_come


@dataclass(frozen=True, slots=True)
class BusyProject:
    """A project that somebody else has open: they may look at it, and at a copy of one's own."""

    folder: Path
    project_file: Path
    who: str  # "ada on PC-7"; empty for another window or command of this person here
    may_have_gone: bool  # nobody knows for certain: they did not say goodbye
    own_boxes: Path | None  # a copy that was made before and reads the photos of this folder


def read_project(path: Path, *, read_only: bool = False) -> OpenProject | BusyProject:
    """Open the project of a folder; raises ProjectError with a sentence."""
    try:
        store = ProjectStore.open(path, read_only=read_only)
    except ProjectBusyError as error:
        return _busy(path, error)
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
            records=KeptRecords(store),
            is_read_only=read_only,
        )
    except BaseException:
        store.close()
        raise


def place_to_reopen(store: ProjectStore) -> Path:
    """What opens a project again: its folder, or its file where that lies elsewhere by choice."""
    is_beside = store.project_file.parent == store.folder or store.notice is not None
    return store.folder if is_beside else store.project_file


def _busy(path: Path, error: ProjectBusyError) -> BusyProject:
    # The project may be a copy whose folder stands in its file.
    store = ProjectStore.open(path, read_only=True)
    folder = store.folder
    store.close()
    own = own_boxes_of(folder)
    return BusyProject(
        folder=folder,
        project_file=error.project_file,
        who=error.holder.who if error.holder is not None else "",
        may_have_gone=error.may_have_gone,
        own_boxes=None if own == error.project_file else own,
    )


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
