"""The `boxwright` command: subcommands go to `training` without loading Qt, everything else opens the window."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

SUBCOMMANDS = frozenset(
    {
        "train",
        "resume",
        "estimate",
        "evaluate",
        "predict",
        "video",
        "preview",
        "report",
        "serve",
        "runs",
        "import",
        "export",
        "export-model",
        "hand-in",
        "unpack",
        "copy",
        "merge",
        "sample",
        "devices",
        "doctor",
        "work",
        "convert",
        "convert-model",
        "answer",
        "check-model",
        "read-digits",
    }
)
SELF_CHECK = "self-check"  # in nobody's way, and so in no list of commands


def main(arguments: Sequence[str] | None = None) -> int:
    # In a frozen program a library's helper process would open a second window instead.
    multiprocessing.freeze_support()
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if len(arguments) == 1 and _looks_like_a_path(arguments[0]) and not _can_be_opened(arguments):
        sys.stderr.write(f"boxwright: there is no folder or file {arguments[0]}\n")
        return 1
    if arguments[:1] == [SELF_CHECK]:
        from desktop_app.self_check.command import main as self_check

        return self_check(arguments[1:])
    if arguments and (arguments[0] in SUBCOMMANDS or arguments[0].startswith("-") or not _can_be_opened(arguments)):
        # By name, since the window's process must never load what this one needs.
        result: int = import_module("training.__main__").main(arguments)
        return result
    from desktop_app.application import run_application

    return run_application(arguments)


def _looks_like_a_path(argument: str) -> bool:
    return argument.startswith(("/", "~", ".")) or os.sep in argument


def _can_be_opened(arguments: Sequence[str]) -> bool:
    """A mistyped command is no folder; the command line then says what there is."""
    return len(arguments) == 1 and Path(arguments[0]).expanduser().exists()


if __name__ == "__main__":
    sys.exit(main())
