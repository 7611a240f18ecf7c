"""How well boxes fit; averages over the pictures that have an object (their sample weight is not 0)."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from training.models.boxes import iou
from training.models.losses import PACKAGE


@keras.saving.register_keras_serializable(package=PACKAGE)
class MeanIoU(keras.metrics.Mean):  # type: ignore[misc]
    """Mean IoU of true and predicted boxes (B, 4), in 0..1."""

    def __init__(self, name: str = "mean_iou", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        super().update_state(iou(ops.cast(y_true, self.dtype), ops.cast(y_pred, self.dtype)), sample_weight)


@keras.saving.register_keras_serializable(package=PACKAGE)
class IoUShare(keras.metrics.Mean):  # type: ignore[misc]
    """Share of boxes (B, 4) whose IoU is at or above `threshold`, in 0..1."""

    def __init__(self, threshold: float = 0.5, name: str = "iou50", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.threshold = threshold

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        reached = iou(ops.cast(y_true, self.dtype), ops.cast(y_pred, self.dtype)) >= self.threshold
        super().update_state(ops.cast(reached, self.dtype), sample_weight)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "threshold": self.threshold}
