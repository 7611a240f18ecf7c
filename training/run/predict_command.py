"""`boxwright predict`: what a run's best model sees in image files."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from training.dataset.command_output import fail, say, say_json
from training.dataset.dataset import Problem
from training.dataset.image_files import ImageProblem, find_images
from training.run.failure import RunFailed
from training.run.letterbox import Letterbox, Pixels
from training.run.open_predictor import open_predictor
from training.run.predictor import Predictor, read_square
from training.run.private_stdout import native_output_into
from training.run.result_files import Seen, write_predictions
from training.run.run_folder import RunFolder

AT_ONCE = 16
DECODING_THREADS = 2

NamedFile = tuple[str, Path]


@dataclass(slots=True)
class Predicted:
    seen: list[Seen] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("predict", help="find objects in images with a trained model")
    parser.add_argument("folder", type=Path, metavar="RUN", help="folder of a finished run")
    parser.add_argument("images", type=Path, nargs="+", metavar="IMAGE_OR_DIR", help="image files, or folders of them")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.csv", help="where to write the boxes")
    parser.add_argument(
        "--min-score",
        type=_share,
        metavar="SCORE",
        help="how sure the model must be, 0 to 1 (default: presence of 0.5)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.set_defaults(run=predict_command)


def predict_command(arguments: argparse.Namespace) -> int:
    files = list(named_files(arguments.images))
    if not files:
        raise RunFailed(f"there is no image in {', '.join(map(str, arguments.images))}")
    with native_output_into(Path(os.devnull)) as (_, err):
        predictor = open_predictor(RunFolder(arguments.folder))
        predicted = _predict_with_bar(predictor, files, arguments.min_score, err)
    for problem in predicted.problems if predicted.seen else ():
        say(f"skipped: {problem}", sys.stderr)
    if not predicted.seen:
        return fail(f"none of the {len(files)} images could be read; the first: {predicted.problems[0]}")
    write_predictions(arguments.out, predicted.seen)
    boxes = sum(len(seen) for _, seen in predicted.seen)
    say(f"Found {boxes} objects in {len(predicted.seen)} images, skipped {len(predicted.problems)}: {arguments.out}")
    if arguments.json:
        skipped = [{"file": problem.file, "reason": problem.reason} for problem in predicted.problems]
        say_json({"images": len(predicted.seen), "boxes": boxes, "skipped": skipped, "epoch": predictor.card.epoch})
    return 0


def named_files(paths: Sequence[Path]) -> Iterator[NamedFile]:
    """Each image with the name it gets in the result: below a single folder its path there, else as it was given."""
    for path in paths:
        if not path.is_dir():
            yield path.as_posix(), path
            continue
        for name in find_images(path):
            yield name if len(paths) == 1 else (path / name).as_posix(), path / name


def predict_files(
    predictor: Predictor, files: Sequence[NamedFile], min_score: float | None = None
) -> Iterator[tuple[str, Seen | Problem]]:
    """The name of each file with the boxes in it, in original pixels, or with what is wrong with it; in order."""
    size = predictor.card.input_size
    with ThreadPoolExecutor(DECODING_THREADS, thread_name_prefix="decode") as pool:
        for start in range(0, len(files), AT_ONCE):
            part = files[start : start + AT_ONCE]
            read = list(pool.map(lambda file: _read(file, size), part))
            usable = [one for one in read if not isinstance(one, Problem)]
            boxes = iter(_boxes(predictor, usable, min_score))
            for (name, _), one in zip(part, read, strict=True):
                yield name, one if isinstance(one, Problem) else (name, next(boxes))


def _boxes(predictor: Predictor, read: list[tuple[Pixels, Letterbox]], min_score: float | None) -> list[Any]:
    if not read:
        return []
    outputs = predictor.outputs(np.stack([square for square, _ in read]))
    return predictor.boxes(outputs, [letterbox for _, letterbox in read], min_score)


def _read(file: NamedFile, size: int) -> tuple[Pixels, Letterbox] | Problem:
    try:
        return read_square(file[1], size)
    except ImageProblem as problem:
        return Problem(file[0], None, problem.reason)


def _predict_with_bar(
    predictor: Predictor, files: Sequence[NamedFile], min_score: float | None, err: TextIO
) -> Predicted:
    from rich.console import Console
    from rich.progress import Progress

    predicted = Predicted()
    with Progress(console=Console(file=err), transient=True, disable=not err.isatty()) as bar:
        for _, one in bar.track(predict_files(predictor, files, min_score), total=len(files), description="Predicting"):
            if isinstance(one, Problem):
                predicted.problems.append(one)
            else:
                predicted.seen.append(one)
    return predicted


def _share(text: str) -> float:
    value = float(text)
    if not 0.0 <= value <= 1.0:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to 1, got {text}")
    return value
