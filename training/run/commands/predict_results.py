"""What `boxwright predict` writes, and what must be the same for a cut-off run to go on."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from training.run.failure import RunFailed
from training.run.model_card import ModelCard
from training.run.results.annotated_sink import AnnotatedSink
from training.run.results.coco_ids import CocoIds
from training.run.results.coco_sink import CocoSink
from training.run.results.csv_sink import CsvSink
from training.run.results.journal import Journal
from training.run.results.result import ResultSink
from training.run.run_folder import RunFolder


def add_result_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.csv", help="where to write boxes and classes")
    parser.add_argument(
        "--coco",
        type=Path,
        metavar="FILE.json",
        help="also write COCO results; FILE.images.json beside says what the ids of images and categories mean",
    )
    parser.add_argument(
        "--coco-ids",
        type=Path,
        metavar="FILE.json",
        help="take these ids from the data set's own COCO file, by the names in it",
    )
    parser.add_argument(
        "--annotated", type=Path, metavar="DIR", help="also write copies of the images with what was seen drawn in"
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on with a run of the same model and options that was cut off"
    )


def sinks_of(arguments: argparse.Namespace) -> list[ResultSink]:
    """Raises RunFailed where they would write over each other or over what is read."""
    _check_places(arguments)
    sinks: list[ResultSink] = [CsvSink(arguments.out)]
    if arguments.coco is not None:
        sinks.append(CocoSink(arguments.coco, arguments.coco_ids and CocoIds.read(arguments.coco_ids)))
    if arguments.annotated is not None:
        sinks.append(AnnotatedSink(arguments.annotated, arguments.images))
    return sinks


def journal_of(arguments: argparse.Namespace, run: RunFolder, card: ModelCard) -> Journal:
    """Raises OSError."""
    described = {
        "model": f"{card.recipe} of epoch {card.epoch}, {_digest_of_model(run, card)}",
        "--min-score": _worded(arguments.min_score),
        "list of images": " ".join(f"{path.as_posix()} at {path.resolve().as_posix()}" for path in arguments.images),
        "--boxes": _file_worded(arguments.boxes),
        "--coco": _worded(arguments.coco and arguments.coco.resolve()),
        "--coco-ids": _file_worded(arguments.coco_ids),
        "--annotated": _worded(arguments.annotated and arguments.annotated.resolve()),
    }
    return Journal.beside(arguments.out, described, goes_on=arguments.resume)


def tell_files(sinks: Sequence[ResultSink], names: Iterable[str]) -> None:
    """All that will come, to those who must know before the first comes."""
    for sink in sinks:
        if isinstance(sink, CocoSink) and sink.has_ids:
            sink.expect(names)


def result_lines(sinks: Sequence[ResultSink]) -> Iterator[str]:
    """Of those that only some ask for."""
    for sink in sinks:
        if isinstance(sink, CocoSink):
            yield f"COCO results: {sink.path}, images and categories: {sink.images_path}"
            if sink.ambiguous:
                first = ", ".join(sink.ambiguous[:2])
                yield (
                    f"note: {len(sink.ambiguous)} images have no id in --coco-ids by their path, and a base name that fits "
                    f"more than one of them, so they get new ids: {first}{', …' if len(sink.ambiguous) > 2 else ''}"
                )
            if sink.new_images and sink.has_ids:
                yield f"note: {sink.new_images} images have no id in --coco-ids and were numbered after those that have"
        if isinstance(sink, AnnotatedSink):
            yield f"Annotated images: {sink.written} in {sink.folder}"


def _check_places(arguments: argparse.Namespace) -> None:
    if arguments.coco_ids is not None and arguments.coco is None:
        raise RunFailed("--coco-ids: it says the ids for --coco, which is not given")
    read = {path.resolve() for path in (*arguments.images, arguments.boxes, arguments.coco_ids) if path is not None}
    files = {"--out": [arguments.out]}
    if arguments.coco is not None:
        files["--coco"] = [arguments.coco, CocoSink(arguments.coco).images_path]
    written: set[Path] = set()
    for option, path in ((option, path) for option, paths in files.items() for path in paths):
        if path.resolve() in read | written:
            raise RunFailed(f"{option}: {path} is read or written by another option, too; give another name")
        written.add(path.resolve())
    if arguments.annotated is not None and arguments.annotated.resolve() in written:
        raise RunFailed(f"--annotated: {arguments.annotated} is written by another option; give another folder")


def _digest_of_model(run: RunFolder, card: ModelCard) -> str:
    digest = hashlib.sha256(card.to_json().encode())
    for path in (run.litert_model, run.best_model):
        if path.is_file():
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
            break
    return digest.hexdigest()[:16]


def _file_worded(path: Path | None) -> str:
    if path is None or not path.is_file():
        return _worded(path and path.resolve())
    with path.open("rb") as file:
        return f"{path.as_posix()}, {hashlib.file_digest(file, 'sha256').hexdigest()[:16]}"


def _worded(value: object) -> str:
    return "none" if value is None else str(value)
