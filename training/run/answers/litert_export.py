"""The best model in a form that answers without TensorFlow, checked before anybody relies on it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import keras
import numpy as np

from training.dataset.safe_files import replacing
from training.run.answers.keras_predictor import KerasPredictor
from training.run.answers.letterbox import Pixels
from training.run.answers.litert_conversion import converted_elsewhere
from training.run.answers.litert_predictor import LiteRTPredictor
from training.run.failure import ModelFileError, reason_of
from training.run.machine.devices import in_full_precision
from training.run.run_folder import RunFolder

# Of outputs that lie in 0..1: a thousandth of the square or of a score is less than anybody sees or chooses by.
TOLERANCE = 1e-3


class ExportFailed(Exception):  # noqa: N818 -- the run goes on with Keras
    """The model can't be had as LiteRT; the message says why."""


def export_litert(predictor: KerasPredictor, run: RunFolder, squares: Pixels) -> None:
    """Write model.json and best.tflite; `squares` (N, S, S, 3) uint8 must get the same answers from both.

    Raises ExportFailed, and leaves no best.tflite then.
    """
    predictor.card.write(run.model_card)
    if keras.backend.backend() == "tensorflow":
        with suppress(ExportFailed):
            return _export(predictor, run, squares, _by_tensorflow)
        return _export(predictor, run, squares, _by_keras)
    return _export(predictor, run, squares, lambda _model, path: converted_elsewhere(run.best_model, path))


def _export(
    predictor: KerasPredictor, run: RunFolder, squares: Pixels, convert: Callable[[keras.Model, Path], None]
) -> None:
    try:
        with replacing(run.litert_model) as beside:
            convert(predictor.model, beside)
        _check_agreement(predictor, LiteRTPredictor(run), squares)
    except Exception as error:  # converters raise anything; the model itself is safe on disk
        run.litert_model.unlink(missing_ok=True)
        raise ExportFailed(reason_of(error)) from error


def _by_tensorflow(model: keras.Model, path: Path) -> None:
    from training.run.tensorflow_litert import converted

    path.write_bytes(converted(model))


def _by_keras(model: keras.Model, path: Path) -> None:
    model.export(path, format="litert", verbose=False)


def _check_agreement(by_keras: KerasPredictor, by_litert: LiteRTPredictor, squares: Pixels) -> None:
    with in_full_precision():
        expected = by_keras.anew().outputs(squares)
    got = by_litert.outputs(squares)
    for head in by_keras.card.heads:
        difference = float(np.max(np.abs(expected[head] - got[head]), initial=0.0))
        if not difference <= TOLERANCE:
            raise ModelFileError(f"LiteRT and Keras differ by {difference:.3g} in {head}, expected at most {TOLERANCE}")
