"""Batches of samples in an order that epoch and seed give, and those of the localizer, in any Keras backend."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from training.dataset.box import Rectangle
from training.run.answers.letterbox import Pixels
from training.run.samples.augmentation import Augmentation, augmented
from training.run.samples.prepared_images import PreparedImages
from training.run.samples.sharing import Sharing

Arrays = dict[str, npt.NDArray[np.float32]]
ORDERS_KEPT = 3  # of the end of an epoch and the beginning of the next


class SampleBatches(keras.utils.PyDataset, ABC):  # type: ignore[misc]
    """Batches of `count` samples for `model.fit`; give `shuffle=False` there, shuffling is done here.

    With `training` every epoch has another order, full batches only (filled up from the next order; at least
    `minimum_steps` of them); the same seed and `epoch` (from 0) give the same batches, and `EpochFollower` keeps `epoch`
    right. Without `training`: each sample once, in order, the last batch maybe smaller. `sharing` says how devices share
    the batches, and which part of each is made here.
    """

    def __init__(
        self, count: int, *, batch_size: int, training: bool = False, seed: int = 0, minimum_steps: int = 1
    ) -> None:
        super().__init__()
        if count == 0:
            raise ValueError(f"{type(self).__name__}: expected at least one picture, came none")
        self.count = count
        self.batch_size = batch_size
        self.training = training
        self.seed = seed
        self.minimum_steps = minimum_steps
        self.epoch = 0
        self.sharing = Sharing()
        self._order = lru_cache(maxsize=ORDERS_KEPT)(self._new_order)

    @abstractmethod
    def batch_of(self, chosen: Sequence[int], places: Sequence[int], epoch: int) -> Any:
        """Inputs, targets and weights of these samples, which come at these places of an epoch (from 0)."""

    def random(self, which: int, place: int, epoch: int) -> np.random.Generator:
        """For what is done to a sample at a place of an epoch."""
        return np.random.default_rng((self.seed, epoch, place, which))

    def __len__(self) -> int:
        if not self.training:
            return len(self.sharing.judged(self.count, self.batch_size))
        return max(math.ceil(self.count / self.batch_size), self.minimum_steps)

    def __getitem__(self, index: int) -> Any:
        return self.batch_at(self.epoch, index)

    def batch_at(self, epoch: int, index: int) -> Any:
        """Batch number `index` of an epoch, both from 0, whatever epoch it is now."""
        if self.training:
            places = self.sharing.own(range(index * self.batch_size, (index + 1) * self.batch_size))
            return self.batch_of(self._samples_at(epoch, places), places, epoch)
        there = self.sharing.own(self.sharing.judged(self.count, self.batch_size)[index])
        return self.batch_of([place % self.count for place in there], there, epoch)

    def on_epoch_end(self) -> None:
        self.epoch += 1

    def _new_order(self, epoch: int, order: int) -> npt.NDArray[np.int64]:
        return np.random.default_rng((self.seed, epoch, order)).permutation(self.count)

    def _samples_at(self, epoch: int, places: range) -> list[int]:
        """Which samples come at these places of an epoch: orders follow one another, each going through them all."""
        orders = {
            order: self._order(epoch, order)
            for order in range(places.start // self.count, (places.stop - 1) // self.count + 1)
        }
        return [int(orders[place // self.count][place % self.count]) for place in places]


class LocalizerBatches(SampleBatches):
    """(pictures, targets, weights) for `model.fit`.

    Pictures (B, S, S, 3) uint8 RGB. Targets `class` (B, C) one-hot, `box` (B, 4) centre-x, centre-y, width, height as
    shares of the square, `presence` (B, 1), and `cells` (B, 5 + C), the three in one row: presence, box, class. The last
    two are there for networks that have them.
    Weights: 1 where there is an object, else 0, for class and box; 1 for the others.

    With `training` pictures are varied by `augmentation`.
    """

    def __init__(
        self,
        prepared: PreparedImages,
        *,
        class_count: int,
        presence: bool,
        cells: bool = True,
        batch_size: int,
        training: bool = False,
        augmentation: Augmentation | None = None,
        seed: int = 0,
        minimum_steps: int = 1,
    ) -> None:
        super().__init__(
            len(prepared), batch_size=batch_size, training=training, seed=seed, minimum_steps=minimum_steps
        )
        self.prepared = prepared
        self.class_count = class_count
        self.presence = presence
        self.cells = cells
        self.augmentation = augmentation

    def batch_of(self, chosen: Sequence[int], places: Sequence[int], epoch: int) -> tuple[Pixels, Arrays, Arrays]:
        made = [self._made(which, epoch, place) for which, place in zip(chosen, places, strict=True)]
        pictures = np.stack([picture for picture, _ in made])
        return pictures, *self._targets_and_weights(list(chosen), [box for _, box in made])

    def _made(self, which: int, epoch: int, place: int) -> tuple[Pixels, Rectangle | None]:
        square, box = self.prepared.squares[which], self.prepared.box(which)
        if self.augmentation is None or not self.training:
            return square, box
        return augmented(square, box, self.random(which, place, epoch), self.augmentation)

    def _targets_and_weights(self, chosen: list[int], boxes: list[Rectangle | None]) -> tuple[Arrays, Arrays]:
        count, size = len(chosen), self.prepared.squares.shape[1]
        targets: Arrays = {
            "class": np.zeros((count, self.class_count), np.float32),
            "box": np.zeros((count, 4), np.float32),
        }
        has_object = self.prepared.has_object[chosen].astype(np.float32)
        weights: Arrays = {"class": has_object, "box": has_object}
        for row, (which, box) in enumerate(zip(chosen, boxes, strict=True)):
            if box is not None:
                targets["class"][row, self.prepared.class_indices[which]] = 1.0
                targets["box"][row] = encoded(box, size)
        if self.cells:
            targets["cells"] = np.concatenate([has_object[:, None], targets["box"], targets["class"]], axis=1)
            weights["cells"] = np.ones_like(has_object)
        if self.presence:
            targets["presence"] = has_object[:, None]
            weights["presence"] = np.ones_like(has_object)
        return targets, weights


class RestOfEpoch(keras.utils.PyDataset):  # type: ignore[misc]
    """The batches of an epoch from number `first` on (from 0); at least one must be left."""

    def __init__(self, batches: SampleBatches, first: int) -> None:
        super().__init__()
        if not 0 <= first < len(batches):
            raise ValueError(f"RestOfEpoch: expected a first batch of 0 to {len(batches) - 1}, came {first}")
        self.batches = batches
        self.first = first

    def __len__(self) -> int:
        return len(self.batches) - self.first

    def __getitem__(self, index: int) -> Any:
        return self.batches[self.first + index]


class EpochFollower(keras.callbacks.Callback):  # type: ignore[misc]
    """Tells the batches which epoch it is. Keras alone ends one more than there are, and knows of none resumed."""

    def __init__(self, batches: SampleBatches) -> None:
        super().__init__()
        self.batches = batches

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        self.batches.epoch = epoch


def encoded(box: Rectangle, size: int) -> tuple[float, float, float, float]:
    """Pixels of a square to centre-x, centre-y, width, height as shares of it; `Letterbox.decoded` is the way back."""
    return (
        (box.xmin + box.xmax) / 2 / size,
        (box.ymin + box.ymax) / 2 / size,
        box.width / size,
        box.height / size,
    )
