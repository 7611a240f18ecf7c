"""A batch that memory has room for: halved once by itself, whether an error said so or the process died of it.

Where the network computes on a CPU, want of memory often ends the whole process. So each attempt leaves its batch in
log.txt; the worker that goes on reads there what the one before it died of. No Keras.
"""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from training.run.catalogue.log_tail import whole_end
from training.run.events import EndedEvent, Event, PhaseEvent, StartedEvent, WarningEvent
from training.run.learning.run_state import RunState, read_state
from training.run.out_of_memory import half_of, is_out_of_memory, says_out_of_memory
from training.run.run_folder import RunFolder
from training.run.run_parts import lasting_events
from training.run.session import Session

T = TypeVar("T")
_MARK = re.compile(r"^Batches of (\d+) images$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Batch:
    """`halved_from` is the size of the batch that the worker before died of; a run is halved once by itself."""

    size: int
    halved_from: int | None = None
    may_be_halved: bool = True


def with_enough_memory(
    session: Session, batch: Batch, state: RunState | None, attempt: Callable[[int, RunState | None], T]
) -> T:
    """`attempt` with this batch, and where memory runs out with half of it, from where the training was saved last."""
    if batch.halved_from is None:
        try:
            return _marked(attempt, batch.size, state)
        except Exception as error:
            half = half_of(batch.size)
            if half is None or not batch.may_be_halved or not is_out_of_memory(error):
                raise
            sys.stderr.write(traceback.format_exc())
        # Only here is the error gone, and with it all that held the model and its batches.
        state = _state_after_forgetting(session)
        batch = Batch(half, batch.size)
    text = f"Memory ran out: the batch was halved from {batch.halved_from} to {batch.size} images, "
    facts = {"before": str(batch.halved_from), "after": str(batch.size)}
    session.tell(WarningEvent(code="batch_halved", text=text + "and the training goes on.", facts=facts))
    return _marked(attempt, batch.size, state)


def batch_to_begin_with(run: RunFolder, wanted: int) -> Batch:
    """`wanted`, but no more than the last part of the run had, and half of that if its process died for want of memory."""
    events = lasting_events(run)
    last = next((event.batch_size for event in reversed(events) if isinstance(event, StartedEvent)), 0)
    size = min(wanted, last) if last else wanted
    if any(isinstance(event, WarningEvent) and event.code == "batch_halved" for event in events):
        return Batch(size, may_be_halved=False)
    died_with = _batch_died_of(run) if _was_cut_off(events) else None
    half = None if died_with is None else half_of(died_with)
    return Batch(size) if half is None else Batch(half, died_with)


def _marked(attempt: Callable[[int, RunState | None], T], size: int, state: RunState | None) -> T:
    sys.stderr.write(f"Batches of {size} images\n")
    sys.stderr.flush()
    return attempt(size, state)


def _state_after_forgetting(session: Session) -> RunState | None:
    from training.run.machine.devices import forget_models

    forget_models(session.settings.seed)
    return read_state(session.run, session.settings)


def _was_cut_off(events: Sequence[Event]) -> bool:
    """Whether the worker before this one ended without a word. This one has told no more than that it reads and loads."""
    for event in reversed(events):
        is_beginning = isinstance(event, PhaseEvent) and event.name in ("data", "import")
        if not is_beginning and not isinstance(event, WarningEvent):
            return not isinstance(event, EndedEvent)
    return False


def _batch_died_of(run: RunFolder) -> int | None:
    """The batch of the last attempt, if the log tells of memory after it."""
    log = whole_end(run.log_file)
    marks = list(_MARK.finditer(log))
    if not marks or not says_out_of_memory(log[marks[-1].end() :]):
        return None
    return int(marks[-1][1])
