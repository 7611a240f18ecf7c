"""How a run ended: one value that words itself."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from enum import StrEnum

from training.run.events import EndedEvent


class OutcomeKind(StrEnum):
    COMPLETED = "completed"
    STOPPED = "stopped"
    FAILED = "failed"
    CRASHED = "crashed"
    KILLED = "killed"
    COULD_NOT_START = "could not start"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`reason` is one line: why it failed or could not start, or what killed the process (`SIGSEGV`, `exit code 3`).

    `code` is that of EndedEvent.
    """

    kind: OutcomeKind
    reason: str = ""
    code: str = ""

    def sentence(self) -> str:
        if self.kind is OutcomeKind.COMPLETED:
            return "The training is complete."
        if self.kind is OutcomeKind.STOPPED:
            return f"The training was {self.reason}." if self.reason else "The training was stopped; the model is kept."
        if self.kind is OutcomeKind.FAILED:
            return f"The training failed: {self.reason}"
        if self.kind is OutcomeKind.KILLED:
            return "The training did not stop by itself and was ended; the files written until then are kept."
        if self.kind is OutcomeKind.COULD_NOT_START:
            return f"The training could not start: {self.reason}"
        hint = " Maybe memory ran out: a smaller batch or input helps." if self.reason == "SIGKILL" else ""
        return f"The training crashed ({self.reason}); its folder's log.txt says more.{hint}"


def outcome_of(
    return_code: int, ended: EndedEvent | None, was_killed: bool, said_anything: bool = True, last_words: str = ""
) -> Outcome:
    """Judge an ended worker. What it said itself counts most: after that its results are whole.

    `return_code` as in subprocess (negative: the signal), `was_killed`: by us. A worker that ended by itself before its
    first event never started; `last_words` is the last line it logged.
    """
    if ended is not None:
        return Outcome(OutcomeKind(ended.outcome), ended.reason, ended.code)
    if was_killed:
        return Outcome(OutcomeKind.KILLED)
    how = _worded(return_code)
    if not said_anything and return_code >= 0:
        return Outcome(OutcomeKind.COULD_NOT_START, last_words or how)
    return Outcome(OutcomeKind.CRASHED, how)


def _worded(return_code: int) -> str:
    if return_code >= 0:
        return f"exit code {return_code}"
    try:
        return signal.Signals(-return_code).name
    except ValueError:
        return f"signal {-return_code}"
