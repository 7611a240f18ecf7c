"""A model that needs no training: it sees what is red, surely, and the whole picture, unsurely; as slowly as is wanted."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np

from desktop_app.predict.loaded_model import LoadedModel, SharedPredictor
from training.run.answers.letterbox import Pixels
from training.run.answers.prediction import Answer, ClassAnswer, ClassScore, PredictedBox
from training.run.answers.predictor import Outputs, Predictor
from training.run.failure import ModelFileError
from training.run.model_card import ModelCard
from training.run.run_folder import RunFolder
from training.run.settings import ClassEntry, TrainingSettings

RED, ALL = ClassEntry(1, "red"), ClassEntry(2, "all")
COLOURS = {RED.id: (255, 85, 0), ALL.id: (0, 90, 255)}
SURE, UNSURE = 0.9, 0.3
FAILURE = "the process that answers has ended"


class SeesRed(Predictor):
    """`seen` are the means of the pictures it was shown."""

    def __init__(self, seconds: float = 0.0, classifies: bool = False) -> None:
        settings = TrainingSettings(image_root="photos", classes=(RED, ALL))
        self.card = ModelCard.of(settings, presence=True)
        self.seconds = seconds
        self.classifies = classifies
        self.fails = False
        self.seen: list[float] = []

    def outputs(self, squares: Pixels) -> Outputs:
        raise NotImplementedError

    def answer(self, image: Pixels, boxes=(), min_score: float | None = None) -> Answer:
        return self.answer_frame(image, min_score)

    def answer_frame(self, pixels: Pixels, min_score: float | None = None) -> Answer:
        time.sleep(self.seconds)
        self.seen.append(float(pixels.mean()))
        if self.fails:
            raise ModelFileError(FAILURE)
        if self.classifies:
            top = ClassScore(RED.name, RED.id, SURE), ClassScore(ALL.name, ALL.id, 1 - SURE)
            return Answer((), (ClassAnswer(top),))
        found = [self._red(pixels), self._all(pixels)]
        return Answer(tuple(box for box in found if box is not None and box.score >= (min_score or 0.0)))

    @staticmethod
    def _red(pixels: Pixels) -> PredictedBox | None:
        values = pixels.astype(np.int16)
        rows, columns = np.nonzero((values[..., 0] > 150) & (values[..., 1] < 110) & (values[..., 2] < 110))
        if not len(rows):
            return None
        corners = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        return PredictedBox(*map(float, corners), label=RED.name, class_id=RED.id, score=SURE)

    @staticmethod
    def _all(pixels: Pixels) -> PredictedBox:
        height, width = pixels.shape[:2]
        return PredictedBox(0.0, 0.0, float(width), float(height), label=ALL.name, class_id=ALL.id, score=UNSURE)


def loaded(predictor: SeesRed, run: RunFolder | None = None) -> LoadedModel:
    return LoadedModel(
        run=run or RunFolder(Path("nowhere")),
        card=predictor.card,
        predictor=SharedPredictor(predictor, threading.RLock()),
        title="sees red",
        colours=COLOURS,
        is_own_run=False,
    )
