"""`boxwright sample DIR`: draw the sample project into a new folder."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.dataset.command_output import fail, say, say_json
from training.dataset.store import ProjectError, ProjectStore

if TYPE_CHECKING:
    from training.dataset.sample import Progress

_MOST_PICTURES = 100_000


def add_parser(subparsers: Any) -> None:
    """`run` of the parsed arguments does the work and gives the exit code: 0 done, 1 failed."""
    parser: argparse.ArgumentParser = subparsers.add_parser("sample", help="draw sample pictures with their true boxes")
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder")
    parser.add_argument("--count", type=_picture_count, default=240, metavar="N", help="pictures (default: 240)")
    parser.add_argument(
        "--seed", type=_seed, default=7, metavar="N", help="other seeds give other pictures (default: 7)"
    )
    parser.add_argument("--all-labelled", action="store_true", help="leave no picture for the user to label")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.set_defaults(run=sample_command)


def sample_command(args: argparse.Namespace) -> int:
    from training.dataset.sample_project import create_sample_project, is_empty_folder

    try:
        if args.folder.exists() and not is_empty_folder(args.folder):
            raise ProjectError(f"{args.folder}: expected a new or empty folder, but there is something in it.")
        with _progress_bar() as progress:
            folder = create_sample_project(
                args.folder, progress, count=args.count, seed=args.seed, all_labelled=args.all_labelled
            )
        figures = _figures(folder)
    except (ProjectError, OSError) as error:
        return fail(str(error))
    say(
        "Drew {images} pictures into {folder}: {objects} with an object, {negatives} without; "
        "{unlabelled} are left to label.".format(**figures)
    )
    if args.json:
        say_json(figures)
    return 0


def _figures(folder: Path) -> dict[str, object]:
    with closing(ProjectStore.open(folder, read_only=True)) as store:
        records, counts = list(store.records()), store.class_counts()
        classes = {record.name: counts.get(record.id, 0) for record in store.classes()}
    negatives = sum(record.is_negative for record in records)
    return {
        "folder": str(folder),
        "images": len(records),
        "objects": len(records) - negatives,
        "negatives": negatives,
        "unlabelled": sum(not record.boxes and not record.reviewed for record in records),
        "classes": classes,
    }


@contextmanager
def _progress_bar() -> Iterator[Progress]:
    """On a terminal; nothing is written elsewhere."""
    from rich.console import Console
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    with Bar(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Drawing", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _picture_count(text: str) -> int:
    return _whole_number(text, 1, _MOST_PICTURES)


def _seed(text: str) -> int:
    return _whole_number(text, 0, 2**63 - 1)


def _whole_number(text: str, least: int, most: int) -> int:
    expected = f"expected a whole number from {least} to {most}, got {text!r}"
    try:
        number = int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(expected) from error
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(expected)
    return number
