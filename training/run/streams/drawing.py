"""What a model said, drawn into the picture: for annotated images and videos and the model card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from training.run.answers.letterbox import Pixels
from training.run.answers.prediction import Answer
from training.run.settings import ClassEntry

RGB = tuple[int, int, int]


def class_palette(classes: Sequence[ClassEntry]) -> dict[int, RGB]:
    """A colour for each class id, in the order of the palette."""
    raise NotImplementedError


def drawn(pixels: Pixels, answer: Answer, colours: Mapping[int, RGB], min_score: float = 0.0) -> Pixels:
    """A copy of the RGB image (H, W, 3) uint8 with the boxes, or with bars of the best three classes.

    `colours` by class id; another class gets grey. Boxes and answers below `min_score` 0..1 are left out.
    """
    raise NotImplementedError
