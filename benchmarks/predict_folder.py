"""Predicting a folder of small JPEGs: our files a second against a loop of `load_img` and `model.predict`, and memory.

    .venv/bin/python benchmarks/predict_folder.py [--images 10000] [--rounds 5] [--sample 60]

The folder is drawn here: `--images` files of 320x240 pixels, of 64 different pictures. The model is the compact localizer
of a new project (medium, 160 pixels), untrained: its numbers do not change the work. Ours finds the files, decodes,
letterboxes, answers by LiteRT and writes the CSV. The loop does what is found in most introductions: `load_img` in that size,
`img_to_array`, `model.predict` of one picture. The rounds take turns, each with its own part of the files, of which the
loop gets a sample; the figure is the median of the rounds' ratios.

Memory is that of a process of its own which never loads Keras, and predicts the whole folder into CSV and COCO: what it
holds at the end against what it held after the first 500 files. Prints one JSON object a line.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import cv2
import numpy as np
import psutil
from figures import Figure

from training.run.answers.finding_files import FoundFiles, NamedFile
from training.run.answers.litert_predictor import LiteRTPredictor
from training.run.answers.predict_files import predict_into
from training.run.answers.predictor import Predictor
from training.run.recipes.localizer_defaults import INPUT_SIZE
from training.run.results.coco_sink import CocoSink
from training.run.results.csv_sink import CsvSink
from training.run.results.result import FileResult, ResultSink
from training.run.run_folder import RunFolder

WIDTH, HEIGHT, QUALITY = 320, 240, 90
KINDS = 64
SIZE = INPUT_SIZE
CLASSES = ("cup", "fork", "plate")
FIRST = 500  # files after which memory is looked at


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sample", type=int, default=60, help="files that the loop gets in each round")
    parser.add_argument("--grown", type=Path, nargs=2, metavar=("RUN", "IMAGES"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.grown:
        print(memory_growth(RunFolder(given.grown[0]), given.grown[1]))
        return
    for figure in folder_figures(given.images, given.rounds, given.sample):
        figure.print()


def folder_figures(images: int = 10_000, rounds: int = 5, sample: int = 60) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="boxwright-bench-") as name:
        work = Path(name)
        folder = write_pictures(work / "images", images)
        run = write_run(work / "run")
        growth = grown_elsewhere(run, folder)
        taken = in_turns(run, folder, work / "seen.csv", rounds, sample)
    ratios = [one.ours / one.loop for one in taken]
    return [
        Figure("folder_files_per_s_ratio", round(statistics.median(ratios), 1), "times", "at least 20"),
        Figure("memory_growth_mb", round(growth, 1), "MB", "at most 30"),
        Figure("folder_files_per_s", round(statistics.median(one.ours for one in taken)), "files a second", ""),
        Figure("loop_files_per_s", round(statistics.median(one.loop for one in taken), 1), "files a second", ""),
        Figure("folder_ratio_range", f"{min(ratios):.1f} to {max(ratios):.1f}", "times", ""),
    ]


def write_pictures(folder: Path, count: int) -> Path:
    folder.mkdir(parents=True)
    random = np.random.default_rng(0)
    contents = []
    for _ in range(KINDS):
        coarse = random.integers(0, 256, (6, 8, 3)).astype(np.uint8)
        picture = cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
        noise = random.normal(0, 6, picture.shape)
        picture = np.clip(picture + noise, 0, 255).astype(np.uint8)
        contents.append(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes())
    for number in range(count):
        (folder / f"{number:06}.jpg").write_bytes(contents[number % KINDS])
    return folder


def write_run(folder: Path) -> RunFolder:
    """With an untrained model, as Keras and as LiteRT have it."""
    from training.models.localizer import build_localizer
    from training.run.answers.keras_predictor import KerasPredictor
    from training.run.answers.litert_export import export_litert
    from training.run.model_card import ModelCard
    from training.run.model_files import save_model
    from training.run.settings import ClassEntry, TrainingSettings

    folder.mkdir(parents=True)
    run = RunFolder(folder)
    entries = tuple(ClassEntry(number, name) for number, name in enumerate(CLASSES, start=1))
    settings = TrainingSettings(image_root=str(folder), classes=entries, input_size=SIZE)
    model = build_localizer(input_size=SIZE, class_count=len(CLASSES), presence=True, class_names=CLASSES)
    card = ModelCard.of(settings, presence=True)
    save_model(model, run.best_model, card)
    export_litert(KerasPredictor(model, card), run, np.zeros((1, SIZE, SIZE, 3), np.uint8))
    return run


@dataclass(frozen=True)
class Round:
    """Files a second."""

    ours: float
    loop: float


def in_turns(run: RunFolder, folder: Path, out: Path, rounds: int, sample: int) -> list[Round]:
    from training.run.answers.keras_predictor import KerasPredictor

    model = KerasPredictor.of_run(run).model
    predictor = LiteRTPredictor(run)
    with FoundFiles([folder]) as found:
        files = list(found)
    by_loop(model, files[:5])
    by_us(predictor, files[:50], out)
    taken = []
    for number in range(rounds):
        part = files[number::rounds]
        if number % 2:
            loop, ours = by_loop(model, part[:sample]), by_us(predictor, part, out)
        else:
            ours, loop = by_us(predictor, part, out), by_loop(model, part[:sample])
        taken.append(Round(ours, loop))
    return taken


def by_us(predictor: Predictor, files: list[NamedFile], out: Path) -> float:
    began = time.perf_counter()
    tally = predict_into(predictor, files, [CsvSink(out)], min_score=0.0)
    assert tally.images == tally.boxes == len(files)
    return len(files) / (time.perf_counter() - began)


def by_loop(model: object, files: list[NamedFile]) -> float:
    import keras

    began = time.perf_counter()
    for _, path in files:
        picture = keras.utils.img_to_array(keras.utils.load_img(path, target_size=(SIZE, SIZE)))
        model.predict(picture[None], verbose=0)  # type: ignore[attr-defined]
    return len(files) / (time.perf_counter() - began)


@dataclass
class Weighing(ResultSink):
    """What this process holds after the first files, in bytes."""

    after: int
    seen: int = 0
    first: int = 0
    process: psutil.Process = field(default_factory=psutil.Process)

    def take(self, result: FileResult) -> None:
        assert not result.problem
        self.seen += 1
        if self.seen == self.after:
            self.first = self.now()

    def now(self) -> int:
        return self.process.memory_info().rss


def memory_growth(run: RunFolder, folder: Path) -> float:
    """In MB, in this process."""
    weighing = Weighing(min(FIRST, sum(1 for _ in folder.iterdir()) // 2))
    with tempfile.TemporaryDirectory() as out, FoundFiles([folder]) as files:
        sinks = [CsvSink(Path(out, "seen.csv")), CocoSink(Path(out, "seen.json")), weighing]
        predict_into(LiteRTPredictor(run), files, sinks, min_score=0.0)
        assert "keras" not in sys.modules
        return (weighing.now() - weighing.first) / 2**20


def grown_elsewhere(run: RunFolder, folder: Path) -> float:
    words = [sys.executable, __file__, "--grown", str(run.path), str(folder)]
    return float(subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout)


if __name__ == "__main__":
    main()
