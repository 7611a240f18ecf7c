"""Images decoded once, letterboxed and kept in memory, with what is to be learned about each. No Keras."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from training.dataset.dataset import LabelledImage, Problem
from training.run.letterbox import Letterbox, Pixels


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

    def __len__(self) -> int:
        return len(self.images)


def prepare_images(
    images: Sequence[LabelledImage],
    image_root: Path,
    classes: Sequence[str],
    input_size: int,
    progress: Callable[[int, int], None] | None = None,
) -> PreparedImages:
    """Read every image as a square of `input_size` pixels; the largest box is the target.

    `progress(done, total)` is called from the calling thread and may raise to stop. Images that can't be used are left
    out and told in `problems`: unreadable, a class that is not in `classes`, a class of its own but no box.
    """
    raise NotImplementedError
