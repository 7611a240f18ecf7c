"""Which pictures batch normalisation learns its statistics from: those of a batch on all its devices, or none any more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras


def share_statistics(model: keras.Model) -> None:
    """For a model that TensorFlow trains on several devices; JAX does so by itself."""
    for layer in _normalising(model):
        layer.synchronized = True


def keep_statistics(model: keras.Model) -> None:
    """As they came, whatever it trains on: those of many pictures are better than those of a few small batches.

    Calling it with `training=False` would not do: Keras gives a network's layers the mode that the whole is called with.
    """
    for layer in _normalising(model):
        layer.trainable = False


@contextmanager
def without_sharing(model: keras.Model) -> Iterator[None]:
    """While it is saved: no other backend reads a layer that wants this."""
    sharing = [layer for layer in _normalising(model) if layer.synchronized]
    for layer in sharing:
        layer.synchronized = False
    try:
        yield
    finally:
        for layer in sharing:
            layer.synchronized = True


def _normalising(model: keras.Model) -> Iterator[keras.layers.BatchNormalization]:
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from _normalising(layer)
        elif isinstance(layer, keras.layers.BatchNormalization):
            yield layer
