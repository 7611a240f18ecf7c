"""Pictures with four things each that a small classifier tells apart within seconds, and runs that learn from them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from training.dataset.box import Box
from training.dataset.dataset import Dataset, LabelledImage, Split
from training.run.answers.letterbox import Pixels
from training.run.answers.predictor import Outputs, Predictor
from training.run.model_card import ModelCard
from training.run.run_folder import RunFolder, prepare_run_at
from training.run.settings import ClassEntry, TrainingSettings

COLOURS = {"apple": (210, 40, 40), "berry": (50, 60, 200), "leaf": (40, 170, 60), "lemon": (230, 210, 50)}
CLASSES = tuple(COLOURS)
ENTRIES = tuple(ClassEntry(number, name) for number, name in enumerate(CLASSES, start=11))
SIDE = 96


class ColourPredictor(Predictor):
    """Takes what is in the middle of a square for the class whose colour is nearest: an expert for these pictures."""

    def __init__(self, card: ModelCard) -> None:
        self.card = card
        self.asked = 0

    def outputs(self, squares: Pixels) -> Outputs:
        self.asked += len(squares)
        middle = squares[:, squares.shape[1] // 2, squares.shape[2] // 2].astype(np.float64)
        colours = np.array([COLOURS[name] for name in self.card.class_names])
        nearness = np.exp(-np.linalg.norm(middle[:, None] - colours, axis=-1) / 30)
        return {"class": (nearness / nearness.sum(axis=1, keepdims=True)).astype(np.float32)}


def classifier_card(source: str = "boxes", crop_margin: float = 0.0, epoch: int = 5) -> ModelCard:
    return ModelCard(
        ENTRIES, 64, ("class",), "compact", epoch, recipe="classifier", source=source, crop_margin=crop_margin
    )


def draw_classifiable(folder: Path, count: int, seed: int = 0) -> Dataset:
    """A thing in each quarter of each picture; of ten pictures seven are to train on, two for validation, one for the test."""
    random = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    return Dataset(tuple(_drawn(folder, number, random) for number in range(count)), CLASSES)


def draw_class_folders(folder: Path, count: int, seed: int = 0) -> Path:
    """So many pictures of a single thing each, in folders that are called like the classes."""
    random = np.random.default_rng(seed)
    for number in range(count):
        label = CLASSES[number % len(CLASSES)]
        (folder / label).mkdir(parents=True, exist_ok=True)
        image = _ground(random, 48)
        ImageDraw.Draw(image).ellipse((10, 10, 37, 37), fill=_shade(label, random))
        image.save(folder / label / f"{number:03}.png")
    return folder


def classifier_run(folder: Path, images: Path, dataset: Dataset, **values) -> RunFolder:
    """Prepared, with settings that need few seconds."""
    small = {"model_size": "small", "input_size": 64, "epochs": 3, "batch_size": 16, "device": "cpu", "augment": False}
    settings = TrainingSettings.for_recipe(
        "classifier",
        image_root=str(images),
        classes=ENTRIES,
        **{**small, "weights": "random", "learning_rate": 0.003, **values},
    )
    return prepare_run_at(folder, settings.validate(), dataset)


def whole_images(folder: Path) -> Dataset:
    """The pictures of `draw_class_folders`, each with its own class."""
    splits = _splits()
    files = sorted(folder.glob("*/*.png"), key=lambda path: path.name)
    images = [
        LabelledImage(path.relative_to(folder).as_posix(), 48, 48, image_class=path.parent.name, split=next(splits))
        for path in files
    ]
    return Dataset(tuple(sorted(images, key=lambda image: image.filename)), CLASSES)


def _drawn(folder: Path, number: int, random: np.random.Generator) -> LabelledImage:
    image = _ground(random, SIDE)
    draw, boxes = ImageDraw.Draw(image), []
    for quarter in range(4):
        label = CLASSES[int(random.integers(len(CLASSES)))]
        left, top = (int(value) for value in random.integers(4, 14, 2))
        side = int(random.integers(20, 30))
        left, top = left + SIDE // 2 * (quarter % 2), top + SIDE // 2 * (quarter // 2)
        box = Box(left, top, left + side, top + side, label)
        draw.ellipse((box.xmin, box.ymin, box.xmax - 1, box.ymax - 1), fill=_shade(label, random))
        boxes.append(box)
    name = f"{number:03}.png"
    image.save(folder / name)
    split = (Split.VALIDATION if number % 10 in (3, 7) else Split.TEST) if number % 10 in (3, 5, 7) else Split.TRAIN
    return LabelledImage(name, SIDE, SIDE, tuple(boxes), split=split)


def _ground(random: np.random.Generator, side: int) -> Image.Image:
    return Image.new("RGB", (side, side), tuple(int(value) for value in random.integers(100, 150, 3)))


def _shade(label: str, random: np.random.Generator) -> tuple[int, ...]:
    noise = random.integers(-15, 16, 3)
    return tuple(int(value) for value in np.clip(np.array(COLOURS[label]) + noise, 0, 255))


def _splits() -> Iterator[Split]:
    while True:
        yield from (*[Split.TRAIN] * 4, *[Split.VALIDATION] * 4)
