"""`boxwright resume`: a run that was stopped or died goes on, and one prepared on another machine is started."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from training.run.commands.terminal_training import train_on_terminal
from training.run.run_folder import RunFolder
from training.run.startable import check_prepared


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "resume", help="go on with a run that was stopped or died, or start one that was prepared elsewhere"
    )
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="folder of the run")
    parser.add_argument("--images", type=Path, metavar="DIR", help="folder of its images (default: where they were)")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.set_defaults(run=resume_command)


def resume_command(arguments: argparse.Namespace) -> int:
    """Go on where the run's state stands. Ctrl+C stops after the batch and keeps the model."""
    run = RunFolder(arguments.run_folder.absolute())
    # Before log.txt is opened in what may be no run at all.
    check_prepared(run)
    return train_on_terminal(run, arguments.json, arguments.images)
