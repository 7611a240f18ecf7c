"""`boxwright predict`: what a run's best model sees in image files, or takes what lies in boxes for."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from training.dataset.command_output import fail, say, say_json
from training.dataset.dataset import Problem
from training.dataset.image_files import find_images
from training.run.answers.finding_files import NamedFile
from training.run.answers.open_predictor import open_predictor
from training.run.answers.predict_files import DrawnBoxes, predict_files
from training.run.answers.prediction import Answer
from training.run.commands.drawn_boxes import check_takes_boxes, drawn_boxes
from training.run.commands.prediction_words import Tally
from training.run.failure import RunFailed
from training.run.model_card import ModelCard
from training.run.private_stdout import native_output_into
from training.run.result_files import Seen, write_predictions
from training.run.run_control import RunControl, StopRequested
from training.run.run_folder import RunFolder
from training.run.samples.classifier_images import BOXES

PROGRESS_INTERVAL_S = 0.2
STDIN = 0
WITHOUT_BOXES = (
    "note: this model learned from boxes, and now each image as a whole is classified: give --boxes FILE.csv or a project "
    "to classify what lies in its boxes"
)


class NothingReadError(Exception):
    """None of the images could be read."""


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("predict", help="find objects in images, or classify them, with a trained model")
    parser.add_argument("folder", type=Path, metavar="RUN", help="folder of a finished run")
    parser.add_argument("images", type=Path, nargs="+", metavar="IMAGE_OR_DIR", help="image files, or folders of them")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.csv", help="where to write boxes and classes")
    parser.add_argument(
        "--boxes",
        type=Path,
        metavar="DATA",
        help="CSV file or project with the boxes that a classifier is asked about (default: whole images)",
    )
    parser.add_argument(
        "--min-score",
        type=_share,
        metavar="SCORE",
        help="how sure the model must be, 0 to 1 (default: presence of 0.5; a classifier tells its best class always)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument("--progress", action="store_true", help="print JSON lines that say how far it is")
    parser.add_argument("--attached", action="store_true", help="end when stdin is closed, as its program has ended")
    parser.set_defaults(run=predict_command)


def predict_command(arguments: argparse.Namespace) -> int:
    files = list(named_files(arguments.images))
    if not files:
        raise RunFailed(f"there is no image in {', '.join(map(str, arguments.images))}")
    tally, control = Tally(keeps_all=arguments.json), RunControl()
    if arguments.attached:
        # Not sys.stdin: Python ends badly while a thread waits for a line of it.
        control.listen("" for _ in iter(lambda: os.read(STDIN, 1024), b""))
    with native_output_into(Path(os.devnull)) as (out, err):
        predictor = open_predictor(RunFolder(arguments.folder))
        drawn = _drawn(arguments, predictor.card, files)
        shown = _told(out, len(files)) if arguments.progress else _bar(err, len(files))
        try:
            with shown as advance:
                found = predict_files(predictor, files, arguments.min_score, drawn)
                write_predictions(arguments.out, _counted(found, tally, advance, control))
        except StopRequested:
            return fail("nobody waits any more: nothing was written")
        except NothingReadError:
            first = tally.problems[0]
            return fail(f"none of the {len(files)} images could be read; the first: {first}")
    _say(tally, predictor.card, arguments)
    return 0


def _drawn(arguments: argparse.Namespace, card: ModelCard, files: Sequence[NamedFile]) -> DrawnBoxes | None:
    if arguments.boxes is None:
        if card.is_classifier and card.source == BOXES:
            say(WITHOUT_BOXES, sys.stderr)
        return None
    check_takes_boxes(card)
    return drawn_boxes(arguments.boxes, arguments.images, files)


def _say(tally: Tally, card: ModelCard, arguments: argparse.Namespace) -> None:
    for problem in tally.problems:
        say(f"skipped: {problem}", sys.stderr)
    for line in () if arguments.progress else tally.lines():
        say(line)
    say(f"{tally.summary(card.is_classifier)}: {arguments.out}")
    if arguments.json:
        say_json({**tally.to_plain(card.is_classifier), "epoch": card.epoch})


def named_files(paths: Sequence[Path]) -> Iterator[NamedFile]:
    """Each image with the name it gets in the result: below a single folder its path there, else as it was given."""
    for path in paths:
        if not path.is_dir():
            yield path.as_posix(), path
            continue
        for name in find_images(path):
            yield name if len(paths) == 1 else (path / name).as_posix(), path / name


def _counted(
    found: Iterable[tuple[str, Answer | Problem]], tally: Tally, advance: Callable[[], object], control: RunControl
) -> Iterator[Seen]:
    """What is seen in each file that can be read."""
    for name, one in found:
        control.raise_if_stopped()
        advance()
        if isinstance(one, Problem):
            tally.problems.append(one)
        else:
            tally.add(name, one)
            yield name, one.rows
    if not tally.images:
        raise NothingReadError


@contextmanager
def _bar(err: TextIO, total: int) -> Iterator[Callable[[], object]]:
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(file=err), transient=True, disable=not err.isatty()) as bar:
        task = bar.add_task("Predicting", total=total)
        yield lambda: bar.advance(task)


@contextmanager
def _told(out: TextIO, total: int) -> Iterator[Callable[[], object]]:
    """For a program that waits: a few lines a second, `{"done": 5, "total": 20}`."""
    done, last = 0, 0.0

    def advance() -> None:
        nonlocal done, last
        done += 1
        now = time.monotonic()
        if now - last >= PROGRESS_INTERVAL_S or done == total:
            last = now
            out.write(json.dumps({"done": done, "total": total}) + "\n")
            out.flush()

    yield advance


def _share(text: str) -> float:
    value = float(text)
    if not 0.0 <= value <= 1.0:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to 1, got {text}")
    return value
