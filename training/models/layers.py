"""The localizer's own layers. Registered, so that a saved model loads with `safe_mode=True`."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

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
            return (pixels / 255.0 - np.float32(_MEAN)) / np.float32(_DEVIATION)
        if self.mode == "caffe":
            return ops.flip(pixels, axis=-1) - np.float32(_CAFFE_MEAN_BGR)
        return pixels

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "mode": self.mode}


@keras.saving.register_keras_serializable(package=PACKAGE)
class SpatialSoftmax(keras.layers.Layer):  # type: ignore[misc]
    """Scores (B, H, W, K) to K shares of attention (B, K, H*W), each summing to 1 over the places."""

    def call(self, scores: Any) -> Any:
        height, width, maps = scores.shape[1:]
        flat = ops.reshape(scores, (-1, height * width, maps))
        return ops.softmax(ops.transpose(flat, (0, 2, 1)), axis=-1)


@keras.saving.register_keras_serializable(package=PACKAGE)
class AttendedMean(keras.layers.Layer):  # type: ignore[misc]
    """Attention (B, K, H*W) and features (B, H, W, C) to the features' weighted means (B, K*C)."""

    def call(self, attention: Any, features: Any) -> Any:
        height, width, channels = features.shape[1:]
        means = ops.matmul(attention, ops.reshape(features, (-1, height * width, channels)))
        return ops.reshape(means, (-1, attention.shape[1] * channels))


@keras.saving.register_keras_serializable(package=PACKAGE)
class AttendedPoints(keras.layers.Layer):  # type: ignore[misc]
    """Attention (B, K, height*width) to its K centres (B, 2K), x and y as shares of the map, 0..1 (soft-argmax).

    Source: Nibali et al., "Numerical Coordinate Regression with Convolutional Neural Networks", arXiv:1801.07372.
    """

    def __init__(self, height: int, width: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.height = height
        self.width = width

    def call(self, attention: Any) -> Any:
        points = ops.matmul(attention, _cell_centres(self.height, self.width))
        return ops.reshape(points, (-1, attention.shape[1] * 2))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "height": self.height, "width": self.width}


def _cell_centres(height: int, width: int) -> np.ndarray:
    """(height*width, 2): x and y of each cell's centre."""
    y, x = np.meshgrid((np.arange(height) + 0.5) / height, (np.arange(width) + 0.5) / width, indexing="ij")
    return np.stack([x.ravel(), y.ravel()], axis=-1).astype(np.float32)
