"""Joining the localizer with its losses, metrics and optimizer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

from training.models.cells_loss import CellsLoss
from training.models.losses import box_loss_named
from training.models.metrics import IoUShare, MeanIoU

WARM_UP = 0.1  # of all steps
FIRST_RATE, LAST_RATE = 0.04, 0.005  # as shares of the highest
CLIP_NORM = 1.0
# Keras puts the output's name before a metric's.
_OUR_NAMES = {"box_mean_iou": "mean_iou", "box_iou50": "iou50", "box_iou60": "iou60"}


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
    """AdamW over `total_steps` batches: the rate climbs to `learning_rate`, then falls to nearly nothing as a cosine.

    `box_loss` is "l1+giou", "giou" or "mse"; the weights multiply the heads' losses in the sum. Needs the targets and
    sample weights of `LocalizerBatches`: they keep images without an object out of the class and box losses and metrics.
    """
    weights = {
        "class": class_weight,
        "box": box_weight,
        "cells": 1.0,
        "presence": presence_weight,
    }
    losses: dict[str, keras.losses.Loss] = {
        "class": keras.losses.CategoricalCrossentropy(reduction="mean_with_sample_weight"),
        "box": box_loss_named(box_loss),
        "cells": CellsLoss(box_loss, class_weight, box_weight),
        "presence": keras.losses.BinaryCrossentropy(),
    }
    metrics: dict[str, list[keras.metrics.Metric]] = {
        "class": [keras.metrics.CategoricalAccuracy("accuracy")],
        "box": [MeanIoU(), IoUShare(0.5, "iou50"), IoUShare(0.6, "iou60")],
        "presence": [keras.metrics.BinaryAccuracy("accuracy")],
    }
    model.compile(
        optimizer=_optimizer(total_steps, learning_rate, weight_decay),
        loss=_of_outputs(model, losses),
        loss_weights=_of_outputs(model, weights),
        weighted_metrics=_of_outputs(model, metrics),
        jit_compile=False,  # compiling takes longer than it saves in a short training
    )


def figures(logs: Mapping[str, Any]) -> dict[str, float]:
    """Keras's logs under our names.

    loss, class_loss, box_loss, presence_loss, cells_loss, mean_iou, iou50, iou60, class_accuracy, presence_accuracy;
    each also with `val_` before it.
    """
    return {_our_name(name): float(value) for name, value in logs.items()}


def _our_name(name: str) -> str:
    validation, plain = ("val_", name[4:]) if name.startswith("val_") else ("", name)
    return validation + _OUR_NAMES.get(plain, plain)


def _of_outputs(model: keras.Model, of_all: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in of_all.items() if name in model.output}


def _optimizer(total_steps: int, learning_rate: float, weight_decay: float) -> keras.optimizers.Optimizer:
    """Loshchilov and Hutter, arXiv:1711.05101 and arXiv:1608.03983."""
    warm_up = max(1, round(WARM_UP * total_steps))
    schedule = keras.optimizers.schedules.CosineDecay(
        FIRST_RATE * learning_rate,
        decay_steps=max(1, total_steps - warm_up),
        alpha=LAST_RATE,
        warmup_target=learning_rate,
        warmup_steps=warm_up,
    )
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=weight_decay, clipnorm=CLIP_NORM)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer
