"""While somebody holds on, so many pictures a second become images of a class."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from training.dataset.records import ClassRecord
from training.run.streams.frame import Frame


class Recorder(QObject):
    """Takes what the camera gives, whether a model keeps up with it or there is none; no picture twice."""

    recorded = Signal(object, str, int)  # RGB pixels, a name for the file, the id of the class
    counted = Signal(int)
    ended = Signal(int)  # how many

    def __init__(self, newest: Callable[[int], Frame | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._newest = newest
        self._last = -1
        self._begun = ""
        self.chosen: ClassRecord | None = None
        self.count = 0
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._take)

    @property
    def is_recording(self) -> bool:
        return self.chosen is not None

    def begin(self, chosen: ClassRecord, rate: int) -> None:
        if self.is_recording:
            return
        self.chosen, self.count, self._last = chosen, 0, -1
        self._begun = time.strftime("%Y-%m-%d %H-%M-%S")
        self.counted.emit(0)
        self._timer.start(round(1000 / rate))
        self._take()

    def end(self) -> None:
        if self.is_recording:
            self._timer.stop()
            self.chosen = None
            self.ended.emit(self.count)

    def _take(self) -> None:
        frame = self._newest(self._last)
        if frame is None or self.chosen is None:
            return
        self._last = frame.number
        self.count += 1
        self.recorded.emit(frame.pixels, f"camera/{self._begun} {self.count:03d}", self.chosen.id)
        self.counted.emit(self.count)
