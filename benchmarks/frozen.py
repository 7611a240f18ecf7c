"""A frozen backbone that is run once, against one that is run in every epoch: the same head, the same engine, in turn.

    .venv/bin/python benchmarks/frozen.py [--images 400] [--epochs 20] [--size 224] [--weights FILE]

The head of a classifier learns on a frozen MobileNetV2 from pictures drawn here, once on features that are kept (the
product's way), once through the whole network; pictures are not varied, so both must come to the same figures:
`figure_difference` is the largest of any figure of any epoch. `speedup` compares the seconds of building the network,
running it once and all epochs with those of building it and all epochs; `speedup_epochs` the epochs alone. Without
`--weights` (a file, or imagenet) the network's weights are random, which costs the same time. Prints one JSON object a line.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras
import numpy as np
from figures import Figure
from PIL import Image, ImageDraw

from training.dataset.dataset import Dataset, LabelledImage, Split
from training.run.events import EpochEvent, Event, PhaseEvent, StartedEvent, stamped
from training.run.recipes.classifier_recipe import ClassifierRecipe
from training.run.report.report_reading import read_report
from training.run.run_control import RunControl
from training.run.run_folder import prepare_run_at
from training.run.session import Session
from training.run.settings import ClassEntry, TrainingSettings
from training.run.train import train
from training.run.training_data import ImageReader, read_training_data

BACKBONE = "MobileNetV2"
CLASSES = ("disc", "block", "bar")
LARGEST_DIFFERENCE = 1e-3


@dataclass(frozen=True)
class Way:
    """Seconds before the first epoch and of all epochs, their figures, and the share of steps waiting for batches."""

    before: float
    epochs: float
    figures: list[dict[str, float]]
    wait_share: float | None


def draw(folder: Path, count: int, size: int) -> Dataset:
    """Every fifth for validation."""
    random = np.random.default_rng(0)
    folder.mkdir(parents=True)
    images = []
    for number in range(count):
        name, label = f"{number:05}.jpg", CLASSES[number % len(CLASSES)]
        draw_one(label, size, random).save(folder / name, quality=90)
        split = Split.VALIDATION if number % 5 == 0 else Split.TRAIN
        images.append(LabelledImage(name, size, size, image_class=label, split=split))
    return Dataset(tuple(images), CLASSES)


def draw_one(label: str, size: int, random: np.random.Generator) -> Image.Image:
    ground = random.normal(128, 30, (size // 8, size // 8, 3)).clip(0, 255).astype(np.uint8)
    image = Image.fromarray(ground).resize((size, size), Image.Resampling.BICUBIC)
    side = int(size * random.uniform(0.3, 0.6))
    left, top = (int(value) for value in random.integers(0, size - side, 2))
    colour = tuple(int(value) for value in random.integers(0, 256, 3))
    pen = ImageDraw.Draw(image)
    if label == "disc":
        pen.ellipse((left, top, left + side, top + side), fill=colour)
    else:
        height = side if label == "block" else side // 5
        pen.rectangle((left, top, left + side, top + height), fill=colour)
    return image


def weights_file(folder: Path, dataset: Dataset, size: int) -> str:
    """Random ones, the same for both ways; only the normalisation knows such pictures, or all would look alike."""
    keras.utils.set_random_seed(0)
    network = getattr(keras.applications, BACKBONE)(include_top=False, weights=None, input_shape=(size, size, 3))
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.0
    some = [np.asarray(Image.open(folder / "images" / image.filename)) for image in dataset.images[:24]]
    network(np.stack(some) / 127.5 - 1.0, training=True)
    network.save_weights(folder / "random.weights.h5")
    return str(folder / "random.weights.h5")


def trained(folder: Path, settings: TrainingSettings, dataset: Dataset, runs_backbone_once: bool) -> Way:
    run = prepare_run_at(folder, settings, dataset)
    events: list[Event] = []

    def hear(event: Event) -> None:
        events.append(stamped(event))
        if isinstance(event, EpochEvent):
            print(f"epoch {event.epoch}: loss {event.figures['loss']:.5f}, {event.seconds:.2f} s", file=sys.stderr)

    session = Session(run, settings, hear, RunControl())
    reader = ImageReader(session)
    # Exporting is no part of what is measured, and takes longer than the epochs.
    with patch("training.run.report.finishing.export_litert", lambda *_: None):
        train(session, reader, read_training_data(session, reader), recipe=ClassifierRecipe(runs_backbone_once))
    building = next(event for event in events if isinstance(event, PhaseEvent) and event.name == "build")
    started = next(event for event in events if isinstance(event, StartedEvent))
    epochs = [event for event in events if isinstance(event, EpochEvent)]
    return Way(
        before=started.time - building.time,
        epochs=sum(event.seconds for event in epochs),
        figures=[event.figures for event in epochs],
        wait_share=read_report(run).data_wait_share,
    )


def difference(first: Way, second: Way) -> float:
    return max(
        abs(one[name] - other[name]) for one, other in zip(first.figures, second.figures, strict=True) for name in one
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=400)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--weights", default="")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="boxwright-frozen-") as place:
        root = Path(place)
        dataset = draw(root / "images", arguments.images, arguments.size)
        settings = TrainingSettings.for_recipe(
            "classifier",
            architecture=BACKBONE,
            weights=arguments.weights or weights_file(root, dataset, arguments.size),
            input_size=arguments.size,
            epochs=arguments.epochs,
            fine_tune_epochs=0,
            augment=False,
            image_root=str(root / "images"),
            classes=tuple(ClassEntry(number, name) for number, name in enumerate(CLASSES, start=1)),
        )
        once = trained(root / "once", settings, dataset, runs_backbone_once=True)
        every = trained(root / "every", settings, dataset, runs_backbone_once=False)
    differs = difference(once, every)
    Figure("speedup", round((every.before + every.epochs) / (once.before + once.epochs), 2), "x", "at least 10").print()
    Figure("speedup_epochs", round(every.epochs / once.epochs, 1), "x", "none").print()
    Figure("seconds_once", round(once.before + once.epochs, 2), "s", "none").print()
    Figure("seconds_every_epoch", round(every.before + every.epochs, 2), "s", "none").print()
    Figure("figure_difference", round(differs, 7), "", f"at most {LARGEST_DIFFERENCE:g}").print()
    for name, way in (("data_wait_share", once), ("data_wait_share_every_epoch", every)):
        share = None if way.wait_share is None else round(way.wait_share, 4)
        Figure(name, share, "", "under 0.10").print()
    if differs > LARGEST_DIFFERENCE:
        raise SystemExit("the two ways came to different figures")


if __name__ == "__main__":
    main()
