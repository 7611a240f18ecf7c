"""`boxwright convert`: annotations from one format to another."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from training.dataset.command_output import fail, say, say_each, say_json, say_replaced
from training.dataset.dataset import AnnotationFileError, Problem


def add_parser(subparsers: Any) -> None:
    from training.dataset.format_options import add_reading_options
    from training.dataset.formats.registry import WRITERS

    parser = subparsers.add_parser("convert", help="turn annotations of one format into another")
    parser.add_argument("place", type=Path, metavar="IN", help="a file, or a folder with annotation files")
    parser.add_argument(
        "--to", required=True, choices=sorted(WRITERS), metavar="FORMAT", help=f"one of {', '.join(WRITERS)}"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="PLACE", help="the file or folder to write")
    parser.add_argument("--images", type=Path, metavar="DIR", help="where the images are: names and sizes are theirs")
    add_reading_options(parser, "--from")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.set_defaults(run=convert_command)


def convert_command(args: argparse.Namespace) -> int:
    """Everything that stays out is printed; the exit code is 1 when nothing could be converted."""
    from training.dataset.converting import convert, usual_place
    from training.dataset.format_options import one_to_read
    from training.dataset.formats.registry import WRITERS

    if args.images is not None and not args.images.is_dir():
        return fail(f"--images: there is no folder {args.images}", 2)
    target = WRITERS[args.to]
    out = usual_place(target, args.out)
    try:
        place, (source, choices) = one_to_read(args.place, args)
        done = convert(place, source, choices, target, out, args.images)
    except AnnotationFileError as error:
        return fail(str(error))
    except OSError as error:
        return fail(f"{out} could not be written: {error.strerror or error}")
    say_each("note", done.notes)
    say_each("not converted", done.problems)
    for loss in done.written.losses:
        say(f"not in the file: {loss}")
    images = len(done.dataset.images)
    boxes = sum(len(image.boxes) for image in done.dataset.images)
    say(f"Converted {boxes} boxes of {images} images from {source.title} to {target.title}: {out}")
    say_replaced(done.replaced)
    if args.json:
        say_json(
            {
                "from": source.name,
                "to": args.to,
                "files": [str(path) for path in done.written.files],
                "replaced": [str(path) for path in done.replaced],
                "images": images,
                "boxes": boxes,
                "classes": list(done.dataset.classes),
                "losses": list(done.written.losses),
                "problems": list(map(_figures, done.problems)),
                "notes": list(map(_figures, done.notes)),
            }
        )
    return 1 if not images and done.problems else 0


def _figures(problem: Problem) -> dict[str, object]:
    return {"file": problem.file, "line": problem.line, "reason": problem.reason}
