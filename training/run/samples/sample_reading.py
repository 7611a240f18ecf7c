"""From image files to squares: each file is opened and decoded once, however many samples it gives. No Keras."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from training.dataset.box import Box, Rectangle
from training.dataset.dataset import LabelledImage, Problem
from training.dataset.image_files import ImageProblem, UprightImage, opened_upright
from training.dataset.relative_paths import leaves_folder
from training.run.answers.letterbox import Letterbox, Pixels, placed
from training.run.machine.machine import usable_cores

MOST_THREADS = 16  # each may hold a whole photo, of many megabytes where it is no JPEG
READ_AHEAD = 8  # images for each thread


class UnusableError(Exception):
    """An image that nothing can be learned from; the message says why in one plain sentence."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One square to learn from.

    `crop` is the part of the upright image that is seen, in its pixels, and is widened to whole ones; None: all of it.
    `box` is the object, in pixels of the upright image; `class_index` is -1 where there is none.
    """

    image: LabelledImage
    crop: Rectangle | None = None
    box: Box | None = None
    class_index: int = -1


# What an image of this width and height gives. Called in threads; raises UnusableError.
SamplesOf = Callable[[LabelledImage, int, int], Sequence[Sample]]


@dataclass(frozen=True, slots=True)
class PlacedSample:
    """`letterbox` leads from the square to the crop; `box` is the object in pixels of the square."""

    sample: Sample
    letterbox: Letterbox
    box: Rectangle | None


Squares = list[tuple[Pixels, PlacedSample]]  # each (S, S, 3) uint8


def in_threads(
    images: Sequence[LabelledImage], image_root: Path, size: int, samples_of: SamplesOf
) -> Iterator[Squares | Problem]:
    """What became of each image, in order; decoding releases the interpreter's lock.

    No more is read than a few images ahead of what was taken: a slow disk for the squares must not fill the memory.
    """
    threads = min(MOST_THREADS, usable_cores())
    coming: deque[Future[Squares | Problem]] = deque()
    pool = ThreadPoolExecutor(threads, thread_name_prefix="decode")
    try:
        for image in images:
            coming.append(pool.submit(_read_or_problem, image, image_root, size, samples_of))
            if len(coming) > READ_AHEAD * threads:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _read_or_problem(image: LabelledImage, image_root: Path, size: int, samples_of: SamplesOf) -> Squares | Problem:
    try:
        return read_squares(image, _inside(image_root, image.filename), size, samples_of)
    except ImageProblem as problem:
        return Problem(image.filename, None, problem.reason)
    except UnusableError as error:
        return Problem(image.filename, None, str(error))


def _inside(image_root: Path, filename: str) -> Path:
    if leaves_folder(filename):
        raise UnusableError(f"it lies outside the image folder {image_root}")
    return image_root / filename


def read_squares(image: LabelledImage, path: Path, size: int, samples_of: SamplesOf) -> Squares:
    """What `samples_of` finds in the image of a file, decoded in the size that is needed.

    Raises ImageProblem, UnusableError.
    """
    with opened_upright(path) as file:
        return squares_in(image, file, size, samples_of)


def squares_in(image: LabelledImage, file: UprightImage, size: int, samples_of: SamplesOf) -> Squares:
    """The same for one that is open."""
    width, height = file.size()
    samples = samples_of(image, width, height)
    crops = [_whole_pixels(sample.crop, width, height) for sample in samples]
    if not crops:
        return []
    pixels = file.pixels(at_least=_side_needed(crops, (width, height), size))
    scales = pixels.shape[1] / width, pixels.shape[0] / height
    return [_cut(pixels, scales, sample, crop, size) for sample, crop in zip(samples, crops, strict=True)]


def squares_of(pixels: Pixels, samples: Sequence[Sample], size: int) -> Squares:
    """The same from an upright RGB image (H, W, 3) uint8 in its full size. Raises UnusableError."""
    height, width = pixels.shape[:2]
    return [_cut(pixels, (1.0, 1.0), one, _whole_pixels(one.crop, width, height), size) for one in samples]


def _whole_pixels(crop: Rectangle | None, width: int, height: int) -> tuple[int, int, int, int]:
    if crop is None:
        return 0, 0, width, height
    inside = crop.clipped(width, height)
    if inside.is_empty:
        raise UnusableError(f"a part to be cut out lies outside the image of {width}x{height} pixels")
    return math.floor(inside.xmin), math.floor(inside.ymin), math.ceil(inside.xmax), math.ceil(inside.ymax)


def _side_needed(crops: Sequence[tuple[int, int, int, int]], image_size: tuple[int, int], size: int) -> int:
    """The longer side at which even the smallest crop has twice the pixels of its square.

    That leaves the last, exact step of shrinking to one place for training and prediction.
    """
    smallest = min(max(right - left, bottom - top) for left, top, right, bottom in crops)
    return math.ceil(2 * size * max(image_size) / smallest)


def _cut(
    pixels: Pixels, scales: tuple[float, float], sample: Sample, crop: tuple[int, int, int, int], size: int
) -> tuple[Pixels, PlacedSample]:
    left, top, right, bottom = crop
    across = _span(left, right, scales[0], pixels.shape[1])
    down = _span(top, bottom, scales[1], pixels.shape[0])
    letterbox = Letterbox(right - left, bottom - top, size)
    box = None if sample.box is None else letterbox.to_square(_from(sample.box, left, top))
    return placed(pixels[down, across], letterbox), PlacedSample(sample, letterbox, box)


def _from(box: Box, left: int, top: int) -> Box:
    """In pixels of a crop that begins there."""
    return box.with_corners(box.xmin - left, box.ymin - top, box.xmax - left, box.ymax - top)


def _span(begin: int, end: int, scale: float, length: int) -> slice:
    """From pixels of the image to those that were decoded; at least one."""
    first = min(round(begin * scale), length - 1)
    return slice(first, min(max(round(end * scale), first + 1), length))
