"""The command line without a window. Exit codes: 0 done, 1 failed with a one-line reason on stderr, 2 wrong usage."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

from training.dataset.command_output import INTERRUPTED, fail
from training.run.autograph_files import remove_autograph_files
from training.run.failure import is_expected, reason_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments (by default the process's) say; the exit code. Wrong usage raises SystemExit(2)."""
    parsed = _parsed(make_parser(), arguments)
    try:
        return int(parsed.run(parsed))
    except BrokenPipeError:
        # Whoever read our output has enough; what is still buffered has no reader.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except KeyboardInterrupt:
        return fail("interrupted", INTERRUPTED)
    except Exception as error:
        if not is_expected(error):
            raise
        return fail(reason_of(error))
    finally:
        remove_autograph_files()


def _parsed(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> argparse.Namespace:
    """What is not known is told with the usage of the command it was given to."""
    parsed, unknown = parser.parse_known_args(arguments)
    if unknown:
        _parser_of(parsed.run, parser).error(f"unrecognized arguments: {' '.join(unknown)}")
    return parsed


def _parser_of(run: object, parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The (sub)parser whose command `run` is; the one given if there is none."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                found = _parser_of(run, below)
                if found.get_default("run") is run:
                    return found
    return parser


def make_parser() -> argparse.ArgumentParser:
    from training.dataset import commands as dataset_commands
    from training.run.commands import (
        copy_command,
        devices_command,
        doctor_command,
        estimate_command,
        evaluate_command,
        export_model_command,
        predict_command,
        preview_command,
        report_command,
        resume_command,
        runs_command,
        serve_command,
        train_command,
        video_command,
        zip_commands,
    )
    from training.run.report.report import own_version

    parser = argparse.ArgumentParser(
        prog="boxwright",
        description="Draw boxes on photos, train a model on them and watch it learn. Without a command, or with a "
        "folder instead of one, the window opens.",
    )
    parser.add_argument("--version", action="version", version=f"boxwright {own_version()}")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    train_command.add_parser(subparsers)
    resume_command.add_parser(subparsers)
    estimate_command.add_parser(subparsers)
    preview_command.add_parser(subparsers)
    evaluate_command.add_parser(subparsers)
    predict_command.add_parser(subparsers)
    video_command.add_parser(subparsers)
    export_model_command.add_parser(subparsers)
    serve_command.add_parser(subparsers)
    report_command.add_parser(subparsers)
    dataset_commands.add_parsers(subparsers)
    zip_commands.add_parsers(subparsers)
    copy_command.add_parser(subparsers)
    runs_command.add_parser(subparsers)
    devices_command.add_parser(subparsers)
    doctor_command.add_parser(subparsers)
    return parser
