"""Telling how a download of weights goes, and ending it when somebody stops the run."""

from __future__ import annotations

import time

from training.run.events import PhaseEvent
from training.run.session import Session

TOLD_AFTER = 0.5  # seconds; a window needs no more


class WeightsProgress:
    """What a network's builder is given as `progress`: bytes that are there, and of how many if that is known.

    Raises StopRequested where the run is to end. When all is there, the run is told to be building again.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._told = 0.0
        self._has_begun = False

    def __call__(self, done: int, total: int | None) -> None:
        self._session.control.raise_if_stopped()
        words = f"Downloading the ImageNet weights of {self._session.settings.architecture}"
        if not self._has_begun:
            self._has_begun = True
            self._session.tell(PhaseEvent(name="weights", text=words))
        is_whole = done == total
        if done and (is_whole or time.monotonic() - self._told >= TOLD_AFTER):
            self._told = time.monotonic()
            self._session.tell(PhaseEvent(name="weights", text=f"{words}: {_of(done, total)}", done=done, total=total))
        if is_whole:
            self._session.tell(PhaseEvent(name="build", text="Building the model"))


def _of(done: int, total: int | None) -> str:
    return f"{done / 1e6:.1f} MB" if total is None else f"{done / 1e6:.1f} of {total / 1e6:.1f} MB"
