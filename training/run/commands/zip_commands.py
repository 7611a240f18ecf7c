"""`boxwright hand-in` and `boxwright unpack`: a project with its photos as one zip, and back."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from training.dataset.command_output import say, say_each, say_json
from training.dataset.dataset import Problem


def add_parsers(subparsers: Any) -> None:
    hand_in = subparsers.add_parser("hand-in", help="write a project with its photos as one zip")
    hand_in.add_argument("project", type=Path, metavar="PROJECT", help="the folder of images, or its project file")
    hand_in.add_argument("--out", type=Path, required=True, metavar="FILE.zip", help="where to write the zip")
    hand_in.add_argument("--with-runs", action="store_true", help="with the reports and models of the project's runs")
    _add_json(hand_in, hand_in_command)
    unpack = subparsers.add_parser("unpack", help="open a project that was handed in as a zip")
    unpack.add_argument("file", type=Path, metavar="FILE.zip", help="a zip that hand-in wrote")
    unpack.add_argument("--into", type=Path, required=True, metavar="DIR", help="a new or empty folder for the project")
    unpack.add_argument("--with-runs", action="store_true", help="also the runs in it; their models are checked")
    _add_json(unpack, unpack_command)


def _add_json(parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int]) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.set_defaults(run=run)


def hand_in_command(arguments: argparse.Namespace) -> int:
    from training.dataset.project_zip import write_project_zip

    with shown_progress("Writing") as progress:
        result = write_project_zip(arguments.project, arguments.out, with_runs=arguments.with_runs, progress=progress)
    say_each("not in it", result.problems)
    for image, name in result.renamed:
        say(f"note: {image} is called {name} there, so that every system can open it")
    runs = f" and {counted(result.runs, 'run')}" if arguments.with_runs else ""
    say(f"Wrote {counted(result.images, 'image')}{runs} to {arguments.out} ({result.size / 1e6:.1f} MB).")
    if arguments.json:
        say_json(
            {
                "file": str(arguments.out),
                "images": result.images,
                "runs": result.runs,
                "bytes": result.size,
                "problems": figures_of(result.problems),
                "renamed": dict(result.renamed),
            }
        )
    return 0


def unpack_command(arguments: argparse.Namespace) -> int:
    from training.dataset.project_unzip import unpack_project
    from training.run.opening.run_check import fault_of_run

    with shown_progress("Unpacking") as progress:
        result = unpack_project(
            arguments.file,
            arguments.into,
            with_runs=arguments.with_runs,
            check_run=fault_of_run,
            progress=progress,
        )
    say_each("note", result.problems)
    left_out = f"; {counted(result.foreign, 'other file')} in it stayed out" if result.foreign else ""
    runs = f" and {counted(result.runs, 'run')}" if arguments.with_runs else ""
    say(f"Unpacked {counted(result.images, 'image')}{runs} into {result.folder}{left_out}.")
    if arguments.json:
        say_json(
            {
                "folder": str(result.folder),
                "images": result.images,
                "runs": result.runs,
                "left_out": result.foreign,
                "problems": figures_of(result.problems),
            }
        )
    return 0


@contextmanager
def shown_progress(title: str) -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def figures_of(problems: tuple[Problem, ...]) -> list[dict[str, object]]:
    return [{"file": problem.file, "reason": problem.reason} for problem in problems]
