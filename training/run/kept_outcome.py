"""How a worker ended that could not say so itself: whoever watched it die writes that beside its events."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field

from training.dataset.safe_files import write_text
from training.run.catalogue.foreign_files import ForeignFileError, ends_of, read_object
from training.run.outcome import Outcome, OutcomeKind
from training.run.plain_values import PlainValueError, from_plain, to_plain
from training.run.run_folder import RunFolder

_MOST_BYTES = 100_000
_LAST_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class _Kept:
    """An outcome of the events as they were: of so many bytes."""

    kind: str
    bytes_of_events: int
    reason: str = ""
    code: str = ""
    facts: dict[str, str] = field(default_factory=dict)


def keep_outcome(run: RunFolder, outcome: Outcome) -> None:
    """Write outcome.json. Where that can't be, the run reads back as interrupted."""
    kept = _Kept(outcome.kind.value, bytes_of_events(run), outcome.reason, outcome.code, dict(outcome.facts))
    with contextlib.suppress(OSError):
        write_text(run.outcome_file, json.dumps(to_plain(kept), indent=2) + "\n")


def kept_outcome(run: RunFolder) -> Outcome | None:
    """What outcome.json says; None without one, and when the events have grown since: then it is of an earlier part."""
    try:
        content = read_object(run.outcome_file, _MOST_BYTES)
        if content is None:
            return None
        kept = from_plain(_Kept, content, unknown_allowed=True)
        kind = OutcomeKind(kept.kind)
    except (ForeignFileError, PlainValueError, ValueError):
        return None
    if kept.bytes_of_events != bytes_of_events(run):
        return None
    return Outcome(kind, kept.reason, kept.code, kept.facts)


def tells_its_end(run: RunFolder, start: int) -> bool:
    """Whether the last of the events written since byte `start` is that of an end."""
    try:
        _, tail, size = ends_of(run.events_file, 0, _LAST_BYTES)
    except ForeignFileError:
        return False
    return size > start and tail.rstrip().rpartition(b"\n")[2].startswith(b'{"event": "ended"')


def bytes_of_events(run: RunFolder) -> int:
    try:
        return run.events_file.stat().st_size
    except OSError:
        return 0
