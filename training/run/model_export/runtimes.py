"""Asking each form of an exported model, as whoever gets it will."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from training.run.answers.keras_predictor import KerasPredictor
from training.run.answers.letterbox import Pixels
from training.run.answers.predictor import Outputs
from training.run.model_export.export_result import ExportFormat
from training.run.model_export.quiet_onnxruntime import quiet_onnxruntime
from training.run.model_files import load_model

BATCH_SIZE = 16


def answers_of(kind: ExportFormat, path: Path, squares: Pixels, heads: tuple[str, ...]) -> Outputs:
    """The outputs of the file for squares (N, S, S, 3) uint8, by head, as `Predictor.outputs`.

    Raises whatever its runtime does; KeyError where it has no such output.
    """
    if kind is ExportFormat.KERAS:
        return KerasPredictor(*load_model(path)).outputs(squares)
    openers: dict[ExportFormat, Callable[[Path], _Opened]] = {
        ExportFormat.SAVED_MODEL: _saved_model,
        ExportFormat.LITERT: _litert,
        ExportFormat.INT8: _litert,
        ExportFormat.ONNX: _onnx,
    }
    ask, batch_size = openers[kind](path)
    parts = [
        ask(squares[start : start + batch_size].astype(np.float32)) for start in range(0, len(squares), batch_size)
    ]
    return {head: np.concatenate([np.asarray(part[head]) for part in parts]) for head in heads}


_Opened = tuple[Callable[[Any], dict[str, Any]], int]  # what is asked, and with how many pictures at once


def _saved_model(path: Path) -> _Opened:
    import tensorflow as tf

    loaded = tf.saved_model.load(str(path))
    function = loaded.signatures["serving_default"]
    (name,) = function.structured_input_signature[1]

    def ask(pixels: Any) -> dict[str, Any]:
        # The function alone does not keep the variables of what was loaded.
        return dict(loaded.signatures["serving_default"](**{name: tf.constant(pixels)}))

    return ask, BATCH_SIZE


def _litert(path: Path) -> _Opened:
    from ai_edge_litert.interpreter import Interpreter

    runner = Interpreter(model_content=path.read_bytes(), num_threads=2).get_signature_runner()
    (name,) = runner.get_input_details()
    return lambda pixels: dict(runner(**{name: pixels})), 1


def _onnx(path: Path) -> _Opened:
    session = quiet_onnxruntime().InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (given,), heads = session.get_inputs(), [output.name for output in session.get_outputs()]
    return lambda pixels: dict(zip(heads, session.run(heads, {given.name: pixels}), strict=True)), BATCH_SIZE
