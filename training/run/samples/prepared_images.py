"""Samples decoded once, letterboxed and kept at hand, with what is to be learned about each. No Keras."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from training.dataset.box import Box, Rectangle
from training.dataset.dataset import LabelledImage, Problem
from training.run.answers.letterbox import Letterbox, Pixels
from training.run.samples.prepared_room import room_for
from training.run.samples.sample_reading import PlacedSample, Sample, SamplesOf, UnusableError, in_threads

__all__ = ["PreparedImages", "Sample", "SamplesOf", "UnusableError", "prepare_images", "prepare_samples"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class PreparedImages:
    """N samples and their targets: whole images, or parts cut out of images.

    `squares` (N, S, S, 3) uint8; `boxes` (N, 4) float32 xmin, ymin, xmax, ymax in pixels of the square, zeros where
    there is none; `class_indices` (N,) int64, -1 where there is no object; `letterboxes[i]` leads back to the crop, which
    is the whole image unless `samples[i].crop` says otherwise. `images[i]` is the image that sample i is of,
    `samples[i].box` the object in its pixels.
    """

    images: tuple[LabelledImage, ...]
    samples: tuple[Sample, ...]
    squares: Pixels
    boxes: npt.NDArray[np.float32]
    class_indices: npt.NDArray[np.int64]
    letterboxes: tuple[Letterbox, ...]
    problems: tuple[Problem, ...]

    @property
    def has_object(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self.class_indices >= 0)

    def box(self, index: int) -> Rectangle | None:
        """The object of one sample in pixels of its square; None where there is none, or it is the image as a whole."""
        if self.samples[index].box is None:
            return None
        return Rectangle(*(float(edge) for edge in self.boxes[index]))

    def __len__(self) -> int:
        return len(self.samples)


def prepare_images(
    images: Sequence[LabelledImage],
    image_root: Path,
    classes: Sequence[str],
    input_size: int,
    progress: Progress | None = None,
    run_folder: Path | None = None,
) -> PreparedImages:
    """Read every image as a square of `input_size` pixels; the largest box is the target.

    Images that can't be used are left out and told in `problems`: unreadable, a class that is not in `classes`, a class
    of its own but no box, a box that lies outside the image. The others as for `prepare_samples`.
    """
    indices = {name: index for index, name in enumerate(classes)}

    def whole_image(image: LabelledImage, width: int, height: int) -> list[Sample]:
        box = _target(image, width, height)
        if box is None:
            return [Sample(image)]
        if box.label not in indices:
            raise UnusableError(f"its class {box.label!r} is none of the classes that are trained")
        return [Sample(image, box=box, class_index=indices[box.label])]

    return prepare_samples(images, image_root, input_size, whole_image, len(images), progress, run_folder)


def prepare_samples(
    images: Sequence[LabelledImage],
    image_root: Path,
    size: int,
    samples_of: SamplesOf,
    at_most: int,
    progress: Progress | None = None,
    run_folder: Path | None = None,
) -> PreparedImages:
    """Read every image once and keep what `samples_of` finds in it, `at_most` samples in all, as squares of `size` pixels.

    `samples_of(image, width, height)` is called in threads once the upright image's size is known and raises UnusableError
    for an image to be left out; its problem is told in `problems`, as that of a file that can't be read.
    `progress(images done, images in all)` is called from the calling thread and may raise to stop.
    What memory has no room for lies in a file, in the folder for such files or in `run_folder`; NoRoom when nowhere.
    """
    squares = room_for(at_most, size, run_folder)
    kept: list[PlacedSample] = []
    problems: list[Problem] = []
    for done, outcome in enumerate(in_threads(images, image_root, size, samples_of), start=1):
        if isinstance(outcome, Problem):
            problems.append(outcome)
        else:
            for square, placed in outcome:
                squares[len(kept)] = square
                kept.append(placed)
        if progress is not None:
            progress(done, len(images))
    return _prepared(kept, squares[: len(kept)], problems)


def _prepared(kept: Sequence[PlacedSample], squares: Pixels, problems: Sequence[Problem]) -> PreparedImages:
    return PreparedImages(
        images=tuple(one.sample.image for one in kept),
        samples=tuple(one.sample for one in kept),
        squares=squares,
        boxes=np.array([_corners(one.box) for one in kept], np.float32).reshape(-1, 4),
        class_indices=np.array([one.sample.class_index for one in kept], np.int64),
        letterboxes=tuple(one.letterbox for one in kept),
        problems=tuple(problems),
    )


def _target(image: LabelledImage, width: int, height: int) -> Box | None:
    if image.is_negative:
        return None
    if not image.boxes:
        raise UnusableError("it has a class of its own but no box")
    inside = [box for box in (box.clipped(width, height) for box in image.boxes) if not box.is_empty]
    if not inside:
        raise UnusableError(f"its boxes lie outside the image of {width}x{height} pixels")
    return max(inside, key=lambda box: box.area)


def _corners(box: Rectangle | None) -> tuple[float, float, float, float]:
    return (0.0, 0.0, 0.0, 0.0) if box is None else box.corners
