"""Ctrl+C asks for an end that keeps what was done."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from training.run.run_control import RunControl


@contextmanager
def stopping_on_interrupt(control: RunControl) -> Iterator[None]:
    """The first Ctrl+C asks for an end, a second one interrupts at once."""

    def on_interrupt(_number: int, _frame: FrameType | None) -> None:
        if control.stop_requested:
            raise KeyboardInterrupt
        control.request_stop()

    former = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)
