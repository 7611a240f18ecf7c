"""What a model's outputs are worth, image by image, where the truth is known. No Keras."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from training.dataset.box import Box, Rectangle, iou
from training.dataset.dataset import LabelledImage
from training.run.answers.prediction import class_answer, predicted_box
from training.run.answers.predictor import Outputs
from training.run.model_card import ModelCard
from training.run.report.judged_images import DECIMALS, JudgedImage
from training.run.samples.classifier_images import prepare_classifier_images
from training.run.samples.prepared_images import PreparedImages, prepare_images
from training.run.samples.sample_reading import Sample


def prepared_to_judge(
    card: ModelCard, images: Sequence[LabelledImage], image_root: Path, source: str | None = None
) -> PreparedImages:
    """The samples by which a model is judged, as it was taught; of a classifier `source` is that of its card or another."""
    if not card.is_classifier:
        return prepare_images(images, image_root, card.class_names, card.input_size)
    return prepare_classifier_images(
        images, image_root, card.class_names, card.input_size, source or card.source, card.crop_margin
    )


def judged(split: str, prepared: PreparedImages, outputs: Outputs, card: ModelCard) -> list[JudgedImage]:
    """One for each sample of `prepared`, in their order, from the outputs for their squares."""
    judged_one = _judged_class if card.is_classifier else _judged_box
    return [
        judged_one(split, prepared, index, {head: values[index] for head, values in outputs.items()}, card)
        for index in range(len(prepared))
    ]


def _judged_box(split: str, prepared: PreparedImages, index: int, outputs: Outputs, card: ModelCard) -> JudgedImage:
    letterbox = prepared.letterboxes[index]
    seen = predicted_box(outputs, card.classes, letterbox)
    truth = _truth(prepared, index, card)
    return JudgedImage(
        filename=prepared.images[index].filename,
        split=split,
        width=letterbox.width,
        height=letterbox.height,
        truth=truth,
        predicted=_rounded(seen.as_box()),
        score=round(seen.score, DECIMALS),
        presence=round(float(outputs["presence"][0]), DECIMALS) if "presence" in outputs else None,
        iou=None if truth is None else round(iou(truth, seen), DECIMALS),
        epoch=card.epoch,
    )


def _judged_class(split: str, prepared: PreparedImages, index: int, outputs: Outputs, card: ModelCard) -> JudgedImage:
    """The predicted box is the true one, or the whole image, under the class that the model takes it for."""
    image = prepared.images[index]
    place = _rounded(_labelled(_place_of(prepared.samples[index]), ""))
    top = class_answer(outputs["class"], card.classes).top
    return JudgedImage(
        filename=image.filename,
        split=split,
        width=image.width,
        height=image.height,
        truth=_labelled(place, card.class_names[int(prepared.class_indices[index])]),
        predicted=_labelled(place, top[0].label),
        score=round(top[0].score, DECIMALS),
        presence=None,
        iou=None,
        epoch=card.epoch,
        top=tuple((one.label, round(one.score, DECIMALS)) for one in top),
    )


def _truth(prepared: PreparedImages, index: int, card: ModelCard) -> Box | None:
    box = prepared.samples[index].box
    return None if box is None else _rounded(_labelled(box, card.class_names[int(prepared.class_indices[index])]))


def _place_of(sample: Sample) -> Rectangle:
    return sample.box or Rectangle(0, 0, sample.image.width, sample.image.height)


def _labelled(place: Rectangle, label: str) -> Box:
    return Box(*place.corners, label)


def _rounded(box: Box) -> Box:
    """As the file has it: what is read back is what was judged, also close to a threshold."""
    return box.with_corners(*(round(edge, 3) for edge in box.corners))
