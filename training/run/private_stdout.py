"""Keeping stdout for the protocol. To be called before anything is imported that may print."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, TextIO

from training.run.autograph_files import remove_autograph_files


def keep_stdout() -> TextIO:
    """The real stdout as a private stream; whatever prints from now on, also native code, lands on stderr."""
    private = os.dup(1)
    os.set_inheritable(private, False)
    sys.stdout.flush()
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return os.fdopen(private, "w", encoding="utf-8", newline="\n", buffering=1)


def leave_at_once(code: int) -> NoReturn:
    """End the process when all is written: libraries that take themselves apart need a second that somebody waits for."""
    remove_autograph_files()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def lower_priority() -> None:
    """Whoever uses the window comes first; where it can't be lowered (Windows) the starter has done it."""
    if hasattr(os, "nice"):
        os.nice(5)


@contextmanager
def native_output_into(log: Path) -> Iterator[tuple[TextIO, TextIO]]:
    """The terminal's stdout and stderr as private streams, while all else that prints, also native code, adds to `log`."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(1), os.dup(2)]
    streams = [
        os.fdopen(os.dup(number), "w", encoding=sys.stdout.encoding, errors="backslashreplace") for number in kept
    ]
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    try:
        yield streams[0], streams[1]
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for stream in streams:
            stream.close()
        for place, number in enumerate(kept, start=1):
            os.dup2(number, place)
            os.close(number)
