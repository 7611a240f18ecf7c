"""`boxwright report`: what came of a run, on the terminal or as one HTML file; what was not judged can be judged now."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from training.dataset.command_output import say, say_each, say_json
from training.dataset.is_there import is_folder
from training.run.commands.figure_lines import class_table, shown_figures
from training.run.failure import RunFailed
from training.run.private_stdout import native_output_into
from training.run.report.measuring import ClassFigures
from training.run.report.report import RunReport
from training.run.run_folder import RunFolder

SPLITS = ("validation", "test", "train")


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("report", help="show what came of a run, or write it as one HTML file")
    parser.add_argument("folder", type=Path, metavar="RUN", help="folder of a run")
    parser.add_argument("--html", type=Path, metavar="FILE.html", help="write a page that needs nothing else")
    parser.add_argument("--judge", action="store_true", help="judge the images that were not judged at the run's end")
    parser.add_argument("--images", type=Path, metavar="DIR", help="folder of the images (default: that of the run)")
    parser.add_argument("--json", action="store_true", help="print report.json as the last line")
    parser.set_defaults(run=report_command)


def report_command(arguments: argparse.Namespace) -> int:
    from training.run.report.report_reading import read_report

    run = RunFolder(arguments.folder.absolute())
    if arguments.images is not None and not is_folder(arguments.images):
        raise RunFailed(f"--images: expected a folder, got {arguments.images}")
    settings = run.settings()
    images = arguments.images or settings.image_folder
    if arguments.judge:
        _judge(run, images)
    report = read_report(run)
    _say_report(report, has_model=run.best_model.is_file())
    if arguments.html is not None:
        _write_html(run, arguments.html, images)
    if arguments.json:
        say_json(report.to_plain())
    return 0


def _judge(run: RunFolder, images: Path) -> None:
    from training.run.answers.open_quick import open_quick
    from training.run.report.judging import judge_rest, refuse_while_training

    refuse_while_training(run)
    if not is_folder(images):
        raise RunFailed(f"the images of this run were in {images}, which is not here; name their folder with --images")
    with native_output_into(Path(os.devnull)) as (_, err):
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(file=err), transient=True, disable=not err.isatty()) as bar:
            task = bar.add_task("Judging")
            with open_quick(run) as predictor:
                done = judge_rest(
                    run, predictor, images, lambda now, total: bar.update(task, completed=now, total=total)
                )
        if done.report.model is None and run.best_model.is_file():
            _add_layers(run, done.report)
    say_each("left out", done.problems)


def _add_layers(run: RunFolder, report: RunReport) -> None:
    """The run was cut off before it wrote them down."""
    from training.run.machine.devices import prepare_backend

    prepare_backend()
    from training.run.model_files import load_model
    from training.run.report.judging import events_told, held_unless_trained
    from training.run.report.model_summary import summarized

    told = events_told(run)
    model, _ = load_model(run.best_model)
    with held_unless_trained(run, told):
        replace(report, model=summarized(model)).write(run.report_file)


def _write_html(run: RunFolder, target: Path, images: Path) -> None:
    from training.run.catalogue.run_notes import read_notes
    from training.run.report.report_html import write_html

    notes = read_notes(run)
    folder = images if is_folder(images) else None
    write_html(run, target, folder, lambda _done, _total: None, notes.name, notes.note)
    without = "" if folder else f" without pictures, as {images} is not here; name their folder with --images"
    say(f"Written{without}: {target}")


def _say_report(report: RunReport, has_model: bool) -> None:
    for split, figures in report.figures.items():
        shown = shown_figures(figures)
        say(f"{split}: " + ", ".join(f"{name} {value:.4g}" for name, value in shown.items()))
    for line in class_table(_classes_of(report)):
        say(line)
    missing = [
        split for split in ("train", "validation", "test") if report.dataset.get(split) and split not in report.figures
    ]
    if missing:
        say(
            f"not judged: {', '.join(missing)}; {'--judge does it' if has_model else 'there is no model to judge them'}"
        )
    reason = f": {report.reason.rstrip('.')}" if report.reason else ""
    epochs = "1 epoch" if report.epochs_done == 1 else f"{report.epochs_done or 'no'} epochs"
    best = f", the best is {report.best_epoch}" if report.best_epoch else ""
    say(f"{report.outcome.capitalize()}{reason}; {epochs}{best}")


def _classes_of(report: RunReport) -> Sequence[ClassFigures]:
    """Of the validation images, else of what was judged."""
    judged = next((report.figures[split] for split in SPLITS if split in report.figures), None)
    return () if judged is None else judged.classes
