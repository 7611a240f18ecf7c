"""The subcommands about projects and their files. Exit codes: 0 done, 1 failed with a one-line reason, 2 wrong usage."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.dataset import convert_command, sample_command
from training.dataset.command_output import fail, fail_with, say, say_each, say_json, say_replaced
from training.dataset.dataset import AnnotationFileError, Problem
from training.dataset.format_options import add_reading_options, how_to_read_all
from training.dataset.formats import boxwright_csv
from training.dataset.formats.format import Choices, Format
from training.dataset.formats.registry import WRITERS
from training.dataset.merging import merge_command
from training.dataset.store import ProjectBusyError, ProjectError, ProjectStore

if TYPE_CHECKING:
    from training.dataset.exporting import ExportResult
    from training.dataset.importing import HowToRead, ImportPlan

Subparsers = Any  # argparse keeps the class private


def add_parsers(subparsers: Subparsers) -> None:
    """Each parser's `run` default is the function that does the work and gives the exit code."""
    _add_import(subparsers.add_parser("import", help="bring annotations of any format into a project"))
    _add_export(subparsers.add_parser("export", help="write a project as CSV or in another format"))
    convert_command.add_parser(subparsers)
    merge_command.add_parser(subparsers)
    sample_command.add_parser(subparsers)


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", type=Path, metavar="PROJECT", help="the folder of images, or its project file")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="files or folders with boxes")
    parser.add_argument(
        "--replace", action="store_true", help="the files' boxes take the place of those in the project"
    )
    parser.add_argument("--images", type=Path, metavar="DIR", help="folder inside the project that names start from")
    add_reading_options(parser)
    _add_json(parser)
    parser.set_defaults(run=import_command)


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", type=Path, metavar="PROJECT", help="the folder of images, or its project file")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write to")
    parser.add_argument(
        "--per-split", action="store_true", help="write a file or folder for each of train, validation and test"
    )
    parser.add_argument(
        "--format",
        choices=sorted(WRITERS),
        default=boxwright_csv.FORMAT.name,
        metavar="FORMAT",
        help=f"one of {', '.join(WRITERS)}",
    )
    _add_json(parser)
    parser.set_defaults(run=export_command)


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")


def import_command(args: argparse.Namespace) -> int:
    """Import what can be imported, and print each thing that can't."""
    try:
        with closing(ProjectStore.open(args.project)) as store:
            below = _below(store.folder, args.images)
            if below is None:
                return fail(f"--images: expected a folder inside {store.folder}, got {args.images}", 2)
            how: dict[Path, tuple[Format, Choices]] = {}
            for path in args.files:
                how |= how_to_read_all(path, args)
            plan = _planned(store, args.replace, below, how)
            plan.apply(store)
    except (ProjectError, AnnotationFileError) as error:
        return fail_with(error)
    return _report_import(plan, args)


def export_command(args: argparse.Namespace) -> int:
    try:
        result = _exported(args.project, args.out, args.per_split, WRITERS[args.format])
    except ProjectError as error:
        return fail_with(error)
    say_each("left out", result.problems)
    for loss in result.losses:
        say(f"not in the files: {loss}")
    splits = ", ".join(f"{count} {split}" for split, count in sorted(result.splits.items()))
    say(f"Exported {result.images} images ({splits}) with {result.boxes} boxes to {args.out}.")
    say_replaced(result.replaced)
    if args.json:
        say_json(_export_figures(result))
    return 0


def _planned(store: ProjectStore, replace: bool, below: str, how: HowToRead) -> ImportPlan:
    from rich.console import Console
    from rich.progress import Progress

    from training.dataset.importing import plan_import

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Checking images", total=None)
        return plan_import(
            store,
            list(how),
            replace,
            progress=lambda done, total: bar.update(task, completed=done, total=total or None),
            below=below,
            how=how,
        )


def _below(folder: Path, images: Path | None) -> str | None:
    """The folder that names start from, as paths in the project begin; None if it is not inside the project."""
    if images is None:
        return ""
    try:
        below = images.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        return None
    return "" if below == "." else f"{below}/"


def _report_import(plan: ImportPlan, args: argparse.Namespace) -> int:
    say_each("note", plan.notes)
    say_each("not imported", plan.problems)
    names = ", ".join(repr(record.name) for record in plan.new_classes)
    say(_imported_in_words(plan) + (f" New classes: {names}." if names else ""))
    failed = plan.images == 0 and bool(plan.problems)
    if failed:
        fail(f"nothing could be imported; the first problem: {plan.problems[0]}")
    if args.json:
        say_json(_import_figures(plan))
    return 1 if failed else 0


def _imported_in_words(plan: ImportPlan) -> str:
    """Only what there is any of."""
    target = _counted(plan.images_with_boxes, "image", "images")
    parts = [
        f"{_counted(plan.boxes, 'box', 'boxes')} for {target}" if plan.boxes else "",
        _counted(plan.own_classes, "class of a whole image", "classes of whole images"),
        _counted(plan.negatives, "empty image", "empty images"),
    ]
    imported = ", ".join(part for part in parts if part) or "nothing"
    more = [
        f"{_counted(plan.duplicates, 'box was', 'boxes were')} there already" if plan.duplicates else "",
        f"{_counted(plan.told_more, 'of them gets', 'of them get')} what the files say besides"
        if plan.told_more
        else "",
        f"{_counted(plan.shared, 'box is', 'boxes are')} in another of the files, too" if plan.shared else "",
        _counted(len(plan.problems), "problem", "problems"),
    ]
    return "; ".join([f"Imported {imported}", *filter(None, [", ".join(filter(None, more))])]) + "."


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}" if count else ""


def _import_figures(plan: ImportPlan) -> dict[str, object]:
    return {
        "images": plan.images,
        "boxes": plan.boxes,
        "own_classes": plan.own_classes,
        "negatives": plan.negatives,
        "duplicates": plan.duplicates,
        "shared": plan.shared,
        "told_more": plan.told_more,
        "new_classes": [record.name for record in plan.new_classes],
        "problems": _figures_of(plan.problems),
        "notes": _figures_of(plan.notes),
    }


def _export_figures(result: ExportResult) -> dict[str, object]:
    return {
        "files": [str(path) for path in result.files],
        "replaced": [str(path) for path in result.replaced],
        "images": result.images,
        "boxes": result.boxes,
        "splits": dict(result.splits),
        "newly_assigned": result.newly_assigned,
        "problems": _figures_of(result.problems),
        "losses": list(result.losses),
    }


def _figures_of(problems: Iterable[Problem]) -> list[dict[str, object]]:
    return [{"file": problem.file, "line": problem.line, "reason": problem.reason} for problem in problems]


def _exported(project: Path, out: Path, per_split: bool, target: Format) -> ExportResult:
    """A project that a window has open can be read, as long as nothing needs to be stored in it."""
    from training.dataset.exporting import export_project, project_dataset

    busy: ProjectBusyError | None = None
    try:
        store = ProjectStore.open(project)
    except ProjectBusyError as error:
        busy = error
        store = ProjectStore.open(project, read_only=True)
    try:
        if not store.exists:
            raise ProjectError(f"The folder {store.folder} has no project yet: there is nothing to export.")
        if busy is not None and any(image.split is None for image in project_dataset(store).images):
            raise busy
        return export_project(store, out, per_split, target)
    finally:
        store.close()
