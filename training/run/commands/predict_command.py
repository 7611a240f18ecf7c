"""`boxwright predict`: what a run's best model sees in image files, or takes what lies in boxes for."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from training.dataset.command_output import INTERRUPTED, fail, say, say_json
from training.run.answers.finding_files import FoundFiles, NamedFile
from training.run.answers.open_quick import open_quick
from training.run.answers.predict_files import DrawnBoxes, predict_into
from training.run.answers.predictor import Predictor
from training.run.commands import predict_progress
from training.run.commands.asking_options import add_asking_options, add_model_argument
from training.run.commands.drawn_boxes import check_takes_boxes, drawn_boxes
from training.run.commands.interrupting import stopping_on_interrupt, until_stdin_closes
from training.run.commands.predict_results import add_result_options, journal_of, result_lines, sinks_of, tell_files
from training.run.commands.prediction_words import Tally as ToldTally
from training.run.commands.prediction_words import TallySink
from training.run.failure import ModelFileError, RunFailed, reason_of
from training.run.model_card import ModelCard
from training.run.opened_model import open_model, told_as
from training.run.private_stdout import native_output_into
from training.run.results.journal import Journal
from training.run.results.result import ResultSink
from training.run.results.tally import Tally
from training.run.run_control import RunControl
from training.run.samples.classifier_images import BOXES

WITHOUT_BOXES = (
    "note: this model learned from boxes, and now each image as a whole is classified: give --boxes FILE.csv or a project "
    "to classify what lies in its boxes"
)


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("predict", help="find objects in images, or classify them, with a trained model")
    add_model_argument(parser)
    parser.add_argument("images", type=Path, nargs="+", metavar="IMAGE_OR_DIR", help="image files, or folders of them")
    add_result_options(parser)
    parser.add_argument(
        "--boxes",
        type=Path,
        metavar="DATA",
        help="CSV file or project with the boxes that a classifier is asked about (default: whole images)",
    )
    add_asking_options(parser)
    parser.set_defaults(run=predict_command)


def predict_command(arguments: argparse.Namespace) -> int:
    sinks, run, control = sinks_of(arguments), open_model(arguments.model), RunControl()
    if arguments.attached:
        control.listen(until_stdin_closes())
    with native_output_into(Path(os.devnull)), told_as(arguments.model, run):
        predictor = open_quick(run)
    with told_as(arguments.model, run), predictor, FoundFiles(arguments.images, without=arguments.annotated) as found:
        journal = None if arguments.attached else journal_of(arguments, run, predictor.card)
        _say_notes(arguments, predictor, journal)
        shown = TallySink(keeps_all=arguments.json)
        tally = _predict(arguments, predictor, found, [*sinks, shown], control, journal)
        videos = found.videos
    if tally.cancelled:
        return _fail_as_stopped(arguments, tally)
    if not tally.images:
        return _fail_as_empty(arguments, tally)
    _say(shown.told(tally), predictor.card, arguments, tally)
    for line in result_lines(sinks):
        say(line)
    if videos:
        left_out = "1 video was left out" if videos == 1 else f"{videos} videos were left out"
        say(f"note: {left_out}: boxwright video is for that", sys.stderr)
    if arguments.json:
        say_json({**shown.told(tally).to_plain(predictor.card.is_classifier), **_more_to_tell(tally, predictor.card)})
    return 0


def _predict(
    arguments: argparse.Namespace,
    predictor: Predictor,
    found: FoundFiles,
    sinks: Sequence[ResultSink],
    control: RunControl,
    journal: Journal | None,
) -> Tally:
    # Which boxes or ids belong to which file is only known when all files are.
    must_know_all = arguments.boxes is not None or arguments.coco_ids is not None
    files: Iterable[NamedFile] = list(found) if must_know_all else found
    if arguments.coco_ids is not None:
        tell_files(sinks, [name for name, _ in files])
    drawn = None if arguments.boxes is None else _drawn(arguments, predictor.card, list(files))
    with (
        native_output_into(Path(os.devnull)) as (out, err),
        stopping_on_interrupt(control),
        predict_progress.lines(out) if arguments.progress else predict_progress.bar(err) as tell,
    ):
        try:
            return predict_into(
                predictor,
                files,
                sinks,
                min_score=arguments.min_score,
                drawn=drawn,
                progress=tell,
                cancelled=lambda: control.stop_requested,
                resume=journal,
            )
        except (OSError, ModelFileError) as error:
            if journal is None or not journal.path.exists():
                raise
            text = f"{reason_of(error)}; what was found is kept, and the same command with --resume goes on"
            raise RunFailed(text) from error


def _drawn(arguments: argparse.Namespace, card: ModelCard, files: Sequence[NamedFile]) -> DrawnBoxes:
    check_takes_boxes(card)
    return drawn_boxes(arguments.boxes, arguments.images, files)


def _say_notes(arguments: argparse.Namespace, predictor: Predictor, journal: Journal | None) -> None:
    card = predictor.card
    if arguments.boxes is None and card.is_classifier and card.source == BOXES:
        say(WITHOUT_BOXES, sys.stderr)
    if predictor.note:
        say(f"note: {predictor.note}", sys.stderr)
    if journal is not None and not arguments.resume and journal.path.exists():
        say("note: an earlier run was cut off and now begins anew; --resume would have gone on with it", sys.stderr)


def _fail_as_stopped(arguments: argparse.Namespace, tally: Tally) -> int:
    if arguments.attached:
        return fail("nobody waits any more: nothing was written")
    if not tally.images:
        return fail("stopped before anything was found", INTERRUPTED)
    return fail(f"stopped after {tally.images} images; to go on, give the same command with --resume", INTERRUPTED)


def _fail_as_empty(arguments: argparse.Namespace, tally: Tally) -> int:
    if not tally.problems:
        return fail(f"there is no image in {', '.join(map(str, arguments.images))}")
    return fail(f"none of the {len(tally.problems)} images could be read; the first: {tally.problems[0]}")


def _say(told: ToldTally, card: ModelCard, arguments: argparse.Namespace, tally: Tally) -> None:
    for problem in tally.problems:
        say(f"skipped: {problem}", sys.stderr)
    for problem in tally.not_kept:
        say(f"not drawn: {problem}", sys.stderr)
    for line in () if arguments.progress else told.lines():
        say(line)
    say(f"{told.summary(card.is_classifier)}: {arguments.out}")


def _more_to_tell(tally: Tally, card: ModelCard) -> dict[str, Any]:
    not_drawn = [{"file": problem.file, "reason": problem.reason} for problem in tally.not_kept]
    return {"epoch": card.epoch, "resumed": tally.resumed, "not_drawn": not_drawn}
