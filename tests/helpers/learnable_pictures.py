"""Pictures from which a small model learns within seconds: a red disc or a blue block on a plain ground."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from training.dataset.box import Box
from training.dataset.dataset import Dataset, LabelledImage
from training.dataset.formats import boxwright_csv
from training.dataset.splits import assign_splits

CLASSES = ("block", "disc")
WIDTH, HEIGHT = 96, 72


def draw_learnable(folder: Path, count: int, seed: int = 0, negatives: int = 0) -> Dataset:
    """`count` pictures with one object each, then `negatives` without; their true boxes, without splits."""
    random = np.random.default_rng(seed)
    images = [_draw(folder, f"{number:03}.png", random, number < count) for number in range(count + negatives)]
    return Dataset(tuple(images), CLASSES)


def draw_split(folder: Path, count: int, seed: int = 0, negatives: int = 0) -> Dataset:
    """The same, with splits."""
    drawn = draw_learnable(folder, count, seed, negatives)
    splits = assign_splits(drawn.images)
    return replace(drawn, images=tuple(replace(image, split=splits[image.filename]) for image in drawn.images))


def write_learnable(folder: Path, count: int, seed: int = 0, negatives: int = 0, name: str = "data.csv") -> Path:
    """As `draw_learnable`, with a CSV file beside the pictures; its path."""
    boxwright_csv.write(draw_learnable(folder, count, seed, negatives), folder / name, with_split=False)
    return folder / name


def _draw(folder: Path, name: str, random: np.random.Generator, with_object: bool) -> LabelledImage:
    ground = tuple(int(value) for value in random.integers(90, 160, 3))
    image = Image.new("RGB", (WIDTH, HEIGHT), ground)
    boxes = ()
    if with_object:
        label = CLASSES[int(random.integers(2))]
        width, height = (int(value) for value in random.integers(18, 40, 2))
        left, top = int(random.integers(0, WIDTH - width)), int(random.integers(0, HEIGHT - height))
        draw = ImageDraw.Draw(image)
        corners = (left, top, left + width - 1, top + height - 1)
        if label == "disc":
            draw.ellipse(corners, fill=(220, 30, 30))
        else:
            draw.rectangle(corners, fill=(30, 40, 220))
        boxes = (Box(left, top, left + width, top + height, label),)
    folder.mkdir(parents=True, exist_ok=True)
    image.save(folder / name)
    return LabelledImage(name, WIDTH, HEIGHT, boxes)
