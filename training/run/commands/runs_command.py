"""`boxwright runs`: the list of runs, as the window shows it."""

from __future__ import annotations

import argparse
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from training.dataset.command_output import say, say_json
from training.run.catalogue.run_catalogue import list_runs, summary_of
from training.run.catalogue.run_places import runs_folder_named
from training.run.catalogue.run_summary import RunState, RunSummary, clock_time, image_counts
from training.run.percent import whole_percent
from training.run.run_folder import RunFolder

HEADINGS = (
    *("name", "recipe", "images", "data", "mean IoU", "IoU>=0.5", "class", "macro F1"),
    *("time", "started", "outcome"),
)
FIGURES = ("mean_iou", "iou50", "class_accuracy", "macro_f1")
LENGTH_OF_HASH = 8


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("runs", help="list the runs of a project with their figures and how they ended")
    parser.add_argument("place", type=Path, metavar="PROJECT_OR_FOLDER", help="a project, or a folder of runs")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.set_defaults(run=runs_command)


def runs_command(arguments: argparse.Namespace) -> int:
    """Newest first; images are train/validation/test, figures those of the best epoch."""
    folder, summaries = _listed(arguments.place)
    if arguments.json:
        say_json({"runs_folder": str(folder), "runs": [summary.to_plain() for summary in summaries]})
        return 0
    if not summaries:
        say(f"No runs in {folder} yet. boxwright train makes one.")
        return 0
    _say_table([HEADINGS, *map(_row, summaries)])
    for summary in summaries:
        if summary.problem:
            say(f"{summary.name}: {summary.problem}")
    return 0


def _listed(place: Path) -> tuple[Path, list[RunSummary]]:
    if (place / "settings.json").is_file():
        return place, [summary_of(RunFolder(place.absolute()))]
    folder = runs_folder_named(place)
    return folder, list_runs(folder)


def _row(run: RunSummary) -> tuple[str, ...]:
    figures = (_percent(run.figures.get(name)) for name in FIGURES)
    data = run.dataset_hash[:LENGTH_OF_HASH] or "–"
    return (
        run.name, run.recipe or "–", image_counts(run.images), data, *figures,
        clock_time(run.seconds), _date(run.created), _outcome(run),
    )  # fmt: skip


def _outcome(run: RunSummary) -> str:
    epochs = f", epoch {run.epochs_done} of {run.epochs}" if run.epochs and run.state is not RunState.WAITING else ""
    return run.state.value + epochs + (f" ({run.code.replace('_', ' ')})" if run.code else "")


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{whole_percent(share)} %"


def _date(seconds: float | None) -> str:
    return "–" if seconds is None else f"{datetime.fromtimestamp(seconds):%Y-%m-%d %H:%M}"


def _say_table(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        say("  ".join(cells).rstrip())


def _width(text: str) -> int:
    """Columns of a terminal: letters of East Asia take two."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) > 0 for character in text)
