"""Blood cells: the classifier on crops of the boxes of `bccd`, learned from nothing, judged on the data's own test list.

    .venv/bin/python benchmarks/cells.py --data DIR [--set NAME=VALUE ...]

DIR holds the folder `bccd` (Pascal VOC: Annotations, JPEGImages, ImageSets/Main). It trains as `boxwright train
classifier` does, with the product's defaults unless `--set` says otherwise: on the train list, the best epoch by the val
list, judged once on the test list. `neighbours_macro_f1` is what the five nearest neighbours say of each test crop by
thumbnails of 8x8 pixels, with train and val lists to look among. `seconds` is reading and training, without loading libraries and
without judging. Prints one JSON object a line.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import cv2
import numpy as np
import numpy.typing as npt
from figures import Figure

from training.dataset.box import Box
from training.dataset.dataset import Dataset, LabelledImage, Split
from training.run.events import EpochEvent, Event, PhaseEvent
from training.run.report.report_reading import read_report
from training.run.run_control import RunControl
from training.run.run_folder import RunFolder, prepare_run_at
from training.run.samples.classifier_images import prepare_classifier_images
from training.run.settings import ClassEntry, TrainingSettings, settings_for
from training.run.worker import run_training

CLASSES = ("Platelets", "RBC", "WBC")
LISTS = {"train": Split.TRAIN, "val": Split.VALIDATION, "test": Split.TEST}
THUMBNAIL = 8
NEIGHBOURS = 5


def read_bccd(folder: Path) -> Dataset:
    images = []
    for name, split in LISTS.items():
        listed = (folder / "ImageSets" / "Main" / f"{name}.txt").read_text(encoding="utf-8").split()
        images.extend(read_image(folder, image, split) for image in listed)
    return Dataset(tuple(sorted(images, key=lambda image: image.filename)), CLASSES)


def read_image(folder: Path, name: str, split: Split) -> LabelledImage:
    root = ElementTree.parse(folder / "Annotations" / f"{name}.xml").getroot()
    width, height = (int(root.findtext(f"size/{side}", "0")) for side in ("width", "height"))
    boxes = [read_box(node) for node in root.findall("object")]
    return LabelledImage(f"{name}.jpg", width, height, tuple(box for box in boxes if not box.is_empty), split=split)


def read_box(node: ElementTree.Element) -> Box:
    edges = (float(node.findtext(f"bndbox/{edge}", "0")) for edge in ("xmin", "ymin", "xmax", "ymax"))
    return Box(*edges, node.findtext("name", ""))


def neighbours_macro_f1(dataset: Dataset, images: Path) -> float:
    known, known_classes = thumbnails(dataset, images, (Split.TRAIN, Split.VALIDATION))
    asked, classes = thumbnails(dataset, images, (Split.TEST,))
    told = [majority(known_classes[nearest(known, one)]) for one in asked]
    return macro_f1(classes, np.array(told))


def nearest(known: npt.NDArray[np.float32], asked: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    return np.argsort(((known - asked) ** 2).sum(axis=1), kind="stable")[:NEIGHBOURS]


def majority(classes: npt.NDArray[np.int64]) -> int:
    return int(np.bincount(classes, minlength=len(CLASSES)).argmax())


def thumbnails(
    dataset: Dataset, images: Path, splits: tuple[Split, ...]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    chosen = [image for image in dataset.images if image.split in splits]
    prepared = prepare_classifier_images(chosen, images, CLASSES, 64, "boxes", 0.0)
    small = []
    for square, place in zip(prepared.squares, prepared.letterboxes, strict=True):
        content = square[place.top : place.top + place.content_height, place.left : place.left + place.content_width]
        small.append(cv2.resize(content, (THUMBNAIL, THUMBNAIL), interpolation=cv2.INTER_AREA).ravel())
    return np.array(small, np.float32), prepared.class_indices


def macro_f1(true: npt.NDArray[np.int64], told: npt.NDArray[np.int64]) -> float:
    scores = []
    for number in range(len(CLASSES)):
        right = int(((true == number) & (told == number)).sum())
        scores.append(2 * right / int((true == number).sum() + (told == number).sum()))
    return sum(scores) / len(scores)


def trained(folder: Path, images: Path, dataset: Dataset, values: dict[str, Any]) -> tuple[RunFolder, float]:
    """The finished run, and the seconds of reading and training."""
    classes = tuple(ClassEntry(number, name) for number, name in enumerate(CLASSES, start=1))
    settings = TrainingSettings.for_recipe("classifier", image_root=str(images), classes=classes, **values)
    run = prepare_run_at(folder, settings, dataset)
    times: dict[str, float] = {}

    def hear(event: Event) -> None:
        if isinstance(event, PhaseEvent):
            times.setdefault(event.name, event.time)
        if isinstance(event, EpochEvent):
            shown = {name: round(event.figures.get(name, 0.0), 4) for name in ("loss", "val_loss", "val_macro_f1")}
            print(f"epoch {event.epoch} {shown} {event.seconds:.1f} s{' *' if event.best else ''}", file=sys.stderr)

    ended = run_training(run, hear, RunControl())
    if ended.outcome != "completed":
        raise SystemExit(f"the training {ended.outcome}: {ended.reason}")
    return run, times["import"] - times["data"] + times["export"] - times["build"]


def value_of(text: str) -> tuple[str, Any]:
    name, _, value = text.partition("=")
    if name not in {field.key for field in settings_for("classifier")}:
        raise argparse.ArgumentTypeError(f"expected a setting of the classifier, got {name!r}")
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--set", type=value_of, action="append", default=[], metavar="NAME=VALUE", dest="values")
    arguments = parser.parse_args()
    folder = arguments.data / "bccd"
    images = (folder / "JPEGImages").absolute()
    dataset = read_bccd(folder)
    baseline = neighbours_macro_f1(dataset, images)
    Figure("neighbours_macro_f1", round(baseline, 4), "", "0.94 is what they reach").print()
    with tempfile.TemporaryDirectory(prefix="boxwright-cells-") as place:
        run, seconds = trained(Path(place) / "run", images, dataset, dict(arguments.values))
        report = read_report(run)
    test = report.figures["test"]
    Figure("macro_f1", round(test.macro_f1 or 0.0, 4), "", "at least 0.98").print()
    Figure("class_accuracy", round(test.class_accuracy or 0.0, 4), "", "none").print()
    for one in test.classes:
        told = f"precision {one.precision or 0:.4f}, recall {one.recall or 0:.4f}, {one.count} crops"
        Figure(f"f1_{one.name}", round(one.f1 or 0.0, 4), told, "none").print()
    Figure("data_wait_share", report.data_wait_share, "", "under 0.10").print()
    Figure("seconds", round(seconds, 1), "s", "none").print()


if __name__ == "__main__":
    main()
