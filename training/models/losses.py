"""Losses of the box head, by name. All take boxes (..., 4) as in `training.models.boxes` and give one value a box.

The mean is over the pictures that have an object: with a sample weight of 0 a picture adds nothing to value or gradient,
and a batch without any object has a loss of exactly 0.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from training.models.boxes import complete_iou, generalised_iou

PACKAGE = "boxwright"
L1_WEIGHT = 5.0
GIOU_WEIGHT = 2.0
HUBER_DELTA = 1 / 9  # of the square; what the box head of Faster R-CNN is usually trained with


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
class HuberBoxLoss(BoxLoss):
    """Sum over the four differences d: d2 / (2 delta) up to delta = 1/9, |d| - delta/2 beyond.

    Source: Huber, "Robust Estimation of a Location Parameter", 1964; divided by delta it is the smooth L1 loss of
    Girshick, "Fast R-CNN", ICCV 2015, arXiv:1504.08083, equation 3. A far box pulls no harder than one near by.
    """

    def call(self, y_true: Any, y_pred: Any) -> Any:
        distance = ops.abs(y_true - y_pred)
        near = ops.square(distance) / (2 * HUBER_DELTA)
        return ops.sum(ops.where(distance <= HUBER_DELTA, near, distance - HUBER_DELTA / 2), axis=-1)


@keras.saving.register_keras_serializable(package=PACKAGE)
class L1BoxLoss(BoxLoss):
    """Sum of the four absolute differences, in 0..4."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        return ops.sum(ops.abs(y_true - y_pred), axis=-1)


@keras.saving.register_keras_serializable(package=PACKAGE)
class GIoULoss(BoxLoss):
    """1 - GIoU, in 0..2 (Rezatofighi et al., arXiv:1902.09630)."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        return 1.0 - generalised_iou(y_true, y_pred)


@keras.saving.register_keras_serializable(package=PACKAGE)
class CIoULoss(BoxLoss):
    """1 - CIoU, from 0 (Zheng et al., arXiv:1911.08287): judges overlap, centre and shape at once."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        return 1.0 - complete_iou(y_true, y_pred)


@keras.saving.register_keras_serializable(package=PACKAGE)
class L1GIoULoss(BoxLoss):
    """5 x the sum of the absolute differences + 2 x (1 - GIoU), weighted as in DETR (Carion et al., arXiv:2005.12872).

    GIoU judges a box by its own size, L1 gives a steady direction while boxes are still far apart.
    """

    def call(self, y_true: Any, y_pred: Any) -> Any:
        distance = ops.sum(ops.abs(y_true - y_pred), axis=-1)
        return L1_WEIGHT * distance + GIOU_WEIGHT * (1.0 - generalised_iou(y_true, y_pred))


BOX_LOSSES: dict[str, type[BoxLoss]] = {
    "l1+giou": L1GIoULoss,
    "giou": GIoULoss,
    "ciou": CIoULoss,
    "l1": L1BoxLoss,
    "huber": HuberBoxLoss,
    "mse": SquaredBoxLoss,
}


def box_loss_named(name: str) -> BoxLoss:
    """Raises ValueError for a name that is not in BOX_LOSSES."""
    if name not in BOX_LOSSES:
        raise ValueError(f"box_loss: expected one of {', '.join(BOX_LOSSES)}, came {name!r}")
    return BOX_LOSSES[name]()
