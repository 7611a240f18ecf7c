"""A LiteRT file from elsewhere, tried with one grey picture. No Keras."""

from __future__ import annotations

import numpy as np

from training.run.answers.litert_predictor import LiteRTPredictor
from training.run.failure import ModelFileError
from training.run.opening.card_check import HEAD_NUMBERS
from training.run.run_folder import RunFolder


def check_litert(run: RunFolder) -> None:
    """Raises ModelFileError for a file that is no model, needs what LiteRT lacks, or does not answer as its card says."""
    predictor = LiteRTPredictor(run)
    size = predictor.card.input_size
    try:
        outputs = predictor.outputs(np.full((1, size, size, 3), predictor.card.fill, np.uint8))
    except (RuntimeError, ValueError, TypeError, KeyError) as error:
        raise ModelFileError(f"best.tflite does not answer: {' '.join(str(error).split())[:160]}") from error
    for head in predictor.card.heads:
        expected = (1, HEAD_NUMBERS.get(head, len(predictor.card.classes)))
        values = outputs[head]
        if values.shape != expected or not np.isfinite(values).all():
            what = "numbers" if values.shape == expected else f"{values.shape}, expected {expected}"
            raise ModelFileError(f"best.tflite answers {head} with {what} that can't be right")
