"""What a classifier learns from: boxes or whole images, and what had to be left out of either. No Keras."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from training.dataset.dataset import LabelledImage
from training.run.events import WarningEvent
from training.run.failure import RunFailed
from training.run.recipes.names import CLASSIFIER
from training.run.samples.classifier_images import BOXES, IMAGES
from training.run.samples.prepared_images import PreparedImages
from training.run.settings import ClassEntry, TrainingSettings

# However rare a class is, one of its samples counts at most so often as one of an average class.
LARGEST_WEIGHT = 10.0


def source_of(settings: TrainingSettings, images: Sequence[LabelledImage]) -> str:
    """BOXES or IMAGES: what was asked for or, automatically, what there is more of. Raises RunFailed for neither."""
    boxes, own = _boxes_and_own(images)
    source = _chosen(settings.source, boxes, own)
    if not (boxes if source == BOXES else own):
        other = f"; but {own} images have a class of their own" if own else ""
        other = f"; but there are {boxes} boxes" if boxes else other
        what = "boxes with a class" if source == BOXES else "images with a class of their own"
        raise RunFailed(f"a classifier that learns from {source} expects {what}, found none{other}")
    return source


def taught_classes(
    recipe: str, source: str, images: Sequence[LabelledImage], classes: Sequence[ClassEntry]
) -> tuple[ClassEntry, ...]:
    """Those of `classes` that these images can teach by this recipe, with `source` as in the settings."""
    if recipe == CLASSIFIER and _chosen(source, *_boxes_and_own(images)) == IMAGES:
        names = {image.image_class for image in images}
    else:
        names = {box.label for image in images for box in image.boxes}
    return tuple(entry for entry in classes if entry.name in names)


def _chosen(source: str, boxes: int, own: int) -> str:
    if source in (BOXES, IMAGES):
        return source
    return BOXES if boxes >= own else IMAGES


def _boxes_and_own(images: Sequence[LabelledImage]) -> tuple[int, int]:
    """How many boxes, and how many images with a class of their own."""
    return sum(len(image.boxes) for image in images), sum(image.image_class is not None for image in images)


def with_something_to_learn(images: Sequence[LabelledImage], source: str) -> list[LabelledImage]:
    """The others say nothing about any class: that is no fault of theirs."""
    return [image for image in images if (image.boxes if source == BOXES else image.image_class is not None)]


def left_out_told(images: Sequence[LabelledImage], source: str) -> WarningEvent | None:
    """One sentence about the images that `with_something_to_learn` leaves out."""
    count = len(images) - len(with_something_to_learn(images, source))
    if not count:
        return None
    those = "1 image" if count == 1 else f"{count} images"
    lack = "boxes" if source == BOXES else "a class of their own"
    learns = "what lies in boxes" if source == BOXES else "whole images with a class"
    text = f"Left out: {those} without {lack}, as the classifier learns from {learns}."
    return WarningEvent(code="nothing_to_classify", text=text, facts={"count": str(count), "source": source})


def sample_count(settings: TrainingSettings, images: Sequence[LabelledImage]) -> int:
    """How many samples these images can give, of whatever recipe; 0 where there is nothing to learn from."""
    if settings.recipe != CLASSIFIER:
        return len(images)
    try:
        source = source_of(settings, images)
    except RunFailed:
        return 0
    there = with_something_to_learn(images, source)
    return sum(len(image.boxes) for image in there) if source == BOXES else len(there)


def check_classes(train: PreparedImages, classes: Sequence[str]) -> WarningEvent | None:
    """A sentence about classes that nothing is there to learn of. Raises RunFailed where fewer than two are left."""
    counts = np.bincount(train.class_indices, minlength=len(classes))
    there = [name for name, count in zip(classes, counts, strict=True) if count]
    missing = [name for name, count in zip(classes, counts, strict=True) if not count]
    if len(there) < 2:
        example = f"; for example {train.problems[0]}" if train.problems else ""
        found = f"only “{there[0]}”" if there else f"none{example}"
        raise RunFailed(f"a classifier needs training samples of at least two classes to tell apart, found {found}")
    if not missing:
        return None
    names = ", ".join(missing)
    quoted = ", ".join(f"“{name}”" for name in missing)
    text = f"There is no training sample of {quoted}: the model can't learn to tell it."
    return WarningEvent(code="class_without_samples", text=text, facts={"classes": names})


def balanced_weights(class_indices: npt.NDArray[np.int64], class_count: int) -> npt.NDArray[np.float32]:
    """(C,): n / (k * n_c) for each class of n_c samples, of n in k classes that occur, at most 10; their mean over the
    samples is 1 where nothing is cut off. A class that does not occur has 1.

    Source: King and Zeng, "Logistic Regression in Rare Events Data", Political Analysis 9 (2001).
    """
    counts = np.bincount(class_indices, minlength=class_count)
    there = counts > 0
    weights = np.ones(class_count, np.float32)
    weights[there] = np.minimum(counts.sum() / (there.sum() * counts[there]), LARGEST_WEIGHT)
    return weights
