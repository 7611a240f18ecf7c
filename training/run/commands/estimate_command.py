"""`boxwright estimate`: how long a prepared run will take."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from training.dataset.command_output import say, say_json
from training.run.plain_values import to_plain
from training.run.private_stdout import lower_priority, native_output_into
from training.run.run_folder import RunFolder


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("estimate", help="try a few steps of a prepared run and tell how long it will take")
    parser.add_argument("path", type=Path, metavar="RUN", help="folder of a run that was prepared")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.set_defaults(run=estimate_command)


def estimate_command(arguments: argparse.Namespace) -> int:
    lower_priority()  # as the training itself, so that the answer is right while the window is used
    tell_estimate_of(RunFolder(arguments.path.absolute()), arguments.json)
    return 0


def tell_estimate_of(run: RunFolder, as_json: bool) -> None:
    """Raises what a training raises."""
    from training.run.estimating import estimate_run

    with native_output_into(Path(os.devnull)):
        estimate = estimate_run(run)
    say(estimate.sentence())
    if as_json:
        say_json(to_plain(estimate))
