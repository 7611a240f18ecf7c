"""What asks a command to end: Ctrl+C, and that the program that waits for it has ended."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from training.run.run_control import RunControl

STDIN = 0


@contextmanager
def stopping_on_interrupt(control: RunControl) -> Iterator[None]:
    """The first Ctrl+C asks for an end that keeps what was done, a second one interrupts at once."""

    def on_interrupt(_number: int, _frame: FrameType | None) -> None:
        if control.stop_requested:
            raise KeyboardInterrupt
        control.request_stop()

    former = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)


def until_stdin_closes() -> Iterator[str]:
    """Its lines don't matter. Not sys.stdin: Python ends badly while a thread waits for a line of it."""
    while os.read(STDIN, 1024):
        yield ""
