"""Batch normalisation over all of a batch that several devices share, not over each device's part of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras


def share_statistics(model: keras.Model) -> None:
    """For a model that TensorFlow trains on several devices; JAX does so by itself."""
    for layer in _normalising(model):
        layer.synchronized = True


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
