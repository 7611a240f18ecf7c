"""The quickest way to ask a finished model from a program that must not load Keras."""

from __future__ import annotations

from training.run.answers.litert_predictor import LiteRTPredictor
from training.run.answers.predictor import Predictor
from training.run.run_folder import RunFolder


def open_quick(run: RunFolder) -> Predictor:
    """LiteRT in this process where the run has it, else Keras in a process of its own. Raises ModelFileError.

    To be closed after use.
    """
    return LiteRTPredictor(run)
