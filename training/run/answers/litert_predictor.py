"""Answers of a finished model in milliseconds, by LiteRT: no Keras, no TensorFlow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from training.run.answers.letterbox import Pixels
from training.run.answers.predictor import LITERT, Outputs, Predictor
from training.run.failure import ModelFileError
from training.run.model_card import ModelCard
from training.run.run_folder import RunFolder

THREADS = 2


class LiteRTPredictor(Predictor):
    """The best model of a run, from its `best.tflite` and `model.json`.

    To be used by one thread at a time, not necessarily the one that made it. Raises ModelFileError.
    """

    engine = LITERT

    def __init__(self, run: RunFolder | Path, threads: int = THREADS) -> None:
        run = run if isinstance(run, RunFolder) else RunFolder(run)
        self.card = ModelCard.read(run.model_card)
        self._runner = _runner_of(run.litert_model, threads)
        self._input_name, details = next(iter(self._runner.get_input_details().items()))
        self._input_type = details["dtype"]
        self._check(run.litert_model, tuple(int(length) for length in details["shape"]))

    def outputs(self, squares: Pixels) -> Outputs:
        answers = [self._runner(**{self._input_name: square[None].astype(self._input_type)}) for square in squares]
        return {head: np.concatenate([answer[head] for answer in answers]) for head in self.card.heads}

    def _check(self, path: Path, shape: tuple[int, ...]) -> None:
        size = self.card.input_size
        heads = set(self._runner.get_output_details())
        if shape[1:] != (size, size, 3) or heads != set(self.card.heads):
            expected = f"{size}x{size} and {', '.join(self.card.heads)}"
            raise ModelFileError(f"{path}: expected {expected} as model.json says, got {shape[1:]} and {sorted(heads)}")


def _runner_of(path: Path, threads: int) -> Any:
    from ai_edge_litert.interpreter import Interpreter

    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelFileError(f"{path}: expected a LiteRT model, got: {error.strerror or error}") from error
    try:
        # From memory: the file may be replaced while it is in use.
        return Interpreter(model_content=content, num_threads=threads).get_signature_runner()
    except (ValueError, RuntimeError) as error:
        raise ModelFileError(f"{path}: expected a LiteRT model, got: {error}") from error
