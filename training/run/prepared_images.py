"""Images decoded once, letterboxed and kept in memory, with what is to be learned about each. No Keras."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from training.dataset.box import Box, Rectangle
from training.dataset.dataset import LabelledImage, Problem
from training.dataset.image_files import ImageProblem, read_size, read_upright
from training.dataset.relative_paths import leaves_folder
from training.run.answers.letterbox import Letterbox, Pixels, placed

# Above this the squares lie in a temporary file that the system pages in as needed.
LARGEST_IN_MEMORY = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class PreparedImages:
    """N pictures and their targets, in the order of `images`.

    `squares` (N, S, S, 3) uint8; `boxes` (N, 4) float32 xmin, ymin, xmax, ymax in pixels of the square, zeros where
    there is none; `class_indices` (N,) int64, -1 where there is no object; `letterboxes[i]` leads back to the image.
    """

    images: tuple[LabelledImage, ...]
    squares: Pixels
    boxes: npt.NDArray[np.float32]
    class_indices: npt.NDArray[np.int64]
    letterboxes: tuple[Letterbox, ...]
    problems: tuple[Problem, ...]

    @property
    def has_object(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self.class_indices >= 0)

    def box(self, index: int) -> Rectangle | None:
        """The target of one picture, in pixels of its square."""
        if self.class_indices[index] < 0:
            return None
        return Rectangle(*(float(edge) for edge in self.boxes[index]))

    def __len__(self) -> int:
        return len(self.images)


@dataclass(frozen=True, slots=True)
class _Prepared:
    square: Pixels
    letterbox: Letterbox
    box: Rectangle | None
    class_index: int


def prepare_images(
    images: Sequence[LabelledImage],
    image_root: Path,
    classes: Sequence[str],
    input_size: int,
    progress: Callable[[int, int], None] | None = None,
) -> PreparedImages:
    """Read every image as a square of `input_size` pixels; the largest box is the target.

    `progress(done, total)` is called from the calling thread and may raise to stop. Images that can't be used are left
    out and told in `problems`: unreadable, a class that is not in `classes`, a class of its own but no box, a box that
    lies outside the image.
    """
    squares = _room_for(len(images), input_size)
    kept: list[tuple[LabelledImage, _Prepared]] = []
    problems: list[Problem] = []
    outcomes = _in_threads(images, image_root, {name: index for index, name in enumerate(classes)}, input_size)
    for done, (image, outcome) in enumerate(zip(images, outcomes, strict=True), start=1):
        if isinstance(outcome, Problem):
            problems.append(outcome)
        else:
            squares[len(kept)] = outcome.square
            kept.append((image, outcome))
        if progress is not None:
            progress(done, len(images))
    return PreparedImages(
        images=tuple(image for image, _ in kept),
        squares=squares[: len(kept)],
        boxes=np.array([_corners(one.box) for _, one in kept], np.float32).reshape(-1, 4),
        class_indices=np.array([one.class_index for _, one in kept], np.int64),
        letterboxes=tuple(one.letterbox for _, one in kept),
        problems=tuple(problems),
    )


def _room_for(count: int, size: int) -> Pixels:
    shape = (count, size, size, 3)
    if count * size * size * 3 <= LARGEST_IN_MEMORY:
        return np.empty(shape, np.uint8)
    with tempfile.TemporaryFile() as file:
        return np.memmap(file, np.uint8, "w+", shape=shape)


def _in_threads(
    images: Sequence[LabelledImage], image_root: Path, class_indices: dict[str, int], size: int
) -> Iterator[_Prepared | Problem]:
    """What became of each image, in order; decoding releases the interpreter's lock."""
    pool = ThreadPoolExecutor(max_workers=min(8, os.cpu_count() or 1), thread_name_prefix="decode")
    try:
        yield from pool.map(lambda image: _prepared(image, image_root, class_indices, size), images)
    finally:
        pool.shutdown(cancel_futures=True)


def _prepared(image: LabelledImage, image_root: Path, class_indices: dict[str, int], size: int) -> _Prepared | Problem:
    try:
        return _read(image, _inside(image_root, image.filename), class_indices, size)
    except ImageProblem as problem:
        return Problem(image.filename, None, problem.reason)
    except _UnusableError as error:
        return Problem(image.filename, None, str(error))


class _UnusableError(Exception):
    pass


def _read(image: LabelledImage, path: Path, class_indices: dict[str, int], size: int) -> _Prepared:
    width, height = read_size(path)
    box = _target(image, width, height)
    if box is not None and box.label not in class_indices:
        raise _UnusableError(f"its class {box.label!r} is none of the classes that are trained")
    letterbox = Letterbox(width, height, size)
    return _Prepared(
        # Twice the size leaves the last, exact step of shrinking to one place for training and prediction.
        square=placed(read_upright(path, max_side=2 * size), letterbox),
        letterbox=letterbox,
        box=None if box is None else letterbox.to_square(box),
        class_index=-1 if box is None else class_indices[box.label],
    )


def _target(image: LabelledImage, width: int, height: int) -> Box | None:
    if image.is_negative:
        return None
    if not image.boxes:
        raise _UnusableError("it has a class of its own but no box")
    inside = [box for box in (box.clipped(width, height) for box in image.boxes) if not box.is_empty]
    if not inside:
        raise _UnusableError(f"its boxes lie outside the image of {width}x{height} pixels")
    return max(inside, key=lambda box: box.area)


def _inside(image_root: Path, filename: str) -> Path:
    if leaves_folder(filename):
        raise _UnusableError(f"it lies outside the image folder {image_root}")
    return image_root / filename


def _corners(box: Rectangle | None) -> tuple[float, float, float, float]:
    return (0.0, 0.0, 0.0, 0.0) if box is None else box.corners
