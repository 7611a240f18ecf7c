"""The project as it would be trained on, read off the event loop by a second, read-only store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from desktop_app.runs.sheet.readiness import Facts, Readiness, has_negatives, readiness, taught_classes
from training.dataset.dataset import Dataset, LabelledImage, Split
from training.dataset.exporting import missing_splits, project_dataset, validation_splits
from training.dataset.records import ImageState
from training.dataset.store import ProjectStore
from training.run.catalogue.run_places import runs_folder_of as runs_folder_of
from training.run.settings import ClassEntry


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a run is given, and what can be said about it before.

    `new_splits` are those of labelled images that had none yet; they are to be stored before the run starts.
    `moved_to_validation` is what can be offered when no image would validate.
    """

    dataset: Dataset
    classes: tuple[ClassEntry, ...]
    image_root: Path
    runs_folder: Path
    new_splits: Mapping[str, Split]
    presence: bool
    readiness: Readiness
    moved_to_validation: Mapping[str, Split] = field(default_factory=dict)


def take_snapshot(project_file: Path, folder: Path, images: Sequence[str]) -> Snapshot:
    """`images` are all that the folder holds. Hashes the files of images without a split. Raises ProjectError, OSError."""
    store = ProjectStore.open(project_file if project_file.exists() else folder, read_only=True)
    try:
        images_before = project_dataset(store).images
        new_splits = missing_splits(store, images_before)
        labelled = [replace(image, split=new_splits.get(image.filename, image.split)) for image in images_before]
        return _snapshot_of(store, labelled, new_splits, images)
    finally:
        store.close()


def _snapshot_of(
    store: ProjectStore, labelled: Sequence[LabelledImage], new_splits: Mapping[str, Split], images: Sequence[str]
) -> Snapshot:
    present = [image for image in labelled if (store.folder / image.filename).is_file()]
    usable = tuple(image for image in present if image.boxes or image.is_negative)
    taught = taught_classes(usable)
    classes = store.classes()
    entries = tuple(ClassEntry(record.id, record.name) for record in classes if taught[record.name])
    dataset = Dataset(usable, tuple(entry.name for entry in entries))
    moved = validation_splits(store, usable)
    facts = Facts(
        dataset=dataset,
        class_names=tuple(record.name for record in classes),
        unlabelled=_count_unlabelled(store, images),
        missing=len(labelled) - len(present),
        without_box=len(present) - len(usable),
        movable=len(moved),
    )
    return Snapshot(
        dataset=dataset,
        classes=entries,
        image_root=store.folder,
        runs_folder=runs_folder_of(store.project_file, store.folder),
        new_splits=new_splits,
        presence=has_negatives(dataset),
        readiness=readiness(facts),
        moved_to_validation=moved,
    )


def _count_unlabelled(store: ProjectStore, images: Sequence[str]) -> int:
    known = store.summaries()
    return sum(image not in known or known[image].state is ImageState.UNLABELLED for image in images)
