"""A thread that shows the model the newest picture of a camera, and only that."""

from __future__ import annotations

import threading
from typing import Protocol

from PySide6.QtCore import QObject, QThread, Signal

from desktop_app.predict.live.asked_model import AskedModel
from desktop_app.predict.live.brightening import brightened
from desktop_app.predict.live.shown_frame import NewestShown, ShownFrame, for_screen
from training.run.streams.frame import Frame

PATIENCE_S = 0.1  # so soon it notices that it is to end
PAUSE_S = 0.005


class FrameSource(Protocol):
    def wait_for(self, after: int = -1, timeout: float = 1.0) -> Frame | None: ...


class LiveAnswers(QThread):
    """`ready` comes once for however many pictures nobody took yet; `take` gives the newest. So no lag can grow.

    The pictures themselves stay as the camera gave them: `brightens` is for what the model and the person see.
    """

    ready = Signal()
    failed = Signal(str)  # a sentence
    _bug = Signal(object)

    def __init__(self, source: FrameSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model = AskedModel(self.failed.emit)
        self.brightens = False
        self._source = source
        self._newest = NewestShown()
        self._ending = threading.Event()
        self._bug.connect(self._on_bug)

    def take(self) -> ShownFrame | None:
        return self._newest.take()

    def shut_down(self) -> None:
        self._ending.set()
        self.wait()

    def run(self) -> None:
        try:
            self._answer_all()
        except Exception as error:  # noqa: BLE001 -- carried to the GUI thread, where bugs are shown and logged
            self._bug.emit(error)

    def _answer_all(self) -> None:
        number = -1
        while not self._ending.is_set():
            frame = self._source.wait_for(number, PATIENCE_S)
            if frame is None:  # at once, where what came is no picture: the next one may be
                self._ending.wait(PAUSE_S)
                continue
            number = frame.number
            seen = brightened(frame.pixels) if self.brightens else frame.pixels
            answer, model = self.model.said(seen)
            shown = ShownFrame(frame, for_screen(seen), answer, model=model)
            if self._newest.put(shown):
                self.ready.emit()

    def _on_bug(self, error: Exception) -> None:
        raise error
