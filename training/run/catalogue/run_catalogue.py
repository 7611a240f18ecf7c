"""The list of runs: a folder of runs read into summaries, without Keras, quickly, and whatever lies there."""

from __future__ import annotations

import os
import platform
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from training.dataset.signs_of_life import changed_of_late
from training.run.catalogue.foreign_files import ForeignFileError, read_object
from training.run.catalogue.run_facts import DataFacts, TrainingFacts, read_data_facts, read_training_facts
from training.run.catalogue.run_notes import RunNotes, read_notes
from training.run.catalogue.run_summary import RunState, RunSummary, shown_text
from training.run.kept_outcome import kept_outcome
from training.run.outcome import Outcome, OutcomeKind
from training.run.run_folder import RunFolder
from training.run.run_lock import holder_of, is_running

MOST_RUNS = 5_000
MOST_OF_HOLDER = 10_000
# What content that nobody thought of makes Python say: one such folder must not take the list of the others away.
FOREIGN_ERRORS = (ArithmeticError, LookupError, OSError, RecursionError, TypeError, ValueError)

Stamp = tuple[tuple[int, int], ...]


def summary_of(run: RunFolder) -> RunSummary:
    """What a list says about a run. Whatever is wrong in its folder becomes a sentence in `problem`."""
    try:
        return _catalogue.summary_of(run)
    except FOREIGN_ERRORS as error:
        problem = shown_text(f"This folder can't be read: {type(error).__name__}: {error}", 400)
        return RunSummary(run, shown_text(run.path.name), RunState.UNREADABLE, problem=problem)


def list_runs(runs_dir: Path) -> list[RunSummary]:
    """A summary of every folder in `runs_dir` that is not hidden, the newest first; none if there is no such folder.

    Raises OSError when the folder is there and can't be read.
    """
    return newest_first(summary_of(run) for run in run_folders(runs_dir))


def run_folders(runs_dir: Path) -> list[RunFolder]:
    """Every folder in `runs_dir` that is not hidden; at most some thousands. Raises OSError."""
    try:
        with os.scandir(runs_dir) as entries:
            names = [entry.name for entry in entries if not entry.name.startswith(".") and _is_folder(entry)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [RunFolder(runs_dir / name) for name in sorted(names, reverse=True)[:MOST_RUNS]]


def newest_first(summaries: Iterable[RunSummary]) -> list[RunSummary]:
    return sorted(summaries, key=lambda one: (one.created or 0.0, one.folder.path.name), reverse=True)


class RunCatalogue:
    """Remembers what it read while the files stay as they are."""

    def __init__(self) -> None:
        self._data: dict[Path, tuple[Stamp, DataFacts]] = {}
        self._training: dict[Path, tuple[Stamp, TrainingFacts]] = {}
        self._notes: dict[Path, tuple[Stamp, RunNotes]] = {}
        self._kept: dict[Path, tuple[Stamp, Outcome | None]] = {}

    def summary_of(self, run: RunFolder) -> RunSummary:
        data = self._remembered(self._data, run, (run.dataset_file,), read_data_facts)
        files = (run.events_file, run.report_file, run.settings_file, run.history_file)
        training = self._remembered(self._training, run, files, read_training_facts)
        kept = self._remembered(self._kept, run, (run.outcome_file, run.events_file), kept_outcome)
        ended = kept or training.ended
        notes = self._remembered(self._notes, run, (run.notes_file,), read_notes)
        return RunSummary(
            folder=run,
            name=shown_text(notes.name or run.path.name),
            note=notes.note,
            state=_state_of(run, training, kept),
            recipe=training.recipe,
            created=training.created,
            dataset_hash=data.sha256,
            images=data.images,
            figures=training.figures,
            figures_of=training.figures_of,
            best_epoch=training.best_epoch,
            epochs_done=training.epochs_done,
            epochs=training.epochs,
            seconds=training.seconds,
            reason=shown_text(ended.reason, 1000) if ended else "",
            code=ended.code if ended else "",
            has_model=_stamp_of(run.best_model)[1] > 0 or _stamp_of(run.litert_model)[1] > 0,
            problem=training.problem,
        )

    def _remembered(self, kept: dict[Path, Any], run: RunFolder, files: tuple[Path, ...], read: Any) -> Any:
        stamp = tuple(map(_stamp_of, files))
        known = kept.get(run.path)
        if known is None or known[0] != stamp:
            known = kept[run.path] = (stamp, read(run))
        return known[1]


def _state_of(run: RunFolder, training: TrainingFacts, kept: Outcome | None) -> RunState:
    if not training.has_settings and not training.has_events and training.ended is None:
        return RunState.UNREADABLE
    if is_held(run):
        holder = holder_of(run)
        is_here = holder is not None and holder.host == platform.node()
        return RunState.TRAINING if is_here else RunState.ELSEWHERE
    if kept is not None:
        return _KEPT_STATES[kept.kind]
    if training.ended is not None:
        return RunState(training.ended.outcome)
    if not training.has_events:
        return RunState.WAITING
    # Without a lock nobody is known to train there: maybe it is being copied here bit by bit.
    is_growing = not run.lock_file.exists() and changed_of_late(run.events_file)
    return RunState.ELSEWHERE if is_growing else RunState.INTERRUPTED


_KEPT_STATES = {
    OutcomeKind.COMPLETED: RunState.COMPLETED,
    OutcomeKind.STOPPED: RunState.STOPPED,
    OutcomeKind.FAILED: RunState.FAILED,
    OutcomeKind.COULD_NOT_START: RunState.FAILED,
    OutcomeKind.CRASHED: RunState.CRASHED,
    OutcomeKind.KILLED: RunState.KILLED,
}


def is_held(run: RunFolder) -> bool:
    """Whether a process trains here. The lock is asked only where its files are what a training writes, no links or pipes."""
    try:
        holder = read_object(run.holder_file, MOST_OF_HOLDER)
        return holder is not None and stat.S_ISREG(run.lock_file.lstat().st_mode) and is_running(run)
    except (ForeignFileError, OSError):
        return False


def _stamp_of(path: Path) -> tuple[int, int]:
    try:
        found = path.lstat()
    except (OSError, ValueError):
        return 0, -1
    return found.st_mtime_ns, found.st_size


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


_catalogue = RunCatalogue()
