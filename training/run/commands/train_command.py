"""`boxwright train`: the same run as a worker's, in this process, with its progress on the terminal."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from training.dataset.command_output import say, say_each
from training.run.commands.cluster_options import add_cluster_options, cluster_of, train_as_first, train_as_helper
from training.run.commands.command_data import CommandData, check_boxes, data_for_training
from training.run.commands.estimate_command import tell_estimate_of
from training.run.commands.setting_options import add_setting_options, given_values
from training.run.commands.terminal_training import train_on_terminal
from training.run.machine.smaller_settings import in_words, smaller_settings
from training.run.recipes.classifier_data import taught_classes
from training.run.recipes.names import CLASSIFIER, LOCALIZER
from training.run.run_folder import prepare_run_at
from training.run.settings import TrainingSettings, settings_for
from training.run.start_from import check_start
from training.run.weights_files import check_weights

# What it does, and what it takes.
_RECIPES = {
    LOCALIZER: ("one object per image: its class, its box, whether there is one", "CSV file with boxes, or a project"),
    CLASSIFIER: (
        "which class lies in each box, or which class each image shows",
        "CSV file or project with boxes or classes of images, or a folder that has a folder for each class",
    ),
}


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("train", help="train a model")
    recipes = parser.add_subparsers(dest="recipe", metavar="RECIPE")
    parser.set_defaults(run=lambda _: parser.error("the following arguments are required: RECIPE"))
    for recipe, (what, data) in _RECIPES.items():
        _add_recipe(recipes.add_parser(recipe, help=what), recipe, data)


def _add_recipe(parser: argparse.ArgumentParser, recipe: str, data: str) -> None:
    parser.add_argument("--data", type=Path, required=True, metavar="DATA", help=data)
    parser.add_argument("--validation", type=Path, metavar="FILE.csv", help="images to judge by, not to train on")
    parser.add_argument("--images", type=Path, metavar="DIR", help="folder of the images (default: that of the CSV)")
    parser.add_argument("--out", type=Path, metavar="RUN", help="new folder for the run; not needed with --estimate")
    parser.add_argument(
        "--start-from", type=Path, metavar="RUN", help="earlier run whose weights are taken if they fit"
    )
    parser.add_argument("--estimate", action="store_true", help="try a few steps, tell how long it will take, and end")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument(
        "--usual-settings",
        action="store_true",
        help="the usual settings also where this computer has little memory and would take smaller ones",
    )
    add_setting_options(parser, recipe)
    add_cluster_options(parser)
    parser.set_defaults(run=lambda arguments: train_command(arguments, parser))


def train_command(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Prepare the run, train, and report. Ctrl+C stops after the batch and keeps the model."""
    if arguments.out is None and not arguments.estimate:
        parser.error("the following arguments are required: --out")
    data = data_for_training(arguments.data, arguments.validation, arguments.images)
    say_each("left out", data.problems)
    if arguments.recipe == LOCALIZER:
        check_boxes(data, arguments.data)
    settings = _settings(arguments, data)
    if arguments.estimate:
        return _estimate(settings, data, arguments.json)
    check_start(settings)
    check_weights(settings)
    cluster = cluster_of(arguments)
    if cluster is not None and not cluster.is_first:
        return train_as_helper(settings, data.dataset, cluster)
    run = prepare_run_at(arguments.out, settings, data.dataset)
    if cluster is not None:
        return train_as_first(run, arguments.json, None, cluster)
    return train_on_terminal(run, arguments.json)


def _settings(arguments: argparse.Namespace, data: CommandData) -> TrainingSettings:
    values = _tell_smaller(arguments) | given_values(arguments)
    return TrainingSettings(
        recipe=arguments.recipe,
        image_root=str(data.image_root),
        start_from="" if arguments.start_from is None else str(arguments.start_from.absolute()),
        classes=taught_classes(arguments.recipe, values.get("source", ""), data.dataset.images, data.classes),
        **values,
    ).validate()


def _tell_smaller(arguments: argparse.Namespace) -> dict[str, Any]:
    """What this computer proposes; all machines of a cluster must have the same, and they have the usual."""
    usual = {field.key: field.default for field in settings_for(arguments.recipe)}
    if arguments.usual_settings or cluster_of(arguments) is not None:
        return usual
    given = given_values(arguments)
    smaller = {key: value for key, value in smaller_settings(arguments.recipe).items() if key not in given}
    if smaller:
        told = in_words(arguments.recipe, smaller)
        say(
            f"Smaller settings for this computer, which has little memory: {told}. --usual-settings takes the usual ones."
        )
    return usual | smaller


def _estimate(settings: TrainingSettings, data: CommandData, as_json: bool) -> int:
    """The run is prepared for this alone."""
    with tempfile.TemporaryDirectory(prefix="boxwright-estimate-") as folder:
        tell_estimate_of(prepare_run_at(Path(folder), settings, data.dataset), as_json)
    return 0
