"""Asking a finished model: one frame, a folder of files, a camera.

    .venv/bin/python benchmarks/predict.py [--only frame folder camera] [--calls 100] [--seconds 120] [--images 10000]

Frame: 640x480 in memory, `Predictor.answer_frame` (letterbox, LiteRT, boxes or classes in the frame's pixels) against a plain
`cv2.resize` to the model's square and `model.predict` on it. Both in one process, ten calls of the one and ten of the
other in turns; a figure is the ratio of the medians. `speedup_localizer` is of the compact localizer as a new project has
it (medium, 160 pixels), `speedup_classifier_mobilenet` of a classifier on MobileNetV2 at 224 pixels. Both are untrained: the
numbers in them do not change the work. `frame_answer_difference` is the largest difference between our answers and those of
Keras for the same square, as a share.

Folder and camera are told in `predict_folder.py` and `predict_camera.py`. Prints one JSON object a line.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import cv2
import numpy as np
from figures import Figure

if TYPE_CHECKING:
    import keras

    from training.run.model_card import ModelCard
    from training.run.run_folder import RunFolder

WIDTH, HEIGHT = 640, 480
CLASSES = ("cup", "fork", "plate")
IN_TURN = 10
MOBILENET_SIZE = 224
PARTS = ("camera", "frame", "folder")  # in this order: TensorFlow's threads are not to stand beside the window's


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--calls", type=int, default=100, help="of each way to ask about a frame")
    parser.add_argument("--seconds", type=float, default=120.0, help="of the camera that is faster than the model")
    parser.add_argument("--images", type=int, default=10_000, help="in the folder")
    given = parser.parse_args()
    for part in PARTS:
        if part in given.only:
            for figure in figures_of(part, given):
                figure.print()


def figures_of(part: str, given: argparse.Namespace) -> list[Figure]:
    if part == "frame":
        return frame_figures(given.calls)
    if part == "folder":
        from predict_folder import folder_figures

        return folder_figures(given.images)
    from predict_camera import camera_figures

    return camera_figures(given.seconds)


@dataclass
class Timed:
    """Milliseconds of each call."""

    ours: list[float] = field(default_factory=list)
    by_keras: list[float] = field(default_factory=list)

    @property
    def speedup(self) -> float:
        return statistics.median(self.by_keras) / statistics.median(self.ours)


def frame_figures(calls: int) -> list[Figure]:
    localizer, off = timed(make_localizer, calls)
    classifier, also_off = timed(make_classifier, calls)
    return [
        Figure("speedup_localizer", round(localizer.speedup, 1), "times", "at least 25"),
        Figure("speedup_classifier_mobilenet", round(classifier.speedup, 1), "times", "at least 10"),
        *milliseconds("localizer", localizer),
        *milliseconds("classifier", classifier),
        Figure("frame_answer_difference", float(f"{max(off, also_off):.1g}"), "share", "at most 0.001"),
    ]


def milliseconds(name: str, taken: Timed) -> list[Figure]:
    return [
        Figure(f"{name}_frame_ms", round(statistics.median(taken.ours), 2), "ms", ""),
        Figure(f"{name}_keras_ms", round(statistics.median(taken.by_keras), 1), "ms", ""),
    ]


def timed(make: Callable[[Path], tuple[keras.Model, ModelCard]], calls: int) -> tuple[Timed, float]:
    """How long both take, and by how much they differ."""
    from training.run.answers.open_quick import open_quick

    frame = smooth_frame()
    with tempfile.TemporaryDirectory(prefix="boxwright-bench-") as name:
        model, card = make(Path(name))
        with open_quick(write_run(Path(name), model, card)) as predictor:
            assert predictor.engine == "LiteRT", predictor.note
            taken = Timed()
            in_turns(
                lambda: predictor.answer_frame(frame, 0.0),
                lambda: model.predict(cv2.resize(frame, (card.input_size, card.input_size))[None], verbose=0),
                taken,
                calls,
            )
            return taken, difference(predictor, model, frame)


def in_turns(ours: Callable[[], object], by_keras: Callable[[], object], taken: Timed, calls: int) -> None:
    for _ in range(IN_TURN):
        ours(), by_keras()
    for _ in range(max(1, calls // IN_TURN)):
        for ask, times in ((ours, taken.ours), (by_keras, taken.by_keras)):
            for _ in range(IN_TURN):
                began = time.perf_counter()
                ask()
                times.append(1000 * (time.perf_counter() - began))


def difference(predictor: Any, model: keras.Model, frame: np.ndarray) -> float:
    from training.run.answers.letterbox import letterboxed

    square = letterboxed(frame, predictor.card.input_size)[None]
    ours, by_keras = predictor.outputs(square), model.predict(square, verbose=0)
    return max(float(np.abs(ours[head] - by_keras[head]).max()) for head in predictor.card.heads)


def smooth_frame() -> np.ndarray:
    coarse = np.random.default_rng(0).integers(0, 256, (12, 16, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC))


def make_localizer(folder: Path) -> tuple[keras.Model, ModelCard]:
    from training.models.localizer import build_localizer, for_prediction
    from training.run.model_card import ModelCard

    settings = settings_for(folder)
    model = build_localizer(
        architecture=settings.architecture,
        model_size=settings.model_size,
        input_size=settings.input_size,
        class_count=len(CLASSES),
        presence=True,
        class_names=CLASSES,
    )
    return for_prediction(model), ModelCard.of(settings, presence=True)


def make_classifier(folder: Path) -> tuple[keras.Model, ModelCard]:
    from training.models.classifier import build_classifier
    from training.run.model_card import ModelCard

    model = build_classifier(
        architecture="MobileNetV2", input_size=MOBILENET_SIZE, class_count=len(CLASSES), class_names=CLASSES
    )
    card = ModelCard(
        classes=settings_for(folder).classes,
        input_size=MOBILENET_SIZE,
        heads=("class",),
        architecture="MobileNetV2",
        epoch=1,
        recipe="classifier",
        source="images",
    )
    return model, card


def settings_for(folder: Path) -> Any:
    from training.run.settings import ClassEntry, TrainingSettings

    entries = tuple(ClassEntry(number, name) for number, name in enumerate(CLASSES, start=1))
    return TrainingSettings(image_root=str(folder), classes=entries)


def write_run(folder: Path, model: keras.Model, card: ModelCard) -> RunFolder:
    from training.run.answers.keras_predictor import KerasPredictor
    from training.run.answers.litert_export import export_litert
    from training.run.run_folder import RunFolder

    run = RunFolder(folder)
    squares = np.random.default_rng(0).integers(0, 256, (2, card.input_size, card.input_size, 3)).astype(np.uint8)
    export_litert(KerasPredictor(model, card), run, squares)
    return run


if __name__ == "__main__":
    main()
