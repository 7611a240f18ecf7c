"""What a format could not hold of a project, said before anything is exported."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from training.dataset.dataset import AnnotationFileError, Dataset, Split
from training.dataset.exporting import project_dataset
from training.dataset.formats import tfrecord
from training.dataset.formats.format import Format, WriteChoices
from training.dataset.store import ProjectStore

MOST_TRIED = 1000
MOST_WITH_PICTURES = 20  # of a format that holds the pictures themselves


@dataclass(frozen=True, slots=True)
class Foreseen:
    """`losses` are sentences about `tried` of the `images`; none where all is held."""

    losses: tuple[str, ...]
    tried: int
    images: int


def foreseen_losses(store: ProjectStore, target: Format) -> Foreseen:
    """By writing it, or evenly chosen images of a large project, to a temporary place. Raises ProjectError, OSError."""
    dataset = project_dataset(store)
    most = MOST_WITH_PICTURES if target is tfrecord.FORMAT else MOST_TRIED
    step = max(1, -(-len(dataset.images) // most))
    # Images without a split get one at the export.
    images = tuple(replace(image, split=image.split or Split.TRAIN) for image in dataset.images[::step])
    if target.write is None or not images:
        return Foreseen((), len(images), len(dataset.images))
    tried = Dataset(images, dataset.classes, dataset.extra)
    with tempfile.TemporaryDirectory(prefix="boxwright-") as folder:
        try:
            written = target.write(tried, Path(folder) / target.file_name, WriteChoices(store.folder))
        except AnnotationFileError as error:
            return Foreseen((f"{error}.",), len(images), len(dataset.images))
    return Foreseen(written.losses, len(images), len(dataset.images))
