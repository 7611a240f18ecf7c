"""Options of the commands that ask a model: `predict`, `video` and `serve`."""

from __future__ import annotations

import argparse
from pathlib import Path

from training.run.commands.number_options import share


def add_model_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=Path, metavar="MODEL", help="folder of a finished run, its zip or a .keras file")


def add_asking_options(parser: argparse.ArgumentParser) -> None:
    """How sure the model must be, and how it is told to people and to a program that waits."""
    parser.add_argument(
        "--min-score",
        type=share,
        metavar="SCORE",
        help="how sure the model must be, 0 to 1 (default: presence of 0.5; a classifier tells its best class always)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument("--progress", action="store_true", help="print JSON lines that say how far it is")
    parser.add_argument("--attached", action="store_true", help="end when stdin is closed, as its program has ended")
