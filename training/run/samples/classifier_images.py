"""What a classifier looks at: what lies in each box with some of what is around it, or the whole image. No Keras."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from training.dataset.box import Box, Rectangle
from training.dataset.dataset import LabelledImage
from training.run.samples.prepared_images import PreparedImages, Progress, prepare_samples
from training.run.samples.sample_reading import Sample, SamplesOf, UnusableError

BOXES = "boxes"
IMAGES = "images"


def crop_around(box: Rectangle, margin: float, width: float, height: float) -> Rectangle:
    """A box widened on each side by this share of its width or height, as far as the image goes; in its pixels."""
    across, down = margin * box.width, margin * box.height
    wider = Rectangle(box.xmin - across, box.ymin - down, box.xmax + across, box.ymax + down)
    return wider.clipped(width, height)


def boxes_inside(boxes: Sequence[Box], width: int, height: int) -> list[Box]:
    """What of the boxes lies in an image; those that lie outside are left out."""
    return [box for box in (box.clipped(width, height) for box in boxes) if not box.is_empty]


def classifier_samples(classes: Sequence[str], source: str, crop_margin: float) -> SamplesOf:
    """With source "boxes" one sample for each box, none for an image without any; with "images" one for each image.

    `Sample.box` is the part of the drawn box that is inside, None for whole images; `Sample.image` states the size that
    the upright image really has. Boxes of classes that are not in `classes` are left out where the image has others;
    otherwise UnusableError, as for an image that has nothing to be learned.
    """
    indices = {name: index for index, name in enumerate(classes)}

    def of_boxes(image: LabelledImage, width: int, height: int) -> list[Sample]:
        image = replace(image, width=width, height=height)
        if image.is_negative:
            return []
        boxes = _usable_boxes(image, indices)
        return [Sample(image, crop_around(box, crop_margin, width, height), box, indices[box.label]) for box in boxes]

    def of_image(image: LabelledImage, width: int, height: int) -> list[Sample]:
        if image.image_class is None:
            raise UnusableError("it has no class of its own")
        _check_known(image.image_class, indices)
        return [Sample(replace(image, width=width, height=height), class_index=indices[image.image_class])]

    return of_image if source == IMAGES else of_boxes


def prepare_classifier_images(
    images: Sequence[LabelledImage],
    image_root: Path,
    classes: Sequence[str],
    input_size: int,
    source: str,
    crop_margin: float,
    progress: Progress | None = None,
    run_folder: Path | None = None,
) -> PreparedImages:
    """Every sample of `classifier_samples` as a square of `input_size` pixels; the rest as for `prepare_samples`."""
    samples_of = classifier_samples(classes, source, crop_margin)
    at_most = len(images) if source == IMAGES else sum(len(image.boxes) for image in images)
    return prepare_samples(images, image_root, input_size, samples_of, at_most, progress, run_folder)


def _usable_boxes(image: LabelledImage, indices: dict[str, int]) -> list[Box]:
    if not image.boxes:
        raise UnusableError("it has a class of its own but no box")
    inside = boxes_inside(image.boxes, image.width, image.height)
    if not inside:
        raise UnusableError(f"its boxes lie outside the image of {image.width}x{image.height} pixels")
    usable = [box for box in inside if box.label in indices]
    if not usable:
        _check_known(inside[0].label, indices)
    return usable


def _check_known(label: str, indices: dict[str, int]) -> None:
    if label not in indices:
        raise UnusableError(f"its class {label!r} is none of the classes that are trained")
