"""Joining a network with its losses, metrics and optimizer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras

from training.models.cells_loss import CellsLoss
from training.models.losses import box_loss_named
from training.models.metrics import IoUShare, MeanIoU

# Keras puts the output's name before a metric's.
_OUR_NAMES = {"box_mean_iou": "mean_iou", "box_iou50": "iou50", "box_iou60": "iou60"}


def compile_localizer(
    model: keras.Model,
    optimizer: keras.optimizers.Optimizer,
    *,
    box_loss: str = "l1+giou",
    class_weight: float = 1.0,
    box_weight: float = 1.0,
    presence_weight: float = 1.0,
    label_smoothing: float = 0.0,
) -> None:
    """`optimizer` is one of `make_optimizer`, `box_loss` one of those that `losses` names.

    The weights multiply the heads' losses in the sum, and the same parts of what each cell is taught; `label_smoothing`
    0..1 is the share of a class that all classes get alike. Needs the targets and sample weights of `LocalizerBatches`:
    they keep images without an object out of the class and box losses and metrics.
    """
    weights = {
        "class": class_weight,
        "box": box_weight,
        "cells": 1.0,
        "presence": presence_weight,
    }
    losses: dict[str, keras.losses.Loss] = {
        "class": keras.losses.CategoricalCrossentropy(
            reduction="mean_with_sample_weight", label_smoothing=label_smoothing
        ),
        "box": box_loss_named(box_loss),
        "cells": CellsLoss(box_loss, class_weight, box_weight, presence_weight, label_smoothing),
        "presence": keras.losses.BinaryCrossentropy(),
    }
    metrics = {
        "class": [keras.metrics.CategoricalAccuracy("accuracy")],
        "box": [MeanIoU(), IoUShare(0.5, "iou50"), IoUShare(0.6, "iou60")],
        "presence": [keras.metrics.BinaryAccuracy("accuracy")],
    }
    compile_with(model, optimizer, losses, weights, metrics)


def compile_with(
    model: keras.Model,
    optimizer: keras.optimizers.Optimizer,
    losses: Mapping[str, keras.losses.Loss],
    weights: Mapping[str, float],
    metrics: Mapping[str, Sequence[keras.metrics.Metric]] | None = None,
    unweighted: Mapping[str, Sequence[keras.metrics.Metric]] | None = None,
) -> None:
    """As every recipe compiles: losses, their weights in the sum and metrics by the names of the outputs.

    Sample weights count in `metrics`, and not in those that are `unweighted`.

    What is of outputs that the model does not have is left out.
    """
    model.compile(
        optimizer=optimizer,
        loss=_of_outputs(model, losses),
        loss_weights=_of_outputs(model, weights),
        weighted_metrics=_of_outputs(model, metrics or {}) or None,
        metrics=_of_outputs(model, unweighted or {}) or None,
        # JAX without compiling is many times slower; elsewhere it takes longer than it saves in a short training.
        jit_compile=keras.backend.backend() == "jax",
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
