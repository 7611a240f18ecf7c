"""What every way of asking a model has in common: pictures in, boxes in original pixels out. No Keras."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from training.dataset.image_files import read_size, read_upright
from training.run.answers.letterbox import Letterbox, Pixels, letterboxed, placed
from training.run.answers.prediction import PredictedBox, kept_boxes
from training.run.model_card import ModelCard

Outputs = dict[str, npt.NDArray[np.float32]]


class Predictor(ABC):
    """A loaded model and what it says about itself."""

    card: ModelCard

    @abstractmethod
    def outputs(self, squares: Pixels) -> Outputs:
        """The model's outputs, by head, (N, ...) float32, for letterboxed squares (N, S, S, 3) uint8 RGB."""

    def predict(self, image: Pixels, min_score: float | None = None) -> list[PredictedBox]:
        """The boxes in an upright RGB image (H, W, 3) uint8, in its pixels; empty where the model sees no object.

        `min_score` 0..1 replaces the usual threshold (presence of at least 0.5).
        """
        letterbox = Letterbox(image.shape[1], image.shape[0], self.card.input_size)
        outputs = self.outputs(letterboxed(image, self.card.input_size)[None])
        return list(self.boxes(outputs, [letterbox], min_score)[0])

    def boxes(
        self, outputs: Outputs, letterboxes: Sequence[Letterbox], min_score: float | None = None
    ) -> list[tuple[PredictedBox, ...]]:
        """The boxes of each of N pictures, from the outputs for their squares and where the images lie in those."""
        return [
            kept_boxes({head: values[row] for head, values in outputs.items()}, self.card.classes, letterbox, min_score)
            for row, letterbox in enumerate(letterboxes)
        ]


def read_square(path: Path, input_size: int) -> tuple[Pixels, Letterbox]:
    """An image file as a letterboxed square, and where the image lies in it; read in the size that is needed.

    Raises ImageProblem.
    """
    letterbox = Letterbox(*read_size(path), input_size)
    return placed(read_upright(path, max_side=2 * input_size), letterbox), letterbox
