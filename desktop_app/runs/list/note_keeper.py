"""Stores names and notes off the event loop, one write after the other, soon after they were typed."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.background import Job
from desktop_app.words import filled
from training.run.catalogue.run_notes import RunNotes, read_notes, write_notes
from training.run.catalogue.run_summary import RunSummary, shown_text
from training.run.run_folder import RunFolder

TYPING_PAUSE_MS = 500


@dataclass(slots=True)
class _Order:
    """What is to be written into a folder; one that was dropped is not, even if its turn comes."""

    path: Path
    texts: dict[str, str] = field(default_factory=dict)
    is_dropped: bool = False


class NoteKeeper(QObject):
    """What is not written yet is kept by folder; a newer text of the same run takes the place of an older one.

    What could not be written, because a share is away for a moment, is tried again at the next change and at `flush`.
    """

    stored = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[Path, _Order] = {}
        self._put_off: dict[Path, _Order] = {}
        self._written_now: _Order | None = None
        self._lock = threading.Lock()
        self._pause = QTimer(self, singleShot=True, interval=TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._write_next)

    def rename(self, run: RunFolder, name: str) -> None:
        """At once. An empty name, or the folder's, is no name of its own."""
        self._order(run).texts["name"] = "" if name == run.path.name else name
        self._write_next()

    def note(self, run: RunFolder, note: str) -> None:
        """After a pause in the typing."""
        self._order(run).texts["note"] = note
        self._pause.start()

    def flush(self) -> None:
        """Write everything now: the window goes. What a thread is about to write is written here instead."""
        self._pause.stop()
        with self._lock:
            now, self._written_now = self._written_now, None
            orders, self._put_off = self._put_off, {}
            if now is not None:
                now.is_dropped = True
                _add(orders, now)
        for order in self._waiting.values():
            _add(orders, order)
        self._waiting = {}
        for order in orders.values():
            try:
                self._write(order)
            except OSError as error:
                self._put_back(order, str(error))

    def as_typed(self, run: RunSummary) -> RunSummary:
        """With the name and the note that were typed and are not in the file yet."""
        path = run.folder.path
        orders = (self._put_off.get(path), self._written_now, self._waiting.get(path))
        texts: dict[str, str] = {}
        for order in orders:
            if order is not None and order.path == path:
                texts |= order.texts
        typed = texts.get("name")
        name = run.name if typed is None else shown_text(typed or path.name)
        return replace(run, name=name, note=texts.get("note", run.note))

    def forget(self, run: RunFolder) -> None:
        """Its folder goes; a write that has begun is over when this returns."""
        for kept in (self._waiting, self._put_off):
            kept.pop(run.path, None)
        with self._lock:
            if self._written_now is not None and self._written_now.path == run.path:
                self._written_now.is_dropped = True

    def _order(self, run: RunFolder) -> _Order:
        former, self._put_off = self._put_off, {}
        self._waiting = former | self._waiting
        return self._waiting.setdefault(run.path, _Order(run.path))

    def _write_next(self) -> None:
        if self._written_now is not None or not self._waiting:
            return
        order = self._waiting.pop(next(iter(self._waiting)))
        self._written_now = order
        job = Job(lambda _progress: self._write(order), (OSError,))
        job.done.connect(self._on_written)
        job.failed.connect(self._on_failed)
        job.start()

    def _write(self, order: _Order) -> None:
        with self._lock:
            if not order.is_dropped:
                run = RunFolder(order.path)
                known = read_notes(run)
                name, note = order.texts.get("name", known.name), order.texts.get("note", known.note)
                write_notes(run, RunNotes(name, note))

    def _on_written(self, _result: object) -> None:
        self._written_now = None
        self.stored.emit()
        self._write_next()

    def _on_failed(self, reason: str) -> None:
        order, self._written_now = self._written_now, None
        if order is not None:
            self._put_back(order, reason)
        self._write_next()

    def _put_back(self, order: _Order, reason: str) -> None:
        """Under what was typed since."""
        newer = self._waiting.get(order.path)
        if newer is not None:
            newer.texts = order.texts | newer.texts
        elif not order.is_dropped:
            self._put_off[order.path] = order
        self.failed.emit(filled(self.tr("The name and note of %1 could not be stored: %2"), order.path.name, reason))


def _add(orders: dict[Path, _Order], newer: _Order) -> None:
    orders.setdefault(newer.path, _Order(newer.path)).texts.update(newer.texts)
