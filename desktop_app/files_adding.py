"""Very many files go into the project: a few at a time, so that the window has its turn and it can be cancelled."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.document.new_images import NewImages

if TYPE_CHECKING:
    from desktop_app.predict.files.offered_files import OfferedFile

MOST_ON_THEIR_WAY = 64
TURN_S = 0.01
PAUSE_MS = 5


class FilesAdding(QObject):
    """What was begun goes on in its order; `add` may be called again meanwhile. A project that closes ends it."""

    progressed = Signal(int, int)  # files that are in the project or on their way, of all; both the same at the end

    def __init__(self, new: NewImages, take: Callable[[OfferedFile], object], parent: QObject) -> None:
        super().__init__(parent)
        self._new = new
        self._take = take
        self._waiting: list[Sequence[OfferedFile]] = []
        self._done = 0  # of the first of those
        self._timer = QTimer(self, interval=PAUSE_MS)
        self._timer.timeout.connect(self._on_turn)

    @property
    def is_busy(self) -> bool:
        return bool(self._waiting)

    def add(self, files: Sequence[OfferedFile]) -> None:
        if not files:
            return
        if not self._waiting:
            self._new.begin_together()
        self._waiting.append(files)
        self._timer.start()
        self._on_turn()

    def cancel(self) -> None:
        """Files that are on their way arrive."""
        if self._waiting:
            self._end()

    def _on_turn(self) -> None:
        ends = time.monotonic() + TURN_S
        while self._waiting and self._new.waiting < MOST_ON_THEIR_WAY and time.monotonic() < ends:
            files = self._waiting[0]
            self._take(files[self._done])
            self._done += 1
            if self._done == len(files):
                self._done = 0
                self._waiting.pop(0)
        if self._waiting:
            self.progressed.emit(self._done, sum(map(len, self._waiting)))
        else:
            self._end()

    def _end(self) -> None:
        self._waiting.clear()
        self._done = 0
        self._timer.stop()
        self._new.end_together()
        self.progressed.emit(1, 1)
