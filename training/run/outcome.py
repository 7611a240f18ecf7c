"""How a run ended: one value, judged from what its worker said and from how its process ended."""

from __future__ import annotations

import re
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from training.run.events import EndedEvent
from training.run.failure import code_of_errno, library_facts
from training.run.out_of_memory import says_out_of_memory


class OutcomeKind(StrEnum):
    COMPLETED = "completed"
    STOPPED = "stopped"
    FAILED = "failed"
    CRASHED = "crashed"
    KILLED = "killed"
    COULD_NOT_START = "could not start"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`reason` is one line: why it failed or could not start, or what ended the process (`SIGSEGV`, `exit code 3`).

    `code` and `facts` are those of EndedEvent. Of a process that is gone there are also: maybe_out_of_memory (killed
    from outside: nobody knows), missing_program, and interrupted (read back; nobody saw how it ended).
    """

    kind: OutcomeKind
    reason: str = ""
    code: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


INTERRUPTED = "interrupted"
NEVER_BEGAN = frozenset({"missing_library"})
# What Windows says instead of a signal: numbers of NTSTATUS.
_WINDOWS_ENDS = {
    0xC0000005: "access violation",
    0xC0000017: "no memory",
    0xC000001D: "illegal instruction",
    0xC00000FD: "stack overflow",
    0xC000013A: "Ctrl+C",
    0xC0000374: "heap corruption",
    0xC0000409: "abort",
}
_NO_MODULE = re.compile(r"(?:ModuleNotFoundError|ImportError)\b.*?[Nn]o module named '([\w.]+)'")
_ERRNO = re.compile(r"\[Errno (\d+)\]")


def outcome_told(ended: EndedEvent) -> Outcome:
    """What the worker said itself. One that lacks a library got as far as saying so, and yet could not start."""
    kind = OutcomeKind.COULD_NOT_START if ended.code in NEVER_BEGAN else OutcomeKind(ended.outcome)
    return Outcome(kind, ended.reason, ended.code, ended.facts)


def outcome_of(
    return_code: int,
    ended: EndedEvent | None,
    was_killed: bool,
    said_anything: bool = True,
    log: str = "",
    memory_was_short: bool = False,
) -> Outcome:
    """Judge an ended worker. What it said itself counts most: after that its results are whole.

    `return_code` as in subprocess (negative: the signal), `was_killed`: by us. A worker that ended by itself before its
    first event never started. `log` is the end of what it logged. `memory_was_short`: the system has ended a process for
    want of memory meanwhile.
    """
    if ended is not None:
        return outcome_told(ended)
    if was_killed:
        return Outcome(OutcomeKind.KILLED)
    how, is_crash = _worded(return_code)
    if not said_anything and not is_crash:
        return could_not_start(_last_line(log) or how)
    if says_out_of_memory(log) or how.startswith("no memory"):
        return Outcome(OutcomeKind.CRASHED, how, "out_of_memory")
    if how == "SIGKILL":
        return Outcome(OutcomeKind.CRASHED, how, "out_of_memory" if memory_was_short else "maybe_out_of_memory")
    return Outcome(OutcomeKind.CRASHED, how)


def could_not_start(reason: str) -> Outcome:
    """Judged by a line of text: a library that is missing, a full disk, a folder that can't be written, memory."""
    module, number = _NO_MODULE.search(reason), _ERRNO.search(reason)
    code, facts = "", {}
    if module:
        code, facts = "missing_library", library_facts(module[1])
    elif number:
        code = code_of_errno(int(number[1]))
    elif says_out_of_memory(reason):
        code = "out_of_memory"
    return Outcome(OutcomeKind.COULD_NOT_START, reason, code, facts)


def could_not_launch(error: OSError) -> Outcome:
    """No process came of it: there is no such program, or the system refused."""
    missing = isinstance(error, FileNotFoundError)
    code = "missing_program" if missing else code_of_errno(error.errno)
    return Outcome(OutcomeKind.COULD_NOT_START, str(error), code, {"file": str(error.filename or "")})


def _worded(return_code: int) -> tuple[str, bool]:
    """How the process ended, and whether something else ended it."""
    status = return_code & 0xFFFFFFFF
    if status in _WINDOWS_ENDS:
        return f"{_WINDOWS_ENDS[status]}, exit code 0x{status:X}", True
    if return_code >= 0:
        return f"exit code {return_code}", False
    try:
        return signal.Signals(-return_code).name, True
    except ValueError:
        return f"signal {-return_code}", True


def _last_line(log: str) -> str:
    return next((line.strip() for line in reversed(log.splitlines()) if line.strip()), "")
