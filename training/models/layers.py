"""The localizer's own layers, registered, so that a saved model loads with `safe_mode=True`."""

from __future__ import annotations

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

    `bounded_boxes` reads them by their encoding from the middle of the cell.
    """

    def __init__(self, encoding: str = CENTRE_SIZE, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.encoding = check_encoding(encoding)

    def call(self, raw: Any) -> Any:
        height, width, _ = raw.shape[1:]
        flat = ops.reshape(raw, (-1, height * width, 4))
        return bounded_boxes(self.encoding, flat, constant(cell_centres(height, width)))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "encoding": self.encoding}


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


def cell_centres(height: int, width: int) -> npt.NDArray[np.float32]:
    """(height*width, 2): x and y of each cell's centre as shares of the map, row by row."""
    y, x = np.meshgrid((np.arange(height) + 0.5) / height, (np.arange(width) + 0.5) / width, indexing="ij")
    return np.stack([x.ravel(), y.ravel()], axis=-1).astype(np.float32)
