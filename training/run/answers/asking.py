"""What a model is shown of an image and how its outputs are read: where the recipes differ in asking. No Keras."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from training.dataset.box import Box, Rectangle
from training.dataset.dataset import LabelledImage
from training.run.answers.letterbox import Letterbox
from training.run.answers.prediction import Answer, PredictedBox, class_answer, kept_boxes
from training.run.model_card import ModelCard
from training.run.samples.classifier_images import IMAGES, boxes_inside, crop_around
from training.run.samples.sample_reading import Sample, SamplesOf

if TYPE_CHECKING:
    from training.run.answers.predictor import Outputs


def asked_image(filename: str, boxes: Iterable[Rectangle] = ()) -> LabelledImage:
    """An image that is only looked at, and the boxes that were drawn in it."""
    return LabelledImage(filename, 0, 0, tuple(Box(*box.corners, label="") for box in boxes))


def samples_to_ask(card: ModelCard) -> SamplesOf:
    """The whole image; for a classifier of boxes each box that lies in it, if there is any."""

    def samples_of(image: LabelledImage, width: int, height: int) -> list[Sample]:
        image = replace(image, width=width, height=height)
        boxes = boxes_inside(image.boxes, width, height) if card.is_classifier and card.source != IMAGES else []
        crops = [Sample(image, crop_around(box, card.crop_margin, width, height), box) for box in boxes]
        return crops or [Sample(image)]

    return samples_of


def answer_of(
    card: ModelCard,
    samples: Sequence[Sample],
    letterboxes: Sequence[Letterbox],
    outputs: Outputs,
    min_score: float | None = None,
) -> Answer:
    """What the outputs, row by row for the samples of one image, say about it.

    Of a localizer `min_score` 0..1 replaces the usual threshold (presence of at least 0.5); a classifier's answers that
    are less probable are left out.
    """
    if not card.is_classifier:
        rows = {head: values[0] for head, values in outputs.items()}
        return Answer(kept_boxes(rows, card.classes, letterboxes[0], min_score))
    places = [None if sample.box is None else Rectangle(*sample.box.corners) for sample in samples]
    found = [class_answer(row, card.classes, place) for row, place in zip(outputs["class"], places, strict=True)]
    answers = tuple(one for one in found if min_score is None or one.best.score >= min_score)
    boxes = (
        PredictedBox(*one.box.corners, one.best.label, one.best.class_id, one.best.score)
        for one in answers
        if one.box is not None
    )
    return Answer(tuple(boxes), answers)


def answers_about(
    card: ModelCard, samples: Sequence[Sample], letterboxes: Sequence[Letterbox], outputs: Outputs
) -> Iterator[tuple[str, Answer]]:
    """The name of each image that there are samples of, with what the outputs for all samples say about it.

    The samples of an image lie together.
    """
    for filename, group in groupby(range(len(samples)), key=lambda number: samples[number].image.filename):
        rows = list(group)
        part = slice(rows[0], rows[-1] + 1)
        of_image = {head: values[part] for head, values in outputs.items()}
        yield filename, answer_of(card, samples[part], letterboxes[part], of_image)
