"""Batches for the classifier: pictures, or features that a frozen backbone made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from training.run.answers.letterbox import Pixels
from training.run.samples.augmentation import Augmentation, augmented
from training.run.samples.input_pipeline import Arrays, SampleBatches
from training.run.samples.prepared_images import PreparedImages


class ClassBatches(SampleBatches):
    """What the classifier's batches share: targets `class` (B, C) one-hot, and a weight for each class (C,)."""

    def __init__(
        self, class_indices: npt.NDArray[np.int64], class_weights: npt.NDArray[np.float32], **order: Any
    ) -> None:
        super().__init__(len(class_indices), **order)
        self.class_indices = class_indices
        self.class_weights = class_weights

    def targets_and_weights(self, chosen: Sequence[int]) -> tuple[Arrays, Arrays]:
        classes = self.class_indices[list(chosen)]
        one_hot = np.eye(len(self.class_weights), dtype=np.float32)[classes]
        return {"class": one_hot}, {"class": self.class_weights[classes]}


class CropBatches(ClassBatches):
    """Pictures (B, S, S, 3) uint8 RGB, targets and weights; with `training` varied by `augmentation`."""

    def __init__(
        self,
        prepared: PreparedImages,
        class_weights: npt.NDArray[np.float32],
        augmentation: Augmentation | None = None,
        **order: Any,
    ) -> None:
        super().__init__(prepared.class_indices, class_weights, **order)
        self.prepared = prepared
        self.augmentation = augmentation

    def batch_of(self, chosen: Sequence[int], places: Sequence[int], epoch: int) -> tuple[Pixels, Arrays, Arrays]:
        pictures = [self._made(which, epoch, place) for which, place in zip(chosen, places, strict=True)]
        return np.stack(pictures), *self.targets_and_weights(chosen)

    def _made(self, which: int, epoch: int, place: int) -> Pixels:
        if self.augmentation is None or not self.training:
            return np.asarray(self.prepared.squares[which])
        return varied(self.prepared, which, self.random(which, place, epoch), self.augmentation)


class FeatureBatches(ClassBatches):
    """Features (B, F) float32 of N samples, each of them un-varied and in K varied copies (N, 1 + K, F).

    With `training` each time one of a sample's copies is drawn.
    """

    def __init__(
        self,
        features: npt.NDArray[np.float32],
        class_indices: npt.NDArray[np.int64],
        class_weights: npt.NDArray[np.float32],
        **order: Any,
    ) -> None:
        super().__init__(class_indices, class_weights, **order)
        self.features = features

    def batch_of(
        self, chosen: Sequence[int], places: Sequence[int], epoch: int
    ) -> tuple[npt.NDArray[np.float32], Arrays, Arrays]:
        copies = self.features.shape[1]
        if self.training and copies > 1:
            drawn = [
                int(self.random(which, place, epoch).integers(copies))
                for which, place in zip(chosen, places, strict=True)
            ]
        else:
            drawn = [0] * len(chosen)
        return self.features[list(chosen), drawn], *self.targets_and_weights(chosen)


def varied(prepared: PreparedImages, which: int, random: np.random.Generator, how: Augmentation) -> Pixels:
    """A changed copy of a sample; where it is a crop, with all of its object."""
    box = prepared.box(which)
    return augmented(prepared.squares[which], box, random, how)[0]
