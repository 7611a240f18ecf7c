"""The quickest way to ask a finished model."""

from __future__ import annotations

from training.run.answers.litert_predictor import LiteRTPredictor
from training.run.answers.predictor import Predictor
from training.run.model_card import ModelCard
from training.run.run_folder import RunFolder


def open_predictor(run: RunFolder) -> Predictor:
    """LiteRT where the run has it (it was compared with Keras when it was made), else Keras. Raises ModelFileError."""
    if run.litert_model.is_file():
        return LiteRTPredictor(run)
    # Asked before TensorFlow is loaded, which takes seconds: is there a model at all?
    ModelCard.read_from(run.best_model)
    from training.run.machine.devices import prepare_backend

    prepare_backend()
    from training.run.answers.keras_predictor import KerasPredictor

    return KerasPredictor.of_run(run)
