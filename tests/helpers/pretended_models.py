"""A run with a model that needs no training: it sees one box in the middle, as surely as the picture is bright there."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import numpy as np
from PIL import Image

from tests.helpers.written_runs import write_run
from training.dataset.dataset import Dataset, LabelledImage, Split
from training.run.answers.letterbox import Pixels
from training.run.answers.predictor import LITERT, Outputs, Predictor
from training.run.events import EndedEvent
from training.run.model_card import ModelCard
from training.run.run_folder import RunFolder, prepare_run
from training.run.settings import ClassEntry, TrainingSettings

SIZE = (96, 72)
SEEN = (24.0, 24.0, 72.0, 48.0)
INPUT_SIZE = 64


class PretendedPredictor(Predictor):
    """Takes the place of LiteRTPredictor; `may_answer` holds it up."""

    engine = LITERT
    may_answer = threading.Event()
    asked = 0

    def __init__(self, run: RunFolder) -> None:
        self.card = ModelCard.read(run.model_card)

    def outputs(self, squares: Pixels) -> Outputs:
        type(self).asked += len(squares)
        self.may_answer.wait(20)
        middle = squares[:, INPUT_SIZE // 2, INPUT_SIZE // 2, 0].astype(np.float32) / 255
        classes = np.zeros((len(squares), len(self.card.classes)), np.float32)
        classes[:, 0] = 1.0
        box = np.tile(np.array([0.5, 0.5, 0.5, 0.25], np.float32), (len(squares), 1))
        return {"class": classes, "box": box, "presence": middle[:, None]}


def use_pretended_predictor(monkeypatch) -> type[PretendedPredictor]:
    PretendedPredictor.may_answer.set()
    PretendedPredictor.asked = 0
    monkeypatch.setattr("training.run.answers.open_quick.LiteRTPredictor", PretendedPredictor)
    return PretendedPredictor


def write_bright_pictures(folder: Path, scores: Mapping[str, float]) -> None:
    """One plain picture a score."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, score in scores.items():
        Image.new("L", SIZE, round(255 * score)).convert("RGB").save(folder / name)


def finished_run(folder: Path, minute: int = 0, class_id: int = 1, name: str = "cup") -> RunFolder:
    """In the project of a folder of pictures; its files of the model are only there to be found."""
    settings = TrainingSettings(image_root=str(folder), classes=(ClassEntry(class_id, name),), input_size=INPUT_SIZE)
    dataset = Dataset((LabelledImage("a.png", *SIZE, split=Split.TRAIN),), (name,))
    run = prepare_run(folder / "runs", settings, dataset, datetime(2026, 3, 1, 12, minute))
    write_run(run, [EndedEvent(outcome="completed")])
    run.litert_model.write_bytes(b"a model")
    ModelCard.of(settings, presence=True).write(run.model_card)
    return run
