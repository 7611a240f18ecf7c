"""A function of many small operations as one of TensorFlow's graphs: one by one they cost more than they compute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def as_graph(function: Callable[..., None]) -> Callable[..., None]:
    """The same, for functions that change variables; traced at its first call, numbers are to be given as tensors."""
    import tensorflow as tf

    graph: Callable[..., None] = tf.function(function, autograph=False)

    def called(*numbers: Any) -> None:
        graph(*(tf.constant(number, tf.float32) for number in numbers))

    return called
