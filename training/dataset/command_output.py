"""How subcommands speak: lines on stdout, reasons on stderr, and one JSON object last."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from training.dataset.dataset import Problem
from training.dataset.project_errors import ProjectBusyError, ProjectMadeElsewhereError

MOST_NAMES = 5
INTERRUPTED = 130  # the exit code, as shells have it
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def say(text: str, stream: TextIO | None = None) -> None:
    """One line; what a terminal can't show, or would obey, is spelled out."""
    stream = stream or sys.stdout
    encoding = stream.encoding or "utf-8"
    stream.write(harmless(text).encode(encoding, "backslashreplace").decode(encoding) + "\n")


def harmless(text: str) -> str:
    """Control characters spelled out: names of files and classes can hold any, and a terminal would obey them."""
    return _CONTROL.sub(lambda found: found.group().encode("unicode_escape").decode(), text)


def say_each(label: str, problems: Iterable[Problem]) -> None:
    for problem in problems:
        say(f"{label}: {problem}")


def say_replaced(files: Sequence[Path]) -> None:
    if files:
        more = f" and {len(files) - MOST_NAMES} more" if len(files) > MOST_NAMES else ""
        what = "a file that was" if len(files) == 1 else f"{len(files)} files that were"
        say(f"Replaced {what} there with other contents: {', '.join(map(str, files[:MOST_NAMES]))}{more}.")


def say_json(figures: Mapping[str, Any]) -> None:
    say(json.dumps(figures, allow_nan=False))


def fail(reason: str, code: int = 1) -> int:
    """Tell the reason in one line, and give the exit code: 1 failed, 2 wrong usage, or INTERRUPTED."""
    say(f"boxwright: {reason}", sys.stderr)
    return code


def fail_with(error: Exception) -> int:
    """Tell what can't be done and, of a project that somebody else has open, what can be done about it."""
    if not isinstance(error, ProjectBusyError) or isinstance(error, ProjectMadeElsewhereError):
        return fail(str(error))
    folder = shlex.quote(str(error.project_file.parent))
    return fail(f"{error} Or work on a copy, which can be merged later: boxwright copy {folder} --into DIR")
