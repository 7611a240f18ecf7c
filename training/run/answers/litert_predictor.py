"""Answers of a finished model in milliseconds, by LiteRT: no Keras, no TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from training.run.answers.letterbox import Pixels
from training.run.answers.predictor import LITERT, Outputs, Predictor
from training.run.failure import ModelFileError, reason_of
from training.run.model_card import ModelCard
from training.run.run_folder import RunFolder

THREADS = 2
LARGEST_OF_TWINS = 32 * 2**20  # bytes of a model's file: each twin holds its weights

Details = Mapping[str, Mapping[str, Any]]  # of tensors, by the names of the model's signature


class LiteRTPredictor(Predictor):
    """The best model of a run, from its `best.tflite` and `model.json`. Raises ModelFileError."""

    engine = LITERT

    def __init__(self, run: RunFolder | Path, threads: int = THREADS) -> None:
        run = run if isinstance(run, RunFolder) else RunFolder(run)
        self.card = ModelCard.read(run.model_card)
        self._path = run.litert_model
        self._content = _content_of(self._path)
        self._load(threads)

    def twin(self) -> Predictor | None:
        if len(self._content) > LARGEST_OF_TWINS:
            return None
        twin = copy(self)
        twin._frame = None
        twin._load(threads=1)
        return twin

    def _load(self, threads: int) -> None:
        self._interpreter, inputs, outputs = _loaded(self._path, self._content, threads)
        self._check(inputs, outputs)
        (pixels,) = inputs.values()
        self._pixels = self._interpreter.tensor(pixels["index"])
        self._heads = {head: outputs[head]["index"] for head in self.card.heads}

    def outputs(self, squares: Pixels) -> Outputs:
        answers = [self._answered(square) for square in squares]
        if len(answers) == 1:
            return answers[0]
        return {head: np.concatenate([answer[head] for answer in answers]) for head in self.card.heads}

    def _answered(self, square: Pixels) -> Outputs:
        """The same tensors for each picture: to have them allocated anew takes longer than a small network does."""
        try:
            np.copyto(self._pixels(), square, casting="unsafe")
            self._interpreter.invoke()
            return {head: self._interpreter.get_tensor(index) for head, index in self._heads.items()}
        except (ValueError, RuntimeError) as error:
            raise ModelFileError(f"{self._path}: the model gives no answer: {reason_of(error)}") from error

    def _check(self, inputs: Details, outputs: Details) -> None:
        size = self.card.input_size
        shapes = [_shape(details) for details in inputs.values()]
        if shapes != [(size, size, 3)] or set(outputs) != set(self.card.heads):
            expected = f"{size}x{size} and {', '.join(self.card.heads)}"
            got = f"{', '.join(map(str, shapes))} and {sorted(outputs)}"
            raise ModelFileError(f"{self._path}: expected {expected} as model.json says, got {got}")


def _shape(details: Mapping[str, Any]) -> tuple[int, ...]:
    """Of what belongs to one picture."""
    shape: npt.NDArray[np.int32] = details["shape"]
    return tuple(shape[1:].tolist())


def _content_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelFileError(f"{path}: expected a LiteRT model, got: {error.strerror or error}") from error


def _loaded(path: Path, content: bytes, threads: int) -> tuple[Any, Details, Details]:
    """The interpreter, ready to be used, and its inputs and outputs by their names."""
    from ai_edge_litert.interpreter import Interpreter

    try:
        # From memory: the file may be replaced while it is in use.
        interpreter = Interpreter(model_content=content, num_threads=threads)
        signature = interpreter.get_signature_runner()
        inputs, outputs = signature.get_input_details(), signature.get_output_details()
        del signature  # nobody else may hold what lies inside while memory is given out
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise ModelFileError(f"{path}: expected a LiteRT model, got: {error}") from error
    return interpreter, inputs, outputs
