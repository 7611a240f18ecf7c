"""What every cell is taught by itself: without it, a training of a few hundred steps hardly begins."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

from training.models.layers import cell_centres, constant
from training.models.losses import PACKAGE, box_loss_named

# The bell over the object has this deviation, as a share of the object's width and height.
SPREAD = 0.2
# Cells below this height of the bell do not answer for box and class.
FLOOR = 0.3
# An object smaller than so many cells gets the bell of one that large: then, wherever it lies, a cell is under it.
SMALLEST = 2.5
# Pictures without an object divide by as many cells as a middling object has under its bell.
USUAL_CELLS = 5.0
_OBJECT, _BOX, _CLASSES = slice(0, 1), slice(1, 5), slice(5, None)


@keras.saving.register_keras_serializable(package=PACKAGE)
class CellsLoss(keras.losses.Loss):  # type: ignore[misc]
    """Object, box and class of each cell of a square map, one value a picture.

    `y_true` (B, 5 + C): presence 0 or 1, box, one-hot class; `y_pred` (B, N, 5 + C): an object's logit, box, class logits.
    The object's logit is to follow a bell over the object (Zhou et al., "Objects as Points", arXiv:1904.07850) by quality
    focal loss (Li et al., arXiv:2006.04388, equation 4, beta 2). Box (`box_loss` of `losses`) and class (crossentropy) are
    means over the cells under the bell, weighted by its height (Tian et al., "FCOS", arXiv:1904.01355, judges each cell by
    itself likewise). A picture without an object teaches the object's logit alone: for box and class its value and
    gradient are exactly 0.
    """

    def __init__(
        self,
        box_loss: str = "l1+giou",
        class_weight: float = 1.0,
        box_weight: float = 1.0,
        object_weight: float = 1.0,
        label_smoothing: float = 0.0,
        name: str = "cells",
        reduction: str = "sum_over_batch_size",
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.box_loss = box_loss
        self.class_weight = class_weight
        self.box_weight = box_weight
        self.object_weight = object_weight
        self.label_smoothing = label_smoothing
        self._of_boxes = box_loss_named(box_loss)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        bell = self._bell(y_true, y_pred.shape[1])
        heard = ops.where(bell >= FLOOR, bell, 0.0)
        share = heard / ops.maximum(ops.sum(heard, axis=1, keepdims=True), FLOOR)
        true = y_true[:, None, :]
        of_box = self._of_boxes.call(true[..., _BOX], y_pred[..., _BOX])
        logits = y_pred[..., _CLASSES]
        classes = smoothed(true[..., _CLASSES], self.label_smoothing)
        of_class = -ops.sum(classes * ops.log_softmax(logits, axis=-1), axis=-1)
        return (
            self.object_weight * _object_loss(bell, y_pred[..., 0], y_true[:, 0])
            + self.box_weight * ops.sum(share * of_box, axis=1)
            + self.class_weight * ops.sum(share * of_class, axis=1)
        )

    def _bell(self, y_true: Any, cells: int) -> Any:
        """(B, N): 1 at the object's centre, falling off with its size; 0 everywhere without an object."""
        side = math.isqrt(cells)
        box = y_true[:, None, _BOX]
        spread = SPREAD * ops.maximum(box[..., 2:], SMALLEST / side)
        away = (constant(cell_centres(side, side)) - box[..., :2]) / spread
        return ops.exp(-0.5 * ops.sum(ops.square(away), axis=-1)) * y_true[:, _OBJECT]

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "box_loss": self.box_loss,
            "class_weight": self.class_weight,
            "box_weight": self.box_weight,
            "object_weight": self.object_weight,
            "label_smoothing": self.label_smoothing,
        }


def smoothed(classes: Any, share: float) -> Any:
    """One-hot classes (..., C), of which all get this share alike: Szegedy et al., arXiv:1512.00567, section 7."""
    return classes * (1.0 - share) + share / classes.shape[-1]


def _object_loss(bell: Any, logits: Any, present: Any) -> Any:
    """Quality focal loss of (B, N) logits against a bell (B, N), by the number of cells under it: (B,)."""
    focus = ops.square(bell - ops.sigmoid(logits))
    crossentropy = ops.softplus(logits) - logits * bell
    under = ops.where(present > 0, ops.maximum(ops.sum(bell, axis=1), 1.0), USUAL_CELLS)
    return ops.sum(focus * crossentropy, axis=1) / under
