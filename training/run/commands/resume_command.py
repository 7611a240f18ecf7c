"""`boxwright resume`: a run that was stopped or died goes on, and one prepared on another machine is started."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from training.dataset.formats import boxwright_csv
from training.run.commands.cluster_options import add_cluster_options, cluster_of, train_as_first, train_as_helper
from training.run.commands.terminal_training import train_on_terminal
from training.run.run_folder import RunFolder
from training.run.startable import check_prepared
from training.run.weights_files import check_weights


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "resume", help="go on with a run that was stopped or died, or start one that was prepared elsewhere"
    )
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="folder of the run")
    parser.add_argument("--images", type=Path, metavar="DIR", help="folder of its images (default: where they were)")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    add_cluster_options(parser)
    parser.set_defaults(run=resume_command)


def resume_command(arguments: argparse.Namespace) -> int:
    """Go on where the run's state stands. Ctrl+C stops after the batch and keeps the model."""
    run = RunFolder(arguments.run_folder.absolute())
    # Before log.txt is opened in what may be no run at all, or can't begin.
    check_prepared(run)
    if not run.state_file.is_file():
        check_weights(run.settings())
    cluster = cluster_of(arguments)
    if cluster is None:
        return train_on_terminal(run, arguments.json, arguments.images)
    if cluster.is_first:
        return train_as_first(run, arguments.json, arguments.images, cluster)
    settings = run.settings()
    if arguments.images is not None:
        settings = replace(settings, image_root=str(arguments.images.absolute()))
    dataset, _ = boxwright_csv.read(run.dataset_file)
    return train_as_helper(settings, dataset, cluster)
