"""Losses of the box head, by name. All take boxes (..., 4) as in `training.models.boxes` and give one value a box.

The mean is over the pictures that have an object: with a sample weight of 0 a picture adds nothing to value or gradient,
and a batch without any object has a loss of exactly 0.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from training.models.boxes import generalised_iou

PACKAGE = "boxwright"
L1_WEIGHT = 5.0
GIOU_WEIGHT = 2.0


@keras.saving.register_keras_serializable(package=PACKAGE)
class BoxLoss(keras.losses.Loss):  # type: ignore[misc]
    """What the box losses share: the mean over pictures with an object."""

    def __init__(self, name: str = "box", reduction: str = "mean_with_sample_weight", dtype: Any = None) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)


@keras.saving.register_keras_serializable(package=PACKAGE)
class SquaredBoxLoss(BoxLoss):
    """Mean of the four squared differences, in 0..1."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        return ops.mean(ops.square(y_true - y_pred), axis=-1)


@keras.saving.register_keras_serializable(package=PACKAGE)
class GIoULoss(BoxLoss):
    """1 - GIoU, in 0..2 (Rezatofighi et al., arXiv:1902.09630)."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        return 1.0 - generalised_iou(y_true, y_pred)


@keras.saving.register_keras_serializable(package=PACKAGE)
class L1GIoULoss(BoxLoss):
    """5 x the sum of the absolute differences + 2 x (1 - GIoU), weighted as in DETR (Carion et al., arXiv:2005.12872).

    GIoU judges a box by its own size, L1 gives a steady direction while boxes are still far apart.
    """

    def call(self, y_true: Any, y_pred: Any) -> Any:
        distance = ops.sum(ops.abs(y_true - y_pred), axis=-1)
        return L1_WEIGHT * distance + GIOU_WEIGHT * (1.0 - generalised_iou(y_true, y_pred))


BOX_LOSSES: dict[str, type[BoxLoss]] = {"l1+giou": L1GIoULoss, "giou": GIoULoss, "mse": SquaredBoxLoss}


def box_loss_named(name: str) -> BoxLoss:
    """Raises ValueError for a name that is not in BOX_LOSSES."""
    if name not in BOX_LOSSES:
        raise ValueError(f"box_loss: expected one of {', '.join(BOX_LOSSES)}, came {name!r}")
    return BOX_LOSSES[name]()
