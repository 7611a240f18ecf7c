"""A video with the model's boxes: played, looked at frame by frame, and saved with them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop_app.document.document import Document
from desktop_app.settings import Settings


class VideoPage(QWidget):
    """A page of the Use window."""

    message_sent = Signal(str)
    problem_reported = Signal(str)
    frame_offered = Signal(object, object, str)  # pixels, what the model said of them, a name for the image
    recording_offered = Signal(object, str, int)  # never: a video is not recorded

    def __init__(self, document: Document, settings: Settings | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._settings = settings or Settings()

    def open_video(self, path: Path) -> None:
        raise NotImplementedError

    def set_min_score(self, score: float) -> None:
        raise NotImplementedError

    def shut_down(self) -> None:
        """Nothing runs afterwards; the page can be used again."""
        raise NotImplementedError
