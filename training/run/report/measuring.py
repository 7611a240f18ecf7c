"""How good predictions are, judged in pixels of the original images. Neither Keras nor numpy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from training.dataset.box import Rectangle, iou
from training.run.answers.prediction import PRESENCE_THRESHOLD

if TYPE_CHECKING:  # whoever only reads figures loads no library for numbers
    from training.run.answers.predictor import Outputs
    from training.run.prepared_images import PreparedImages
    from training.run.report.judged_images import JudgedImage

THRESHOLDS = (0.5, 0.6, 0.75, 0.9)


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """How well one class is told from the others, 0..1, None where there is nothing to judge; `count` are its samples.

    Precision: of those taken for it, how many are of it. Recall: of those of it, how many were taken for it. F1 is their
    harmonic mean.
    """

    name: str
    count: int
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of one set of images; None where there was nothing to judge.

    `mean_iou` and `iou50` ... `iou90` (shares with at least that IoU) and `class_accuracy` are over the images with an
    object, whatever presence was predicted; `presence_accuracy` is over all. `counts` are numbers of boxes by threshold.
    `top3_accuracy` is a classifier's; `macro_f1` is the mean of the F1 of `classes`, each counting the same.
    """

    images: int
    objects: int
    mean_iou: float | None
    iou50: float | None
    iou60: float | None
    iou75: float | None
    iou90: float | None
    class_accuracy: float | None
    presence_accuracy: float | None
    counts: dict[str, int] = field(default_factory=dict)
    top3_accuracy: float | None = None
    macro_f1: float | None = None
    classes: tuple[ClassFigures, ...] = ()


def measured(prepared: PreparedImages, outputs: Outputs, presence_threshold: float = PRESENCE_THRESHOLD) -> Measured:
    """Judge the model's outputs for the squares of `prepared`, in their order."""
    there = [bool(value) for value in prepared.has_object]
    chosen = outputs["class"].argmax(axis=-1)
    right_class = [
        bool(chosen[index] == prepared.class_indices[index]) for index, is_there in enumerate(there) if is_there
    ]
    presence = None
    if "presence" in outputs:
        said = (bool(value >= presence_threshold) for value in outputs["presence"][:, 0])
        presence = [one == is_there for one, is_there in zip(said, there, strict=True)]
    return _figures(len(prepared), overlaps(prepared, outputs), right_class, presence)


def measured_of(judged: Sequence[JudgedImage]) -> Measured:
    """The same figures from images that were judged one by one."""
    with_object = [image for image in judged if image.truth is not None]
    presence = [image.presence_is_right for image in judged if image.presence_is_right is not None]
    return _figures(
        len(judged),
        [image.iou or 0.0 for image in with_object],
        [image.has_right_class for image in with_object],
        presence if len(presence) == len(judged) else None,
    )


def _figures(
    images: int, ious: Sequence[float], right_class: Sequence[bool], presence: Sequence[bool] | None
) -> Measured:
    counts = counts_at(ious)
    iou50, iou60, iou75, iou90 = (count / len(ious) if ious else None for count in counts.values())
    return Measured(
        images=images,
        objects=len(ious),
        mean_iou=_mean(ious),
        iou50=iou50,
        iou60=iou60,
        iou75=iou75,
        iou90=iou90,
        class_accuracy=_mean(right_class),
        presence_accuracy=None if presence is None else _mean(presence),
        counts=counts,
    )


def counts_at(ious: Iterable[float]) -> dict[str, int]:
    """How many are at least as good as each threshold, by its name ("0.5")."""
    values = list(ious)
    return {f"{threshold:g}": sum(value >= threshold for value in values) for threshold in THRESHOLDS}


def overlaps(prepared: PreparedImages, outputs: Outputs) -> list[float]:
    """The IoU, 0..1, of each image that has an object, in order."""
    return [
        iou(_truth(prepared, index), prepared.letterboxes[index].decoded(*map(float, outputs["box"][index])))
        for index in range(len(prepared))
        if prepared.has_object[index]
    ]


def _truth(prepared: PreparedImages, index: int) -> Rectangle:
    box = prepared.box(index)
    assert box is not None
    return prepared.letterboxes[index].to_image(box)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
