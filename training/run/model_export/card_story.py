"""What is told of an exported model besides its card: where it comes from, how to ask it, how good it is. No Keras."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from training.dataset.dataset import AnnotationFileError, Split
from training.dataset.formats import boxwright_csv
from training.run.answers.prediction import PRESENCE_THRESHOLD, TOP
from training.run.catalogue.foreign_files import ForeignFileError, read_object
from training.run.catalogue.run_notes import read_notes
from training.run.failure import RunFailed
from training.run.model_card import ModelCard
from training.run.model_export.export_result import ExportResult
from training.run.plain_values import to_plain
from training.run.report.report import RunReport, own_version
from training.run.report.report_reading import read_report
from training.run.run_folder import RunFolder, RunFolderError
from training.run.settings import SettingsError

MOST_BYTES = 8_000_000
# What only the run itself can tell: a model that came as a zip keeps what stood in it.
FROM_THE_RUN = ("name", "figures", "dataset", "training", "versions")
TRAINING = ("architecture", "model_size", "input_size", "epochs", "fine_tune_epochs", "batch_size", "learning_rate",
            "optimizer", "augment", "seed")  # fmt: skip


def story_of(run: RunFolder, card: ModelCard, result: ExportResult) -> dict[str, Any]:
    """Plain values, as model.json has them; no place of this machine is among them.

    `figures`, `dataset` and `training` are empty where nothing is known of the run.
    """
    return {
        **_of_the_run(run),
        "made_with": f"Boxwright {own_version()}",
        "files": [to_plain(one) for one in result.formats if one.is_there],
        "compared_on": {"pictures": result.compared_on, "real": result.real_pictures},
        "pixels": {
            "shape": [1, card.input_size, card.input_size, 3],
            "colours": "RGB",
            "type": "float32",
            "lowest": 0,
            "highest": 255,
        },
        "preparing": preparing(card),
        "reading": reading(card),
        "thresholds": {"presence": PRESENCE_THRESHOLD} if "presence" in card.heads else {},
    }


def preparing(card: ModelCard) -> list[str]:
    """How a picture becomes what the model takes, step by step."""
    size, fill = card.input_size, card.fill
    crop = (
        [
            f"Cut out the box to be classified, widened on each side by {card.crop_margin:g} of its width or height; without a "
            "box take the whole picture."
        ]
        if card.is_classifier and card.source == "boxes"
        else []
    )
    return [
        "Turn the picture upright, as its EXIF orientation says; RGB, 0 to 255.",
        *crop,
        f"Scale it so that its longer side has {size} pixels (shrinking by area means, enlarging linearly); round both sides "
        "to whole pixels, at least 1.",
        f"Put it in the middle of a square of {size} x {size} pixels of grey {fill}; an odd pixel goes to the right and below.",
        f"Give it as float32 of the shape (1, {size}, {size}, 3), 0 to 255: the model does the rest itself.",
    ]


def reading(card: ModelCard) -> list[str]:
    """What the model's outputs mean, by their names."""
    classes = "class: a probability for each class, in the order of labels.txt"
    if "box" not in card.heads:
        return [f"{classes}; the {TOP} highest are the answer."]
    seen = (
        [f"presence: how sure it is that there is an object, 0 to 1; below {PRESENCE_THRESHOLD:g} there is none."]
        if "presence" in card.heads
        else []
    )
    return [
        f"{classes}; the highest is the answer.",
        f"box: {card.box_encoding}, 0 to 1; take the place of the picture in the square away to have it in the picture.",
        *seen,
    ]


def _of_the_run(run: RunFolder) -> dict[str, Any]:
    earlier = _earlier(run)
    try:
        report = read_report(run)
    except (RunFolderError, SettingsError, RunFailed, OSError):
        return {"name": "", "figures": {}, "dataset": {}, "training": {}, "versions": {}, **earlier}
    return {
        "name": read_notes(run).name or run.path.name,
        "figures": {split: to_plain(figures) for split, figures in report.figures.items()},
        "dataset": {**report.dataset, "classes": _class_counts(run)},
        "training": _training(report),
        "versions": dict(report.versions),
    }


def _training(report: RunReport) -> dict[str, Any]:
    """Settings that say how it learned; a setting that may name a file of this machine is not among them."""
    settings = to_plain(report.settings)
    chosen = {key: settings[key] for key in TRAINING}
    return {**chosen, "epochs_done": report.epochs_done, "best_epoch": report.best_epoch, "seconds": report.seconds}


def _class_counts(run: RunFolder) -> dict[str, dict[str, int]]:
    """Boxes of each class, or images of it, by split."""
    try:
        dataset, _ = boxwright_csv.read(run.dataset_file)
    except (AnnotationFileError, OSError):
        return {}
    counts: dict[str, Counter[str]] = {}
    for image in dataset.images:
        labels = [box.label for box in image.boxes] or ([image.image_class] if image.image_class else [])
        for label in labels:
            counts.setdefault(label, Counter())[(image.split or Split.TRAIN).value] += 1
    return {label: dict(of_split) for label, of_split in sorted(counts.items())}


def _earlier(run: RunFolder) -> Mapping[str, Any]:
    """What a model.json that an export wrote says already; of no use where a value is not what it should be."""
    try:
        content = read_object(run.model_card, MOST_BYTES) or {}
    except ForeignFileError:
        return {}
    kinds = {"name": str, "figures": dict, "dataset": dict, "training": dict, "versions": dict}
    return {key: content[key] for key in FROM_THE_RUN if isinstance(content.get(key), kinds[key])}
