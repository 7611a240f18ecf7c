"""The project as it would be trained on, read off the event loop by a second, read-only store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from desktop_app.runs.sheet.classifier_readiness import ClassifierFacts, class_counts, classifier_readiness
from desktop_app.runs.sheet.readiness import Facts, Readiness, has_negatives, readiness, taught_classes
from training.dataset.dataset import Dataset, LabelledImage, Split
from training.dataset.exporting import missing_splits, project_dataset, validation_splits
from training.dataset.folder_classes import folder_classes
from training.dataset.records import ImageState
from training.dataset.store import ProjectStore
from training.run.catalogue.run_places import runs_folder_of as runs_folder_of
from training.run.recipes.names import CLASSIFIER
from training.run.settings import ClassEntry

AUTO, BOXES, IMAGES = "auto", "boxes", "images"  # what a classifier learns from, as its setting says it


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a run is given, and what can be said about it before.

    `new_splits` are those of labelled images that had none yet; they are to be stored before the run starts.
    `moved_to_validation` is what can be offered when no image would validate. `sample_count` are the squares that are
    learned from and judged by. `of_classifier` is the same project as a classifier would see it, by the setting `source`;
    there `source` is what it came to.
    """

    dataset: Dataset
    classes: tuple[ClassEntry, ...]
    image_root: Path
    runs_folder: Path
    new_splits: Mapping[str, Split]
    presence: bool
    readiness: Readiness
    moved_to_validation: Mapping[str, Split] = field(default_factory=dict)
    sample_count: int = 0
    source: str = ""
    of_classifier: Mapping[str, Snapshot] = field(default_factory=dict)

    def for_values(self, values: Mapping[str, Any]) -> Snapshot:
        """What a run with these settings would be given."""
        if values.get("recipe") != CLASSIFIER:
            return self
        return self.of_classifier.get(str(values.get("source", AUTO)), self)

    @property
    def is_usable(self) -> bool:
        """Something can be learned from it, or could be with what is offered, if not what was asked for."""
        return self.readiness.is_ready or self._is_for_classifier

    @property
    def is_for_classifier_only(self) -> bool:
        return not self.readiness.is_ready and self._is_for_classifier

    @property
    def _is_for_classifier(self) -> bool:
        readings = [one.readiness for one in self.of_classifier.values()]
        return any(reading.is_ready or any(note.offer for note in reading.notes) for reading in readings)


def take_snapshot(project_file: Path, folder: Path, images: Sequence[str]) -> Snapshot:
    """`images` are all that the folder holds. Hashes the files of images without a split. Raises ProjectError, OSError."""
    with closing(ProjectStore.open(project_file if project_file.exists() else folder, read_only=True)) as store:
        images_before = project_dataset(store).images
        new_splits = missing_splits(store, images_before)
        labelled = [replace(image, split=new_splits.get(image.filename, image.split)) for image in images_before]
        return _snapshot_of(store, labelled, new_splits, images)


def _snapshot_of(
    store: ProjectStore, labelled: Sequence[LabelledImage], new_splits: Mapping[str, Split], images: Sequence[str]
) -> Snapshot:
    present = [image for image in labelled if (store.folder / image.filename).is_file()]
    looked = _Looked(
        store=store,
        present=present,
        missing=len(labelled) - len(present),
        unlabelled=_count_unlabelled(store, images),
        new_splits=new_splits,
        folders=folder_names(store, images),
    )
    of_classifier = {source: _for_classifier(looked, source) for source in (AUTO, BOXES, IMAGES)}
    return replace(_for_localizer(looked), of_classifier=of_classifier)


@dataclass(frozen=True, slots=True)
class _Looked:
    """What was found in the project; `present` are the labelled images whose files are there."""

    store: ProjectStore
    present: Sequence[LabelledImage]
    missing: int
    unlabelled: int
    new_splits: Mapping[str, Split]
    folders: tuple[str, ...]

    def snapshot(
        self, usable: Sequence[LabelledImage], taught: Mapping[str, int], moved: Mapping[str, Split], told: Readiness
    ) -> Snapshot:
        store = self.store
        entries = tuple(ClassEntry(known.id, known.name) for known in store.classes() if taught.get(known.name))
        dataset = Dataset(tuple(usable), tuple(entry.name for entry in entries))
        return Snapshot(
            dataset=dataset,
            classes=entries,
            image_root=store.folder,
            runs_folder=runs_folder_of(store.project_file, store.folder),
            new_splits=self.new_splits,
            presence=has_negatives(dataset),
            readiness=told,
            moved_to_validation=moved,
            sample_count=len(usable),
        )

    @property
    def class_names(self) -> tuple[str, ...]:
        return tuple(record.name for record in self.store.classes())


def _for_localizer(looked: _Looked) -> Snapshot:
    usable = tuple(image for image in looked.present if image.boxes or image.is_negative)
    taught = taught_classes(usable)
    names = looked.class_names
    moved = validation_splits(looked.store, usable)
    facts = Facts(
        dataset=Dataset(usable, tuple(name for name in names if taught[name])),
        class_names=names,
        unlabelled=looked.unlabelled,
        missing=looked.missing,
        without_box=len(looked.present) - len(usable),
        movable=len(moved),
    )
    return looked.snapshot(usable, taught, moved, readiness(facts))


def _for_classifier(looked: _Looked, source: str) -> Snapshot:
    of_boxes = learns_from_boxes(looked.present, source)
    usable = tuple(image for image in looked.present if (image.boxes if of_boxes else image.image_class))
    counts = class_counts(usable, of_boxes=of_boxes)
    names = looked.class_names
    moved = validation_splits(looked.store, usable)
    facts = ClassifierFacts(
        dataset=Dataset(usable, tuple(name for name in names if counts[name])),
        of_boxes=of_boxes,
        is_automatic=source == AUTO,
        class_names=names,
        unlabelled=looked.unlabelled,
        missing=looked.missing,
        left_out=len(looked.present) - len(usable),
        movable=len(moved),
        folders=() if counts and of_boxes else looked.folders,
    )
    made = looked.snapshot(usable, counts, moved, classifier_readiness(facts))
    return replace(made, presence=False, sample_count=counts.total(), source=BOXES if of_boxes else IMAGES)


def learns_from_boxes(images: Sequence[LabelledImage], source: str) -> bool:
    """By the setting, or automatically from what there is more of: boxes, or images with a class of their own."""
    if source != AUTO:
        return source == BOXES
    boxes = sum(len(image.boxes) for image in images)
    return boxes >= sum(image.image_class is not None for image in images)


def folder_names(store: ProjectStore, images: Sequence[str]) -> tuple[str, ...]:
    """What the folders are called that hold images without a class of their own, if those lie in folders at all."""
    known = store.summaries()
    found = folder_classes(images)
    open_ones = (image for image in found if image not in known or known[image].class_id is None)
    return tuple(sorted({found[image] for image in open_ones}))


def _count_unlabelled(store: ProjectStore, images: Sequence[str]) -> int:
    known = store.summaries()
    return sum(image not in known or known[image].state is ImageState.UNLABELLED for image in images)
