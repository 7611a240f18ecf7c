"""The course's digits: each pasted somewhere into a black square, a box around the whole tile, new places every epoch."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from training.run.samples.input_pipeline import Arrays, SampleBatches

SQUARE, TILE, CLASSES = 75, 28, 10
PLACES = SQUARE - TILE + 1  # 0..47: the tile always lies whole in the square
STEPS, BATCH = 117, 512  # of an epoch: 59,904 of the 60,000 digits
TEST_SEED = 20_000

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Digits:
    """`tiles` (N, 28, 28) and `labels` (N,) uint8."""

    tiles: Bytes
    labels: Bytes

    def __len__(self) -> int:
        return len(self.tiles)


def add_digits_options(parser: argparse.ArgumentParser, epochs: int) -> None:
    """Which digits, and how much is learned of them."""
    parser.add_argument("--mnist", type=Path, required=True, metavar="FILE", help="mnist.npz, as keras.datasets has it")
    parser.add_argument("--epochs", type=int, default=epochs)
    parser.add_argument("--steps", type=int, default=STEPS, help="of an epoch")
    parser.add_argument("--batch", type=int, default=BATCH)


def read_digits(file: Path) -> tuple[Digits, Digits]:
    """Those to train with and those to test with, of a file laid out as that of `keras.datasets.mnist`."""
    with np.load(file) as arrays:
        return Digits(arrays["x_train"], arrays["y_train"]), Digits(arrays["x_test"], arrays["y_test"])


def pasted(tiles: Bytes, left: npt.NDArray[np.int64], top: npt.NDArray[np.int64]) -> tuple[Bytes, Floats]:
    """Squares (N, 75, 75, 1) with a tile each, and boxes (N, 4) centre-x, centre-y, width, height as shares of the square."""
    squares = np.zeros((len(tiles), SQUARE, SQUARE, 1), np.uint8)
    along = np.arange(TILE)
    rows, columns = top[:, None, None] + along[:, None], left[:, None, None] + along
    squares[np.arange(len(tiles))[:, None, None], rows, columns, 0] = tiles
    sides = np.full(len(tiles), TILE)
    boxes = np.stack([left + TILE / 2, top + TILE / 2, sides, sides], axis=1) / SQUARE
    return squares, boxes.astype(np.float32)


class DigitBatches(SampleBatches):
    """(squares, targets, weights) as `LocalizerBatches` gives them, made from arrays; `steps` batches an epoch of training."""

    def __init__(
        self,
        digits: Digits,
        *,
        cells: bool,
        batch_size: int = BATCH,
        training: bool = False,
        seed: int = 0,
        steps: int = STEPS,
    ) -> None:
        super().__init__(len(digits), batch_size=batch_size, training=training, seed=seed)
        self.digits = digits
        self.cells = cells
        self.steps = steps

    def __len__(self) -> int:
        return self.steps if self.training else super().__len__()

    def batch_of(self, chosen: Sequence[int], places: Sequence[int], epoch: int) -> tuple[Bytes, Arrays, Arrays]:
        left, top = self._offsets(len(chosen), places[0], epoch)
        squares, boxes = pasted(self.digits.tiles[chosen], left, top)
        classes = np.eye(CLASSES, dtype=np.float32)[self.digits.labels[chosen]]
        ones = np.ones(len(chosen), np.float32)
        targets: Arrays = {"class": classes, "box": boxes}
        if self.cells:
            targets["cells"] = np.concatenate([ones[:, None], boxes, classes], axis=1)
        return squares, targets, dict.fromkeys(targets, ones)

    def _offsets(self, count: int, first: int, epoch: int) -> npt.NDArray[np.int64]:
        """(2, count): test digits lie where they lie, whatever the epoch."""
        moment = (self.seed, epoch, first) if self.training else (TEST_SEED, 0, first)
        return np.random.default_rng(moment).integers(0, PLACES, (2, count))
