"""Mixed precision: half as many bits for most of the computing, while weights and answers keep all of theirs.

Micikevicius et al., "Mixed Precision Training", arXiv:1710.03740. It is set on the layers of a network that was built in
float32, and taken back the same way: so the saved and the exported network is the same wherever it was trained.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras

from training.models.layers import Preprocessing

FLOAT32, MIXED_BFLOAT16, MIXED_FLOAT16 = "float32", "mixed_bfloat16", "mixed_float16"
PRECISIONS = (FLOAT32, MIXED_BFLOAT16, MIXED_FLOAT16)

# Those of keras.applications that prepare pixels inside do it by these, and use them for nothing else.
_PREPARING = (Preprocessing, keras.layers.Rescaling, keras.layers.Normalization)


def use_precision(model: keras.Model, precision: str) -> None:
    """Have a float32 model compute in one of PRECISIONS from its next tracing on; ValueError for another.

    Pixels are prepared in float32, also where a backbone does so itself, and answers given in it: of each output, the last
    layer with weights and what follows it. So does every layer whose class says `needs_float32`.
    """
    if precision not in PRECISIONS:
        raise ValueError(f"precision: expected one of {', '.join(PRECISIONS)}, came {precision!r}")
    exact = _answering(model)
    for layer in _layers(model):
        keeps = id(layer) in exact or isinstance(layer, _PREPARING) or getattr(layer, "needs_float32", False)
        layer.dtype_policy = FLOAT32 if keeps else precision


def precision_of(model: keras.Model) -> str:
    """What `use_precision` was last given."""
    names = {layer.dtype_policy.name for layer in _layers(model)} - {FLOAT32}
    return str(names.pop()) if names else FLOAT32


@contextmanager
def written_as_float32(model: keras.Model) -> Iterator[None]:
    """What is saved inside answers in float32; nothing may be computed meanwhile."""
    precision = precision_of(model)
    use_precision(model, FLOAT32)
    try:
        yield
    finally:
        use_precision(model, precision)


def _layers(model: keras.Model) -> Iterator[Any]:
    """All that compute, also inside of models that are layers."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from _layers(layer)
        else:
            yield layer


def _answering(model: keras.Model) -> set[int]:
    """Ids of the layers from the last one with weights to each output."""
    found: set[int] = set()
    waiting = [tensor._keras_history.operation for tensor in keras.tree.flatten(model.output)]
    while waiting:
        layer = waiting.pop()
        if id(layer) in found or isinstance(layer, keras.layers.InputLayer | keras.Model):
            continue
        found.add(id(layer))
        if not layer.weights:
            inputs = keras.tree.flatten(layer.input)
            waiting.extend(tensor._keras_history.operation for tensor in inputs)
    return found
