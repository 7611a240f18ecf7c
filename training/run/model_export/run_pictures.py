"""Pictures that an exported model is asked about: some of the run's own, or drawn patterns where they are not at hand. No Keras."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from training.dataset.dataset import AnnotationFileError, LabelledImage, Split
from training.dataset.formats import boxwright_csv
from training.dataset.is_there import is_file
from training.run.answers.letterbox import Letterbox
from training.run.model_card import ModelCard
from training.run.recipes.classifier_data import with_something_to_learn
from training.run.report.judged_outputs import prepared_to_judge
from training.run.run_folder import RunFolder, RunFolderError
from training.run.samples.prepared_images import PreparedImages
from training.run.samples.sample_reading import Sample
from training.run.settings import SettingsError

MOST_TO_CALIBRATE = 100  # images; more hardly change the ranges of the numbers
MOST_TO_COMPARE = 50
MOST_SAMPLES = 200  # an image may hold many boxes to classify
LOOKED_FOR = 20
PATTERNS = 8


@dataclass(frozen=True, slots=True)
class RunPictures:
    """`training` are images that the model learned from, `comparing` such as it did not, if there are any of these.

    Both are None where the images are not at hand: `problem` says in a sentence why. `split` is the one of `comparing`.
    """

    training: PreparedImages | None
    comparing: PreparedImages | None
    split: str = ""
    folder: Path | None = None
    problem: str = ""


def read_run_pictures(run: RunFolder, card: ModelCard, images: Path | None = None) -> RunPictures:
    """Some of each, evenly from the whole dataset. `images` is their folder, if not the one of the run's settings."""
    try:
        dataset, _ = boxwright_csv.read(run.dataset_file)
        folder = images or _image_folder(run, dataset.images)
    except (RunFolderError, SettingsError, AnnotationFileError, OSError):
        return RunPictures(None, None, problem="this model came without the list of the images it learned from")
    if folder is None:
        return RunPictures(None, None, problem="the images of this run are no longer where they were")
    usable = with_something_to_learn(dataset.images, card.source) if card.is_classifier else dataset.images
    by_split = {split: [image for image in usable if (image.split or Split.TRAIN) is split] for split in Split}
    training = _prepared(card, _some(by_split[Split.TRAIN], MOST_TO_CALIBRATE), folder)
    for split in (Split.VALIDATION, Split.TEST, Split.TRAIN):
        comparing = _prepared(card, _some(by_split[split], MOST_TO_COMPARE), folder)
        if comparing is not None:
            return RunPictures(training, comparing, split.value, folder)
    return RunPictures(None, None, problem="none of the images of this run can be read where they were")


def patterns(size: int) -> PreparedImages:
    """Pictures of every brightness and colour, the same ones each time; nothing is in them."""
    random = np.random.default_rng(0)
    slope = np.linspace(0, 255, size)
    squares = []
    for number in range(PATTERNS):
        first, last = random.uniform(0, 1, (2, 3))
        picture = slope[:, None, None] * first + slope[None, :, None] * last
        if number % 2:
            picture = picture + random.normal(0, 40, (size, size, 3))
        squares.append(np.clip(picture, 0, 255))
    images = tuple(LabelledImage(f"pattern {number}", size, size) for number in range(PATTERNS))
    return PreparedImages(
        images=images,
        samples=tuple(Sample(image) for image in images),
        squares=np.stack(squares).astype(np.uint8),
        boxes=np.zeros((PATTERNS, 4), np.float32),
        class_indices=np.full(PATTERNS, -1),
        letterboxes=(Letterbox(size, size, size),) * PATTERNS,
        problems=(),
    )


def _image_folder(run: RunFolder, images: Sequence[LabelledImage]) -> Path | None:
    """Where some of them are; a project that was moved took them along. Raises RunFolderError, SettingsError."""
    places = [run.settings().image_folder]
    if run.path.parent.name == "runs":
        places.append(run.path.parent.parent)
    some = _some(images, LOOKED_FOR)
    return next((place for place in places if any(is_file(place / image.filename) for image in some)), None)


def _some(images: Sequence[LabelledImage], most: int) -> list[LabelledImage]:
    chosen = np.unique(np.linspace(0, len(images) - 1, min(most, len(images))).round().astype(int))
    return [images[index] for index in chosen]


def _prepared(card: ModelCard, images: Sequence[LabelledImage], folder: Path) -> PreparedImages | None:
    """None if none of them can be used."""
    prepared = prepared_to_judge(card, images, folder) if images else None
    return _first(prepared, MOST_SAMPLES) if prepared is not None and len(prepared) else None


def _first(prepared: PreparedImages, most: int) -> PreparedImages:
    return replace(
        prepared,
        images=prepared.images[:most],
        samples=prepared.samples[:most],
        squares=prepared.squares[:most],
        boxes=prepared.boxes[:most],
        class_indices=prepared.class_indices[:most],
        letterboxes=prepared.letterboxes[:most],
    )
