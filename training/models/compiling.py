"""Joining the localizer with its losses, metrics and optimizer."""

from __future__ import annotations

from collections.abc import Mapping

import keras


def compile_localizer(
    model: keras.Model,
    *,
    total_steps: int,
    learning_rate: float = 3e-3,
    weight_decay: float = 1e-2,
    box_loss: str = "l1+giou",
    class_weight: float = 1.0,
    box_weight: float = 1.0,
    presence_weight: float = 1.0,
) -> None:
    """AdamW over `total_steps` batches: the rate climbs to `learning_rate`, then falls to nothing as a cosine.

    `box_loss` is "l1+giou", "giou" or "mse"; the weights multiply the heads' losses in the sum. Needs the sample weights
    of `LocalizerBatches`: they keep images without an object out of the class and box losses and metrics.
    """
    raise NotImplementedError


def figures(logs: Mapping[str, float]) -> dict[str, float]:
    """Keras's logs with our names: loss, class_loss, box_loss, presence_loss, mean_iou, iou50, iou60, class_accuracy,
    presence_accuracy, each also with `val_` before it.
    """
    raise NotImplementedError
