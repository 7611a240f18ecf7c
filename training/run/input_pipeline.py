"""Batches for the localizer, in any Keras backend."""

from __future__ import annotations

import keras
import numpy as np
import numpy.typing as npt

from training.run.augmentation import Augmentation
from training.run.prepared_images import PreparedImages

Arrays = dict[str, npt.NDArray[np.float32]]


class LocalizerBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """(pictures, targets, weights) for `model.fit`; give `shuffle=False` there, shuffling is done here.

    Pictures (B, S, S, 3) uint8 RGB. Targets `class` (B, C) one-hot, `box` (B, 4) centre-x, centre-y, width, height as
    shares of the square, `presence` (B, 1). Weights: 1 where there is an object, else 0, for class and box; 1 for presence.

    With `training` every epoch has another order, full batches only (filled up from the next order; at least
    `minimum_steps` of them) and `augmentation`; the same seed gives the same batches. `epoch` (from 0) can be set to go on
    later. Without `training`: each picture once, in order, unchanged, the last batch maybe smaller.
    """

    def __init__(
        self,
        prepared: PreparedImages,
        *,
        class_count: int,
        presence: bool,
        batch_size: int,
        training: bool = False,
        augmentation: Augmentation | None = None,
        seed: int = 0,
        minimum_steps: int = 1,
    ) -> None:
        super().__init__()
        self.epoch = 0
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError

    def __getitem__(self, index: int) -> tuple[npt.NDArray[np.uint8], Arrays, Arrays]:
        raise NotImplementedError

    def on_epoch_end(self) -> None:
        self.epoch += 1
