"""`boxwright preview`: a picture of what the training would make of some of its images."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from PIL import Image

from training.dataset.command_output import say, say_each
from training.dataset.safe_files import replacing
from training.run.commands.command_data import data_for_training
from training.run.commands.setting_options import add_setting_options, setting_values
from training.run.failure import RunFailed
from training.run.samples.augmentation_preview import COPIES, ROWS, contact_sheet, preview_rows, preview_samples
from training.run.settings import RECIPES, TrainingSettings


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("preview", help="write a picture of how the training images are varied")
    recipes = parser.add_subparsers(dest="recipe", metavar="RECIPE")
    parser.set_defaults(run=lambda _: parser.error("the following arguments are required: RECIPE"))
    for recipe in RECIPES:
        of_recipe = recipes.add_parser(recipe, help=f"as `train {recipe}` varies them")
        of_recipe.add_argument("--data", type=Path, required=True, metavar="DATA", help="CSV file, or a project")
        of_recipe.add_argument(
            "--images", type=Path, metavar="DIR", help="folder of the images (default: that of the CSV)"
        )
        of_recipe.add_argument("--out", type=Path, required=True, metavar="FILE.png", help="the picture to write")
        of_recipe.add_argument(
            "--rows", type=int, default=ROWS, metavar="N", help="how many images. Default: %(default)s."
        )
        of_recipe.add_argument(
            "--copies", type=int, default=COPIES, metavar="N", help="varied copies of each. Default: %(default)s."
        )
        add_setting_options(of_recipe, recipe)
        of_recipe.set_defaults(run=lambda arguments: preview_command(arguments))


def preview_command(arguments: argparse.Namespace) -> int:
    data = data_for_training(arguments.data, None, arguments.images)
    say_each("left out", data.problems)
    settings = TrainingSettings(
        recipe=arguments.recipe, image_root=str(data.image_root), classes=data.classes, **setting_values(arguments)
    ).validate()
    samples = preview_samples(settings, data.dataset.images, rows=max(1, arguments.rows))
    say_each("left out", samples.problems)
    if not samples.chosen:
        raise RunFailed(f"{arguments.data}: expected a training image that can be read, found none")
    rows = preview_rows(samples, settings, copies=max(1, arguments.copies))
    with replacing(arguments.out) as beside:
        Image.fromarray(contact_sheet(rows)).save(beside, format="PNG")
    say(f"{arguments.out}: {len(rows)} images, the original at the left, {len(rows[0].varied)} varied copies of each")
    return 0
