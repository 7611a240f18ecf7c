"""`boxwright evaluate`: how good a run's best model is on images with known boxes or classes."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from training.dataset.command_output import say, say_each, say_json
from training.dataset.dataset import Problem, Split
from training.run.answers.asking import answers_about
from training.run.answers.open_quick import open_quick
from training.run.answers.predictor import Predictor
from training.run.commands.command_data import CommandData, read_data
from training.run.commands.figure_lines import class_table, figure_lines
from training.run.failure import RunFailed
from training.run.opened_model import open_model, told_as
from training.run.plain_values import to_plain
from training.run.private_stdout import native_output_into
from training.run.report.confusion import Confusion, confusion_of
from training.run.report.judged_outputs import judged, prepared_to_judge
from training.run.report.measuring import Measured, measured_of
from training.run.result_files import write_predictions
from training.run.samples.classifier_images import IMAGES


@dataclass(frozen=True, slots=True)
class Evaluation:
    figures: Measured
    confusion: Confusion
    recipe: str
    epoch: int
    problems: tuple[Problem, ...]


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("evaluate", help="measure a trained model on images with known boxes or classes")
    parser.add_argument("folder", type=Path, metavar="MODEL", help="folder of a run, exported zip or .keras file")
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DATA",
        help="CSV file with boxes or classes, a project, or for a classifier a folder with one folder for each class",
    )
    parser.add_argument("--images", type=Path, metavar="DIR", help="folder of the images (default: that of the CSV)")
    parser.add_argument("--split", choices=[split.value for split in Split], help="only the images of this split")
    parser.add_argument("--out", type=Path, metavar="FILE.csv", help="write what was predicted as well")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.set_defaults(run=evaluate_command)


def evaluate_command(arguments: argparse.Namespace) -> int:
    data = read_data(arguments.data, arguments.images)
    if arguments.split is not None:
        data = replace(data, dataset=data.dataset.of_split(Split(arguments.split)))
    run = open_model(arguments.folder)
    with native_output_into(Path(os.devnull)), told_as(arguments.folder, run), open_quick(run) as predictor:
        result = evaluate(predictor, data, arguments.out)
    say_each("left out", (*data.problems, *result.problems))
    for line in (*figure_lines(result.figures), *class_table(result.figures.classes)):
        say(line)
    if arguments.json:
        say_json(_plain(result, left_out=len(data.problems) + len(result.problems)))
    return 0


def _plain(result: Evaluation, left_out: int) -> dict[str, Any]:
    """With the keys that report.json has for one split."""
    return {
        "recipe": result.recipe,
        "figures": to_plain(result.figures),
        "confusion": to_plain(result.confusion),
        "epoch": result.epoch,
        "left_out": left_out,
    }


def evaluate(predictor: Predictor, data: CommandData, out: Path | None = None) -> Evaluation:
    """Judge a model by the largest box of each image; a classifier by every box, or by whole images if there is no box.

    Raises RunFailed when no image can be used.
    """
    card = predictor.card
    images = data.dataset.images
    source = card.source if any(image.boxes for image in images) else IMAGES
    if card.is_classifier and source == IMAGES and not any(image.image_class is not None for image in images):
        raise RunFailed(
            "this run classifies whole images, and none of these has a class of its own; expected a CSV file with classes "
            "of images, or a folder that has a folder for each class"
        )
    prepared = prepared_to_judge(card, images, data.image_root, source)
    if not len(prepared):
        first = f"; {prepared.problems[0]}" if prepared.problems else ""
        raise RunFailed(f"none of the {len(images)} images can be used{first}")
    outputs = predictor.outputs(prepared.squares)
    if out is not None:
        answers = answers_about(card, prepared.samples, prepared.letterboxes, outputs)
        write_predictions(out, ((filename, answer.rows) for filename, answer in answers))
    found = judged("", prepared, outputs, card)
    figures, confusion = measured_of(found, card.class_names), confusion_of(found, card.class_names)
    return Evaluation(figures, confusion, card.recipe, card.epoch, prepared.problems)
