"""How well classes are told apart."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from training.models.losses import PACKAGE


@keras.saving.register_keras_serializable(package=PACKAGE)
class MacroF1(keras.metrics.Metric):  # type: ignore[misc]
    """Mean of the classes' F1, 0..1, each class counting the same; of those that are there or were taken to be.

    `y_true` (B, C) one-hot, `y_pred` (B, C): the largest is the answer. F1 of a class is 2 TP / (2 TP + FP + FN).
    """

    def __init__(self, class_count: int, name: str = "macro_f1", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.class_count = class_count
        self._right = self._count("right")
        self._there = self._count("there")
        self._told = self._count("told")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:  # noqa: ARG002
        true = ops.cast(y_true, self.dtype)
        told = ops.one_hot(ops.argmax(y_pred, axis=-1), self.class_count, dtype=self.dtype)
        self._right.assign_add(ops.sum(true * told, axis=0))
        self._there.assign_add(ops.sum(true, axis=0))
        self._told.assign_add(ops.sum(told, axis=0))

    def result(self) -> Any:
        both = self._there + self._told  # 2 TP + FP + FN
        f1 = 2.0 * self._right / ops.maximum(both, 1.0)
        judged = ops.cast(both > 0, self.dtype)
        return ops.sum(f1 * judged) / ops.maximum(ops.sum(judged), 1.0)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "class_count": self.class_count}

    def _count(self, name: str) -> Any:
        return self.add_variable((self.class_count,), "zeros", name=name)
