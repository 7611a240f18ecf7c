"""A model that needs no training: it sees something in the middle, as surely as the picture is bright there."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from desktop_app.predict.loaded_model import LoadedModel, SharedPredictor
from training.run.answers.letterbox import Pixels
from training.run.answers.predictor import Outputs, Predictor
from training.run.failure import ModelFileError
from training.run.model_card import ModelCard
from training.run.run_folder import RunFolder
from training.run.settings import ClassEntry, TrainingSettings

CUP, FORK, SPOON = ClassEntry(1, "cup"), ClassEntry(2, "fork"), ClassEntry(3, "spoon")
COLOURS = {CUP.id: (255, 85, 0), FORK.id: (0, 90, 255), SPOON.id: (90, 200, 0)}
SIZE = (96, 72)
INPUT_SIZE = 64
SEEN = (24.0, 24.0, 72.0, 48.0)  # in pictures of that size


class SeesBright(Predictor):
    """A cup where the picture is red or grey, a fork where it is blue. `may_answer` holds it up, at once or after a
    number of pictures, `fails` ends it."""

    engine = "LiteRT"

    def __init__(self, *, classifies: bool = False) -> None:
        self.card = ModelCard.of(TrainingSettings(image_root="photos", classes=(CUP, FORK, SPOON)), presence=True)
        if classifies:
            self.card = ModelCard(
                (CUP, FORK, SPOON), INPUT_SIZE, ("class",), "compact", 1, "classifier", source="images"
            )
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.holds_after = 0
        self.fails = False
        self.asked = 0
        self.is_closed = False

    def outputs(self, squares: Pixels) -> Outputs:
        if self.holds_after and self.asked >= self.holds_after:
            self.holds_after = 0
            self.may_answer.clear()
        assert self.may_answer.wait(20)
        if self.fails:
            raise ModelFileError("the model is broken")
        self.asked += len(squares)
        side = squares.shape[1] // 2
        middle = squares[:, side, side].astype(np.float32) / 255
        score, is_blue = middle.max(axis=1), middle[:, 2] > middle[:, 0] + 0.1
        classes = np.zeros((len(squares), 3), np.float32)
        rows = np.arange(len(squares))
        classes[rows, is_blue.astype(int)] = score
        classes[rows, 1 - is_blue.astype(int)] = (1 - score) * 0.6
        classes[rows, 2] = (1 - score) * 0.4
        if self.card.is_classifier:
            return {"class": classes}
        box = np.tile(np.array([0.5, 0.5, 0.5, 0.25], np.float32), (len(squares), 1))
        return {"class": classes, "box": box, "presence": score[:, None]}

    def close(self) -> None:
        self.is_closed = True


def loaded(predictor: Predictor, run: RunFolder | None = None, title: str = "bright") -> LoadedModel:
    shared = SharedPredictor(predictor, threading.RLock())
    return LoadedModel(run or RunFolder(Path("nowhere")), predictor.card, shared, title, COLOURS)


def write_brights(folder: Path, scores: Mapping[str, float], blue: frozenset[str] = frozenset()) -> Path:
    """One plain picture a score, grey or blue."""
    for name, score in scores.items():
        level = round(255 * score)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", SIZE, (level // 2, level // 2, level) if name in blue else (level, level, level)).save(path)
    return folder
