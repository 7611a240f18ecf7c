"""`boxwright evaluate`: how good a run's best model is on images with known boxes."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from training.dataset.command_output import say, say_each, say_json
from training.dataset.dataset import Problem, Split
from training.run.answers.open_predictor import open_predictor
from training.run.answers.predictor import Predictor
from training.run.commands.command_data import CommandData, read_data
from training.run.failure import RunFailed
from training.run.plain_values import to_plain
from training.run.prepared_images import prepare_images
from training.run.private_stdout import native_output_into
from training.run.report.measuring import Measured, measured
from training.run.result_files import write_predictions
from training.run.run_folder import RunFolder


@dataclass(frozen=True, slots=True)
class Evaluation:
    figures: Measured
    epoch: int
    problems: tuple[Problem, ...]


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("evaluate", help="measure a trained model on images with known boxes")
    parser.add_argument("folder", type=Path, metavar="RUN", help="folder of a finished run")
    parser.add_argument("--data", type=Path, required=True, metavar="DATA", help="CSV file with boxes, or a project")
    parser.add_argument("--images", type=Path, metavar="DIR", help="folder of the images (default: that of the CSV)")
    parser.add_argument("--split", choices=[split.value for split in Split], help="only the images of this split")
    parser.add_argument("--out", type=Path, metavar="FILE.csv", help="write the predicted boxes as well")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.set_defaults(run=evaluate_command)


def evaluate_command(arguments: argparse.Namespace) -> int:
    data = read_data(arguments.data, arguments.images)
    if arguments.split is not None:
        data = replace(data, dataset=data.dataset.of_split(Split(arguments.split)))
    with native_output_into(Path(os.devnull)):
        result = evaluate(open_predictor(RunFolder(arguments.folder)), data, arguments.out)
    say_each("left out", (*data.problems, *result.problems))
    for name, value in to_plain(result.figures).items():
        if isinstance(value, (int, float)):
            say(f"{name}: {value:.4g}")
    if arguments.json:
        left_out = len(data.problems) + len(result.problems)
        say_json({"figures": to_plain(result.figures), "epoch": result.epoch, "left_out": left_out})
    return 0


def evaluate(predictor: Predictor, data: CommandData, out: Path | None = None) -> Evaluation:
    """Judge a model by the largest box of each image. Raises RunFailed when no image can be used."""
    card = predictor.card
    prepared = prepare_images(data.dataset.images, data.image_root, card.class_names, card.input_size)
    if not len(prepared):
        first = f"; {prepared.problems[0]}" if prepared.problems else ""
        raise RunFailed(f"none of the {len(data.dataset.images)} images can be used{first}")
    outputs = predictor.outputs(prepared.squares)
    if out is not None:
        names = (image.filename for image in prepared.images)
        write_predictions(out, list(zip(names, predictor.boxes(outputs, prepared.letterboxes), strict=True)))
    return Evaluation(measured(prepared, outputs), card.epoch, prepared.problems)
