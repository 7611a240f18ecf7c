"""What a training would make of a few pictures of its own, with the boxes that move with them. No Keras."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from training.dataset.box import Rectangle
from training.dataset.dataset import LabelledImage, Problem, Split
from training.run.answers.letterbox import Pixels
from training.run.augmentation_settings import augmentation_of
from training.run.recipes.classifier_data import source_of, with_something_to_learn
from training.run.recipes.names import CLASSIFIER
from training.run.samples.augmentation import augmented
from training.run.samples.classifier_images import prepare_classifier_images
from training.run.samples.prepared_images import PreparedImages, prepare_images
from training.run.settings import TrainingSettings

ROWS = 3
COPIES = 4
GAP = 8  # pixels between the pictures of a sheet
_LINE = (255, 64, 129)


@dataclass(frozen=True, slots=True)
class PreviewPicture:
    """`square` (S, S, 3) uint8 RGB; `box` in its pixels, None where nothing is to be found or the whole is the object."""

    square: Pixels
    box: Rectangle | None


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One sample as it is, and varied copies of it."""

    filename: str
    original: PreviewPicture
    varied: tuple[PreviewPicture, ...]


@dataclass(frozen=True, slots=True)
class PreviewSamples:
    """Some of what is learned from, read and ready."""

    prepared: PreparedImages
    chosen: tuple[int, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.prepared.problems


def preview_samples(
    settings: TrainingSettings, images: Sequence[LabelledImage], turn: int = 0, rows: int = ROWS
) -> PreviewSamples:
    """Read `rows` training images and take one sample of each; every `turn` takes others, as long as there are some.

    Images without anything to be found are shown only where there are no others. Images that can't be read are told in
    `problems`. Raises RunFailed for a classifier that could learn from none of `images`.
    """
    training = [image for image in images if (image.split or Split.TRAIN) is Split.TRAIN]
    if settings.recipe == CLASSIFIER:
        settings = replace(settings, source=source_of(settings, images))
        shown = with_something_to_learn(training, settings.source)
    else:
        shown = [image for image in training if not image.is_negative] or training
    order = np.random.default_rng(settings.seed).permutation(len(shown))
    places = [order[(turn * rows + place) % len(shown)] for place in range(min(rows, len(shown)))]
    prepared = _prepared(settings, [shown[int(place)] for place in places])
    random = np.random.default_rng((settings.seed, turn))
    by_image: dict[str, list[int]] = {}
    for index, image in enumerate(prepared.images):
        by_image.setdefault(image.filename, []).append(index)
    return PreviewSamples(prepared, tuple(int(random.choice(indices)) for indices in by_image.values()))


def preview_rows(
    samples: PreviewSamples, settings: TrainingSettings, seed: int = 0, copies: int = COPIES
) -> list[PreviewRow]:
    """Each sample and its varied copies as the training would make them; without any changes the copies are equal."""
    return [_row(samples.prepared, index, settings, seed, copies) for index in samples.chosen]


def contact_sheet(rows: Sequence[PreviewRow]) -> Pixels:
    """All in one RGB picture (H, W, 3) uint8, the originals at the left, boxes drawn in."""
    size = rows[0].original.square.shape[0]
    width = (1 + len(rows[0].varied)) * (size + GAP) + GAP
    sheet = np.full((len(rows) * (size + GAP) + GAP, width, 3), 255, np.uint8)
    for down, row in enumerate(rows):
        for across, picture in enumerate((row.original, *row.varied)):
            top, left = GAP + down * (size + GAP), GAP + across * (size + GAP)
            sheet[top : top + size, left : left + size] = _with_box(picture)
    return sheet


def _prepared(settings: TrainingSettings, images: Sequence[LabelledImage]) -> PreparedImages:
    size, names = settings.input_size, settings.class_names
    if settings.recipe != CLASSIFIER:
        return prepare_images(images, settings.image_folder, names, size)
    return prepare_classifier_images(images, settings.image_folder, names, size, settings.source, settings.crop_margin)


def _row(prepared: PreparedImages, index: int, settings: TrainingSettings, seed: int, copies: int) -> PreviewRow:
    how = augmentation_of(settings)
    original = PreviewPicture(prepared.squares[index], prepared.box(index))
    random = np.random.default_rng((settings.seed, seed, index))
    varied = [
        original if how is None else PreviewPicture(*augmented(original.square, original.box, random, how))
        for _ in range(copies)
    ]
    return PreviewRow(prepared.images[index].filename, original, tuple(varied))


def _with_box(picture: PreviewPicture) -> Pixels:
    if picture.box is None:
        return picture.square
    drawn = picture.square.copy()
    corners = [round(edge) for edge in picture.box.corners]
    cv2.rectangle(drawn, (corners[0], corners[1]), (corners[2] - 1, corners[3] - 1), _LINE, 2)
    return drawn
