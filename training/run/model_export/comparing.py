"""Whether an exported model says the same as Keras. No Keras."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

import numpy as np

from training.dataset.box import iou
from training.run.answers.asking import answers_about
from training.run.answers.prediction import Answer
from training.run.answers.predictor import Outputs
from training.run.model_card import ModelCard
from training.run.model_export.export_result import Agreement
from training.run.samples.prepared_images import PreparedImages

TOLERANCE = 1e-3  # outputs are shares, 0..1
# Of int8, which rounds each number to one of 256.
LEAST_SAME_CLASS = 0.9
LEAST_SAME_PRESENCE = 0.9
LEAST_IOU = 0.85


def largest_difference(expected: Outputs, got: Outputs) -> float:
    """Of any output for any picture; infinite for what is no number."""
    differences = [float(np.max(np.abs(expected[head] - got[head]), initial=0.0)) for head in expected]
    return max(difference if np.isfinite(difference) else float("inf") for difference in differences)


def agreement_of(card: ModelCard, pictures: PreparedImages, expected: Outputs, got: Outputs) -> Agreement:
    """Each box that Keras sees against the nearest of the other's; a classifier's answers one by one."""
    same_class: list[bool] = []
    same_presence: list[bool] = []
    ious: list[float] = []
    for one, other in zip(_answers(card, pictures, expected), _answers(card, pictures, got), strict=True):
        if one.answers:
            pairs = zip(one.answers, other.answers, strict=True)
            same_class.extend(said.best.class_id == says.best.class_id for said, says in pairs)
            continue
        same_presence.append(bool(one.boxes) == bool(other.boxes))
        for box in one.boxes:
            nearest = max(other.boxes, key=lambda found: iou(box, found), default=None)
            ious.append(0.0 if nearest is None else iou(box, nearest))
            if nearest is not None:
                same_class.append(nearest.class_id == box.class_id)
    return Agreement(
        images=len({image.filename for image in pictures.images}),
        same_class=fmean(same_class) if same_class else 1.0,
        mean_iou=fmean(ious) if ious else None,
        same_presence=fmean(same_presence) if same_presence else None,
    )


def together(pictures: Sequence[PreparedImages], outputs: Sequence[Outputs]) -> tuple[PreparedImages, Outputs]:
    """Several sets of pictures as one, and the outputs for them."""
    first = pictures[0]
    joined = PreparedImages(
        images=tuple(image for part in pictures for image in part.images),
        samples=tuple(sample for part in pictures for sample in part.samples),
        squares=np.concatenate([part.squares for part in pictures]),
        boxes=np.concatenate([part.boxes for part in pictures]),
        class_indices=np.concatenate([part.class_indices for part in pictures]),
        letterboxes=tuple(letterbox for part in pictures for letterbox in part.letterboxes),
        problems=first.problems,
    )
    return joined, {head: np.concatenate([part[head] for part in outputs]) for head in outputs[0]}


def why_not(agreement: Agreement) -> str:
    """A sentence if the answers differ too much; else nothing."""
    limits = (
        ("the same class", agreement.same_class, LEAST_SAME_CLASS),
        ("whether there is an object", agreement.same_presence, LEAST_SAME_PRESENCE),
        ("a mean IoU of its boxes", agreement.mean_iou, LEAST_IOU),
    )
    for what, value, least in limits:
        if value is not None and value < least:
            return f"rounded to int8 it agrees too little with Keras: {what} {value:.2f}, expected at least {least:g}"
    return ""


def _answers(card: ModelCard, pictures: PreparedImages, outputs: Outputs) -> list[Answer]:
    return [answer for _, answer in answers_about(card, pictures.samples, pictures.letterboxes, outputs)]
