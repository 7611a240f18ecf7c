"""A model of TensorFlow as LiteRT, by TensorFlow's own tools: the same file as Keras writes, in a third of its time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras


def converted(model: keras.Model) -> bytes:
    """The content of a .tflite file with one signature: the model's input and outputs, by their names.

    Raises whatever TensorFlow does for what it can't convert.
    """
    with converter_of(model) as converter:
        return bytes(converter.convert())


@contextmanager
def converter_of(model: keras.Model) -> Iterator[Any]:
    """TensorFlow's converter of this model as it is, which may be told more.

    Keras saves the whole model for TensorFlow and reads it back instead, which takes seconds after each training.
    """
    import tensorflow as tf

    module, asked = with_constants(model)
    function = module.answer.get_concrete_function(asked)
    with tempfile.TemporaryDirectory(prefix="boxwright-export-") as folder:
        # Nobody trains with this file, and some networks' own gradients can't be saved.
        options = tf.saved_model.SaveOptions(experimental_custom_gradients=False)
        tf.saved_model.save(module, folder, signatures=function, options=options)
        yield tf.lite.TFLiteConverter.from_saved_model(folder)


def with_constants(model: keras.Model) -> tuple[Any, Any]:
    """A TensorFlow module whose function `answer` is the model with its weights as constants, and what it takes."""
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    (pixels,) = model.inputs
    asked = tf.TensorSpec(pixels.shape, pixels.dtype, name=pixels.name)
    answering = tf.function(lambda value: model(value, training=False))
    constant = convert_variables_to_constants_v2(answering.get_concrete_function(asked))
    heads = sorted(model.output)  # TensorFlow lists the values of a dict in this order

    module = tf.Module()
    module.answer = tf.function(lambda value: dict(zip(heads, constant(value), strict=True)))
    return module, asked
