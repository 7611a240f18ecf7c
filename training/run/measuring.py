"""How good predictions are, judged in pixels of the original images. No Keras."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from training.dataset.box import Rectangle, iou
from training.run.predictor import Outputs
from training.run.prepared_images import PreparedImages

THRESHOLDS = (0.5, 0.6, 0.75, 0.9)


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of one set of images; None where there was nothing to judge.

    `mean_iou` and `iou50` ... `iou90` (shares with at least that IoU) and `class_accuracy` are over the images with an
    object, whatever presence was predicted; `presence_accuracy` is over all. `counts` are numbers of boxes by threshold.
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


def measured(prepared: PreparedImages, outputs: Outputs, presence_threshold: float = 0.5) -> Measured:
    """Judge the model's outputs for the squares of `prepared`, in their order."""
    ious = overlaps(prepared, outputs)
    there = prepared.has_object
    counts = [sum(value >= threshold for value in ious) for threshold in THRESHOLDS]
    iou50, iou60, iou75, iou90 = (count / len(ious) if ious else None for count in counts)
    right_class = (outputs["class"].argmax(axis=-1) == prepared.class_indices)[there]
    presence = None
    if "presence" in outputs:
        presence = _mean((outputs["presence"][:, 0] >= presence_threshold) == there)
    return Measured(
        images=len(prepared),
        objects=len(ious),
        mean_iou=_mean(ious),
        iou50=iou50,
        iou60=iou60,
        iou75=iou75,
        iou90=iou90,
        class_accuracy=_mean(right_class),
        presence_accuracy=presence,
        counts={f"{threshold:g}": count for threshold, count in zip(THRESHOLDS, counts, strict=True)},
    )


def overlaps(prepared: PreparedImages, outputs: Outputs) -> list[float]:
    """The IoU, 0..1, of each image that has an object, in order."""
    return [
        iou(_truth(prepared, int(index)), prepared.letterboxes[index].decoded(*map(float, outputs["box"][index])))
        for index in np.flatnonzero(prepared.has_object)
    ]


def _truth(prepared: PreparedImages, index: int) -> Rectangle:
    box = prepared.box(index)
    assert box is not None
    return prepared.letterboxes[index].to_image(box)


def _mean(values: Sequence[float] | np.ndarray) -> float | None:
    return float(np.mean(values)) if len(values) else None
