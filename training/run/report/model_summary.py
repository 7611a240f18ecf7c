"""The layers of a model as a table. The types are for everybody; `summarized` looks at a Keras model that it is given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class LayerSummary:
    """`shape` is that of the output, without the batch ("16 × 16 × 48", several joined by commas).

    A model within the model, such as a backbone, is one row with `layers` of its own.
    """

    name: str
    type: str
    shape: str
    parameters: int
    layers: tuple[LayerSummary, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelSummary:
    parameters: int
    trainable: int
    layers: tuple[LayerSummary, ...]

    @property
    def not_trainable(self) -> int:
        return self.parameters - self.trainable


def summarized(model: Any) -> ModelSummary:
    """Of a `keras.Model`."""
    trainable = sum(_size(weight.shape) for weight in model.trainable_weights)
    return ModelSummary(int(model.count_params()), trainable, tuple(map(_layer, model.layers)))


def _layer(layer: Any) -> LayerSummary:
    inner = getattr(layer, "layers", None)
    return LayerSummary(
        name=str(layer.name),
        type="Model" if inner else type(layer).__name__,
        shape=_shapes(getattr(layer, "output", None)),
        parameters=int(layer.count_params()),
        layers=tuple(map(_layer, inner)) if inner else (),
    )


def _shapes(output: Any) -> str:
    outputs = output.values() if isinstance(output, dict) else output if isinstance(output, (list, tuple)) else [output]
    shapes = (getattr(one, "shape", None) for one in outputs)
    return ", ".join(_shape(shape[1:]) for shape in shapes if shape is not None)


def _shape(lengths: Iterable[int | None]) -> str:
    return " × ".join("?" if length is None else str(length) for length in lengths)


def _size(shape: Iterable[int]) -> int:
    size = 1
    for length in shape:
        size *= int(length)
    return size
