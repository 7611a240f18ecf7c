"""The sample pictures: a little world of clay toys that the program draws for itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import ExifTags, Image

from training.dataset.box import Box
from training.dataset.dataset import Dataset, LabelledImage
from training.dataset.sample_art.composition import clear_of_each_other, lay, out_of_focus, photographed, scattered, toy
from training.dataset.sample_art.light import random_light
from training.dataset.sample_art.scene import GROUNDS, TOYS
from training.dataset.sample_plan import PicturePlan, plan_pictures

Progress = Callable[[int, int], None]
CLASSES = tuple(TOYS)
_JPEG_QUALITY = 88
# How an upright picture has to be turned so that its EXIF orientation turns it back.
_STORED = {
    3: Image.Transpose.ROTATE_180,
    6: Image.Transpose.ROTATE_90,
    8: Image.Transpose.ROTATE_270,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """Upright pixels (H, W, 3), RGB bytes, and the tight box of the toy, None where there is none."""

    pixels: NDArray[np.uint8]
    box: Box | None


def draw_picture(rng: Generator, width: int, height: int, label: str | None, ground: str) -> Picture:
    """One picture of at least 64 x 64 pixels with a toy of CLASSES, or without any, on one of GROUNDS.

    The box is made of whole pixels: the outermost ones that the toy, without its shadow, covers by half or more.
    """
    place = GROUNDS[ground]
    ground_rng, toy_rng, camera_rng = rng.spawn(3)
    light = random_light(ground_rng)
    picture = place.paint(ground_rng, (height, width), light)
    things = scattered((height, width), place, light, ground_rng)
    model = None if label is None else toy(label, (height, width), light, toy_rng)
    for thing in clear_of_each_other(things, model):
        lay(picture, thing, light, 0.9 * place.shadow)
    picture = out_of_focus(picture, ground_rng)
    if model is not None:
        lay(picture, model, light, place.shadow)
    box = None if model is None or label is None else Box(*model.bounds.corners, label)
    return Picture(photographed(picture, place, camera_rng), box)


def draw_sample(folder: Path, count: int = 240, seed: int = 7, progress: Progress | None = None) -> Dataset:
    """Write `count` pictures into subfolders of `folder` and return what is truly on them, without splits.

    The same seed gives the same pictures. `progress` is called with (done, count) after each; what it raises
    ends the drawing. Raises OSError when a file can't be written.
    """
    plans = plan_pictures(count, seed)
    for album in {plan.album for plan in plans}:
        (folder / album).mkdir(parents=True, exist_ok=True)
    images: list[LabelledImage] = []
    for plan in plans:
        images.append(_draw_to_file(folder, plan))
        if progress:
            progress(len(images), count)
    return Dataset(tuple(sorted(images, key=lambda image: image.filename)), CLASSES)


def _draw_to_file(folder: Path, plan: PicturePlan) -> LabelledImage:
    picture = draw_picture(plan.random_numbers(), plan.width, plan.height, plan.label, plan.ground)
    _write(folder / plan.filename, picture.pixels, plan)
    boxes = () if picture.box is None else (picture.box,)
    return LabelledImage(plan.filename, plan.width, plan.height, boxes)


def _write(path: Path, pixels: NDArray[np.uint8], plan: PicturePlan) -> None:
    image = Image.fromarray(pixels)
    if plan.grey:
        image = image.convert("L")
    if path.suffix == ".png":
        image.save(path, "PNG")
        return
    exif = Image.Exif()
    if plan.orientation != 1:
        image = image.transpose(_STORED[plan.orientation])
        exif[ExifTags.Base.Orientation] = plan.orientation
    image.save(path, "JPEG", quality=_JPEG_QUALITY, exif=exif)
