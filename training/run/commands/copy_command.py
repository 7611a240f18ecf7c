"""`boxwright copy`: a project of one's own from one that somebody else has open."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from training.dataset.command_output import say, say_each, say_json
from training.run.commands.zip_commands import counted, figures_of, shown_progress


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("copy", help="copy a project, which others may have open, to work on it yourself")
    parser.add_argument("project", type=Path, metavar="PROJECT", help="the folder of images, or its project file")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--into", type=Path, metavar="DIR", help="a new or empty folder for the project and its photos")
    where.add_argument(
        "--boxes-only",
        action="store_true",
        help="copy no photos: the boxes are kept in your user data folder, the photos read where they are",
    )
    parser.add_argument("--with-runs", action="store_true", help="with the reports and models of the project's runs")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.set_defaults(run=copy_command, parser=parser)


def copy_command(arguments: argparse.Namespace) -> int:
    from training.dataset.project_copy import copy_boxes, copy_project

    if arguments.boxes_only:
        if arguments.with_runs:
            arguments.parser.error("--with-runs: expected with --into, got --boxes-only")
        copied = copy_boxes(arguments.project)
        say(f"Copied the boxes into {copied.place}; the photos are read where they are.")
    else:
        with shown_progress("Copying") as progress:
            copied = copy_project(arguments.project, arguments.into, with_runs=arguments.with_runs, progress=progress)
        say_each("not in it", copied.problems)
        runs = f" and {counted(copied.runs, 'run')}" if arguments.with_runs else ""
        say(f"Copied {counted(copied.images, 'image')}{runs} into {copied.place}.")
    say("To bring your work back: `boxwright hand-in` writes it as a zip, and `boxwright merge` takes that in.")
    if arguments.json:
        problems = figures_of(copied.problems)
        say_json({"project": str(copied.place), "images": copied.images, "runs": copied.runs, "problems": problems})
    return 0
