"""Answers of a model that Keras holds: while it trains, and where LiteRT can't be used."""

from __future__ import annotations

import keras
import numpy as np

from training.models.localizer import for_prediction
from training.run.answers.letterbox import Pixels
from training.run.answers.predictor import Outputs, Predictor
from training.run.learning.settling import settle
from training.run.model_card import ModelCard
from training.run.model_files import load_model, load_weights
from training.run.run_folder import RunFolder

BATCH_SIZE = 32


class KerasPredictor(Predictor):
    """Follows the weights of a model that goes on training: it holds the same ones."""

    def __init__(self, model: keras.Model, card: ModelCard, fitted: keras.Model | None = None) -> None:
        """`fitted` is the model in training that shares the layers of this one, if that is another."""
        self._trained = model
        self._fitted = fitted or model
        self.model = for_prediction(model)
        self.card = card

    @classmethod
    def of_run(cls, run: RunFolder) -> KerasPredictor:
        """The best model of a run. Raises ModelFileError."""
        return cls(*load_model(run.best_model))

    def anew(self) -> KerasPredictor:
        """The same model without what was compiled for it so far."""
        return KerasPredictor(self._trained, self.card, self._fitted)

    def take_best(self, run: RunFolder) -> None:
        """Have the weights of the run's best model, and give them to the model that trained: a second one takes seconds.

        Raises ModelFileError.
        """
        self.card = ModelCard.read_from(run.best_model)
        load_weights(self._trained, run.best_model)

    def outputs(self, squares: Pixels) -> Outputs:
        settle(self._fitted)
        starts = range(0, len(squares), BATCH_SIZE)
        parts = [self._answered(squares[start : start + BATCH_SIZE]) for start in starts]
        return {head: np.concatenate([part[head] for part in parts]) for head in self.card.heads}

    def _answered(self, squares: Pixels) -> Outputs:
        """Filled up to a power of two: for each other number of pictures a backend may compile the network anew."""
        count = len(squares)
        filled = np.concatenate([squares, np.repeat(squares[-1:], (1 << (count - 1).bit_length()) - count, axis=0)])
        answers = self.model.predict_on_batch(filled)
        return {head: np.asarray(answers[head])[:count] for head in self.card.heads}
