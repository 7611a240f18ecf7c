"""A run read from its folder: what matters of its events, however many there are, and whether somebody still trains it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from training.dataset.signs_of_life import changed_of_late
from training.run.catalogue.foreign_files import ForeignFileError, opened
from training.run.catalogue.log_tail import last_lines
from training.run.events import EndedEvent, Event
from training.run.important_events import important_events
from training.run.kept_outcome import kept_outcome
from training.run.outcome import INTERRUPTED, Outcome, OutcomeKind, outcome_told
from training.run.run_folder import RunFolder, RunFolderError
from training.run.run_lock import holder_of, is_running


@dataclass(frozen=True, slots=True)
class RunRecord:
    """`events` in their order, without those that later ones made unimportant; `next_byte` is where the next line begins.

    `outcome` is None for a run that goes on, and for one that was prepared and never started.
    """

    folder: RunFolder
    events: Sequence[Event] = ()
    next_byte: int = 0
    is_growing: bool = False
    outcome: Outcome | None = None
    last_lines: str = ""

    @property
    def is_prepared(self) -> bool:
        return self.outcome is None and not self.is_growing


def read_run(run: RunFolder) -> RunRecord:
    """What a run folder tells about its run. Raises OSError when it can't be read, RunFolderError when it is no run.

    Of the steps only the last is kept, of the predictions the newest of each image: a run of ten hours opens as quickly
    as one of ten minutes.
    """
    try:
        with opened(run.events_file) as file:
            found = None if file is None else important_events(file)
    except ForeignFileError as error:
        raise RunFolderError(f"{run.path}: {error}") from error
    if found is None:
        if not run.settings_file.is_file():
            raise RunFolderError(f"{run.path}: expected a run with its settings.json, found none")
        if is_running(run):
            return RunRecord(run, is_growing=True)
        return RunRecord(run, outcome=kept_outcome(run), last_lines=last_lines(run.log_file))
    events, next_byte = found
    if is_growing(run, events[-1] if events else None):
        return RunRecord(run, events, next_byte, is_growing=True)
    return RunRecord(run, events, next_byte, False, outcome_read_back(run, events), last_lines(run.log_file))


def is_growing(run: RunFolder, last_event: Event | None) -> bool:
    """Somebody holds the run; or, where nobody says who trains it, it was written lately and has no end yet."""
    if is_running(run):
        return True
    if isinstance(last_event, EndedEvent) or holder_of(run) is not None or kept_outcome(run) is not None:
        return False
    return changed_of_late(run.events_file)


def outcome_read_back(run: RunFolder, events: Sequence[Event]) -> Outcome | None:
    """What was seen of its worker's end, or what the worker said itself; without either the run was interrupted.

    None: it was never started.
    """
    kept = kept_outcome(run)
    if kept is not None or not events:
        return kept
    last = events[-1]
    if isinstance(last, EndedEvent):
        return outcome_told(last)
    return Outcome(OutcomeKind.CRASHED, "it was interrupted", INTERRUPTED)
