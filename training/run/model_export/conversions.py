"""A model in each of the forms that it is exported in. Keras works on TensorFlow here."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import keras
import numpy as np

from training.run.answers.letterbox import Pixels
from training.run.failure import ModelFileError
from training.run.model_card import ModelCard
from training.run.model_export.export_result import ExportFormat
from training.run.model_files import save_model
from training.run.tensorflow_litert import converted, converter_of, with_constants

# A place is a mean under a softmax: rounded to one of 256 steps it would move boxes by half a percent of the square.
PLACES = ("SOFTMAX", "BATCH_MATMUL")

Conversion = Callable[[keras.Model, Path], None]


def conversion_to(kind: ExportFormat, card: ModelCard, calibration: Pixels | None) -> Conversion:
    """What writes the model in this form; int8 is measured on the squares of `calibration` (N, S, S, 3) uint8.

    What it raises is whatever the converters do.
    """
    conversions: dict[ExportFormat, Conversion] = {
        ExportFormat.KERAS: lambda model, path: save_model(model, path, card),
        ExportFormat.SAVED_MODEL: _saved_model,
        ExportFormat.LITERT: _litert,
        ExportFormat.INT8: lambda model, path: _int8(model, path, calibration),
        ExportFormat.ONNX: _onnx,
    }
    return conversions[kind]


def _saved_model(model: keras.Model, path: Path) -> None:
    model.export(path, format="tf_saved_model", verbose=False)


def _litert(model: keras.Model, path: Path) -> None:
    try:
        path.write_bytes(converted(model))
    except Exception:  # noqa: BLE001 -- converters raise anything; Keras has a way of its own
        model.export(path, format="litert", verbose=False)


def _int8(model: keras.Model, path: Path, calibration: Pixels | None) -> None:
    if calibration is None:
        raise ModelFileError(
            "its numbers are rounded by what the model computes on images that it learned from, and these were not found; "
            "name their folder with --images"
        )
    (pixels,) = model.inputs

    def measured() -> Iterator[dict[str, np.ndarray]]:
        for square in calibration:
            yield {pixels.name: square[None].astype(np.float32)}

    import tensorflow as tf

    with _silent(), converter_of(model) as converter:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = measured
        if "box" not in model.output:
            path.write_bytes(converter.convert())
            return
        # The one way that TensorFlow has to leave some operations as they are.
        options = tf.lite.experimental.QuantizationDebugOptions(denylisted_ops=list(PLACES))
        chosen = tf.lite.experimental.QuantizationDebugger(
            converter=converter, debug_dataset=measured, debug_options=options
        )
        path.write_bytes(chosen.get_nondebug_quantized_model())


def _onnx(model: keras.Model, path: Path) -> None:
    """Keras makes inputs of the constants that some networks hold, and leaves unknown operations to who loads the file."""
    import onnx
    import tf2onnx

    module, asked = with_constants(model)
    with _silent(), _unsupported_told():
        content, _ = tf2onnx.convert.from_function(module.answer, [asked])
    for value in (*content.graph.input, *content.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "pictures"
    onnx.save(content, path)


@contextmanager
def _unsupported_told() -> Iterator[None]:
    """What tf2onnx can't convert it only logs. Raises ModelFileError."""
    told: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: told.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("tf2onnx.tfonnx")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
    if told:
        unknown = ", ".join(dict.fromkeys(re.findall(r"'(\w+)': \d+", told[-1]))) or told[-1]
        raise ModelFileError(f"tf2onnx can't convert what it computes: {unknown}")


@contextmanager
def _silent() -> Iterator[None]:
    """Converters warn of what they will do without one day."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
