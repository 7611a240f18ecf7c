"""Reads a run folder off the event loop, and follows it while somebody trains it elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.background import Job
from desktop_app.runs.training_run import Stage, TrainingRun
from training.dataset.signs_of_life import SILENCE_SECONDS
from training.run.catalogue.log_tail import last_lines
from training.run.events import EndedEvent, Event
from training.run.kept_outcome import kept_outcome
from training.run.outcome import INTERRUPTED, Outcome, OutcomeKind, outcome_told
from training.run.reading_back import RunRecord, read_run
from training.run.run_folder import RunFolder, RunFolderError
from training.run.run_lock import holder_of, is_running

POLL_INTERVAL_MS = 1000  # shares tell nobody that a file grew
SLOW_INTERVAL_MS = 10_000  # once nobody seems to write it any more
# Without a new line; counted, because a computer that sleeps does not look.
PATIENT_LOOKS = round(SILENCE_SECONDS * 1000 / POLL_INTERVAL_MS)


@dataclass(frozen=True, slots=True)
class _News:
    events: list[Event]
    next_byte: int
    is_held: bool
    says_who_trains: bool
    kept: Outcome | None
    last_lines: str


class RunReader(QObject):
    """`read` it once; `ready` comes with the run, or `failed` with a sentence. A run that still grows is followed until it
    has ended: its TrainingRun signals as that of a run of this window does. One that nobody seems to write any more was
    interrupted, until it grows again: then `ready` comes once more.
    """

    ready = Signal(object)  # the TrainingRun; the same one when it has come back to life
    failed = Signal(str)

    def __init__(self, folder: RunFolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder = folder
        self.run: TrainingRun | None = None
        self._next_byte = 0
        self._last_event: Event | None = None
        self._quiet_looks = 0
        self._is_over = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._look)

    def read(self) -> None:
        folder = self.folder
        self._start(lambda: read_run(folder), self._on_read, self._on_unreadable)

    def shut_down(self) -> None:
        """Nothing is told any more; what is being read is dropped."""
        self._is_over = True
        self._timer.stop()
        self.deleteLater()

    def _start(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[str], None]) -> None:
        job = Job(lambda _progress: work(), (OSError, RunFolderError))
        job.done.connect(done)
        job.failed.connect(failed)
        job.start()

    def _on_read(self, record: RunRecord) -> None:
        if self._is_over:
            return
        self.run = TrainingRun.from_record(record)
        self._next_byte = record.next_byte
        self._last_event = record.events[-1] if record.events else None
        self.ready.emit(self.run)
        self._go_on()

    def _on_unreadable(self, reason: str) -> None:
        if not self._is_over:
            self.failed.emit(reason)

    # --- following

    def _go_on(self) -> None:
        if self._is_over or self.run is None:
            return
        if self.run.outcome is None:
            self._timer.start(POLL_INTERVAL_MS)
        elif self.run.outcome.code == INTERRUPTED:
            self._timer.start(SLOW_INTERVAL_MS)

    def _look(self) -> None:
        folder, start = self.folder, self._next_byte
        self._start(lambda: _news_of(folder, start), self._on_news, self._on_lost_sight)

    def _on_news(self, news: _News) -> None:
        if self._is_over or self.run is None:
            return
        self._next_byte = news.next_byte
        self._quiet_looks = 0 if news.events else self._quiet_looks + 1
        is_back = self.run.outcome is not None and (bool(news.events) or news.is_held)
        if is_back:
            self.run.go_on()
        if news.events or news.is_held:
            self.run.set_stage(Stage.RUNNING)
        for event in news.events:
            self.run.apply(event)
            self._last_event = event
        if is_back:
            self.ready.emit(self.run)
        if self.run.is_running and self._has_ended(news):
            last = self._last_event
            told = outcome_told(last) if isinstance(last, EndedEvent) else _interrupted()
            self.run.end(news.kept or told, news.last_lines)
        self._go_on()

    def _has_ended(self, news: _News) -> bool:
        if news.events:
            return isinstance(news.events[-1], EndedEvent)
        is_judged = news.says_who_trains or news.kept is not None
        return not news.is_held and (is_judged or self._quiet_looks >= PATIENT_LOOKS)

    def _on_lost_sight(self, reason: str) -> None:
        """A share may come back."""
        if self._is_over or self.run is None:
            return
        self._quiet_looks += 1
        if self._quiet_looks >= PATIENT_LOOKS and self.run.outcome is None:
            self.run.end(_interrupted(), reason)
        self._go_on()


def _news_of(folder: RunFolder, start: int) -> _News:
    says_who_trains = holder_of(folder) is not None
    is_held = is_running(folder)  # asked first: what is written after the last look must not be missed
    events, next_byte = folder.read_events(start)
    kept = None if is_held else kept_outcome(folder)
    return _News(events, next_byte, is_held, says_who_trains, kept, "" if is_held else last_lines(folder.log_file))


def _interrupted() -> Outcome:
    return Outcome(OutcomeKind.CRASHED, "it was interrupted", INTERRUPTED)
