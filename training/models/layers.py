"""The localizer's own layers, registered, so that a saved model loads with `safe_mode=True`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import ops

from training.models.box_encodings import CENTRE_SIZE, bounded_boxes, check_encoding
from training.models.losses import PACKAGE

# ImageNet's mean and deviation of red, green, blue, on a scale of 0..1; as in keras.applications.imagenet_utils.
_MEAN = (0.485, 0.456, 0.406)
_DEVIATION = (0.229, 0.224, 0.225)
_CAFFE_MEAN_BGR = (103.939, 116.779, 123.68)
PREPROCESSING = ("tf", "torch", "caffe", "inside")


@keras.saving.register_keras_serializable(package=PACKAGE)
class Preprocessing(keras.layers.Layer):  # type: ignore[misc]
    """Pixels 0..255 RGB to what a backbone was made for, by the modes of `keras.applications.imagenet_utils`.

    "tf": -1..1; "torch": 0..1 less ImageNet's mean, by its deviation; "caffe": BGR less ImageNet's mean; "inside": the
    backbone does it itself.
    """

    def __init__(self, mode: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if mode not in PREPROCESSING:
            raise ValueError(f"Preprocessing: expected one of {', '.join(PREPROCESSING)}, came {mode!r}")
        self.mode = mode

    def call(self, pixels: Any) -> Any:
        if self.mode == "tf":
            return pixels / 127.5 - 1.0
        if self.mode == "torch":
            return (pixels / 255.0 - constant(_MEAN)) / constant(_DEVIATION)
        if self.mode == "caffe":
            return ops.flip(pixels, axis=-1) - constant(_CAFFE_MEAN_BGR)
        return pixels

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "mode": self.mode}


@keras.saving.register_keras_serializable(package=PACKAGE)
class CellBoxes(keras.layers.Layer):  # type: ignore[misc]
    """What each cell of a map says about the box: raw numbers (B, H, W, 4) to boxes (B, H*W, 4), see `models.boxes`.

    `bounded_boxes` reads them by their encoding from the middle of the cell. `spacing` as in `cell_centres`.
    """

    def __init__(self, encoding: str = CENTRE_SIZE, spacing: float | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.encoding = check_encoding(encoding)
        self.spacing = spacing

    def call(self, raw: Any) -> Any:
        height, width, _ = raw.shape[1:]
        flat = ops.reshape(raw, (-1, height * width, 4))
        return bounded_boxes(self.encoding, flat, constant(cell_centres(height, width, self.spacing)))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "encoding": self.encoding, "spacing": self.spacing}


@keras.saving.register_keras_serializable(package=PACKAGE)
class SeenPoints(keras.layers.Layer):  # type: ignore[misc]
    """Where each of K maps of logits (B, H, W, K) sees something: (B, K, 2), x and y in 0..1 of the square.

    The mean place under a softmax over the map, finer than its cells: Nibali et al., "Numerical Coordinate Regression
    with Convolutional Neural Networks", arXiv:1801.07372.
    """

    needs_float32 = True  # half as many bits tell places apart to a two-hundredth of the square

    def __init__(self, spacing: float | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.spacing = spacing

    def call(self, logits: Any) -> Any:
        height, width, count = logits.shape[1:]
        maps = ops.reshape(ops.transpose(logits, (0, 3, 1, 2)), (-1, count, height * width))
        return ops.matmul(ops.softmax(maps, axis=-1), constant(cell_centres(height, width, self.spacing)))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "spacing": self.spacing}


@keras.saving.register_keras_serializable(package=PACKAGE)
class FromCentre(keras.layers.Layer):  # type: ignore[misc]
    """Points (B, K, 2) and a box (B, 4) to the points as seen from the box's centre, flat: (B, 2 * K)."""

    needs_float32 = True

    def call(self, inputs: Sequence[Any]) -> Any:
        points, box = inputs
        return ops.reshape(points - box[:, None, :2], (-1, 2 * points.shape[1]))


@keras.saving.register_keras_serializable(package=PACKAGE)
class CorrectedBox(keras.layers.Layer):  # type: ignore[misc]
    """A box (B, 4) and what is to be added to it (B, 4), kept in 0..1."""

    needs_float32 = True

    def call(self, inputs: Sequence[Any]) -> Any:
        box, correction = inputs
        return ops.clip(box + correction, 0.0, 1.0)


@keras.saving.register_keras_serializable(package=PACKAGE)
class ClassNames(keras.layers.Layer):  # type: ignore[misc]
    """Changes nothing; keeps the names of the classes, in output order, with the saved model."""

    def __init__(self, names: Sequence[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.names = tuple(names)

    def call(self, shares: Any) -> Any:
        return shares

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "names": list(self.names)}


def constant(values: npt.ArrayLike) -> Any:
    """Of the backend's own kind and on its device: PyTorch does not calculate with NumPy's arrays."""
    return ops.convert_to_tensor(np.asarray(values, np.float32))


def cell_centres(height: int, width: int, spacing: float | None = None) -> npt.NDArray[np.float32]:
    """(height*width, 2): x and y of each cell's centre as shares of the square, row by row.

    `spacing` is what lies between two neighbours; without it the cells fill the square.
    """
    across, down = (1 / width, 1 / height) if spacing is None else (spacing, spacing)
    y, x = np.meshgrid((np.arange(height) + 0.5) * down, (np.arange(width) + 0.5) * across, indexing="ij")
    return np.stack([x.ravel(), y.ravel()], axis=-1).astype(np.float32)


def spacing_of(cells: int, input_size: int) -> float:
    """Between neighbours of `cells` in a row, as a share of the square.

    Each halving of a network rounds up, or leaves the edge out: so cells only fill the square where its size is a
    multiple of their stride, and elsewhere an object's place would count for more or less than it is.
    """
    return float(2 ** round(math.log2(input_size / cells)) / input_size)
