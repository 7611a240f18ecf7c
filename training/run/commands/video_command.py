"""`boxwright video`: what a model sees in a video, drawn into a copy of it, and as rows of a file."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from training.dataset.command_output import INTERRUPTED, fail, say, say_json
from training.run.answers.open_quick import open_quick
from training.run.commands import predict_progress
from training.run.commands.asking_options import add_asking_options, add_model_argument
from training.run.commands.interrupting import stopping_on_interrupt, until_stdin_closes
from training.run.commands.number_options import count
from training.run.failure import RunFailed
from training.run.opened_model import open_model, told_as
from training.run.private_stdout import native_output_into
from training.run.results.tally import Progress
from training.run.results.telling import Teller
from training.run.run_control import RunControl
from training.run.streams.annotating import AnnotatedTally, annotate_video
from training.run.streams.containers import check_is_video


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("video", help="find objects in a video, or classify it, with a trained model")
    add_model_argument(parser)
    parser.add_argument("video", type=Path, metavar="FILE", help="the video")
    parser.add_argument("--out", type=Path, metavar="FILE.mp4", help="where to write the video with boxes, or bars")
    parser.add_argument("--csv", type=Path, metavar="FILE.csv", help="where to write what is seen, with its moment")
    parser.add_argument("--every", type=count, default=1, metavar="N", help="look at each Nth frame (default: 1, all)")
    add_asking_options(parser)
    parser.set_defaults(run=video_command)


def video_command(arguments: argparse.Namespace) -> int:
    if arguments.out is None and arguments.csv is None:
        raise RunFailed("nothing is to be written: expected --out FILE.mp4, --csv FILE.csv, or both")
    check_is_video(arguments.video)  # before seconds are spent on the model
    run, control = open_model(arguments.model), RunControl()
    with (
        native_output_into(Path(os.devnull)) as (out, err),
        told_as(arguments.model, run),
        open_quick(run) as predictor,
        stopping_on_interrupt(control),
        predict_progress.lines(out) if arguments.progress else predict_progress.bar(err) as tell,
    ):
        if arguments.attached:
            control.listen(until_stdin_closes())
        told = _Told(tell)
        tally = annotate_video(
            predictor,
            arguments.video,
            arguments.out,
            arguments.csv,
            every=arguments.every,
            min_score=arguments.min_score,
            progress=told.frame,
            cancelled=lambda: control.stop_requested,
        )
        told.ended(tally)
        note = predictor.note
    if tally.cancelled:
        return fail("stopped: nothing was written", INTERRUPTED)
    _say(tally, arguments, note)
    return 0


class _Told:
    """Frames that are done, as whoever waits is told of files."""

    def __init__(self, tell: Callable[[Progress], None]) -> None:
        self._total = 0
        self._teller = Teller(tell, lambda: self._total or None)

    def frame(self, done: int, total: int) -> None:
        self._total = total
        if done:  # 0 while the video is looked through
            self._teller.done()

    def ended(self, tally: AnnotatedTally) -> None:
        self._teller.ended(is_all=not tally.cancelled)


def _say(tally: AnnotatedTally, arguments: argparse.Namespace, note: str) -> None:
    written = [str(path) for path in (arguments.out, arguments.csv) if path is not None]
    say(f"Saw {tally.rows} things in {tally.answered} of {tally.frames} frames: {', '.join(written)}")
    for line in (tally.note, note):
        if line:
            say(f"note: {line}", sys.stderr)
    if arguments.json:
        notes = [line for line in (tally.note, note) if line]
        say_json({"frames": tally.frames, "answered": tally.answered, "rows": tally.rows, "notes": notes})
