"""A camera with the model's answers, snapshots, and hold to record."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop_app.document.document import Document
from desktop_app.settings import Settings


class CameraPage(QWidget):
    """A page of the Use window."""

    message_sent = Signal(str)
    problem_reported = Signal(str)
    frame_offered = Signal(object, object, str)  # pixels, what the model said of them, a name for the image
    recording_offered = Signal(object, str, int)  # pixels, a name for the image, the id of its class
    recording_ended = Signal()  # what was offered since the last one belongs together

    def __init__(self, document: Document, settings: Settings | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._settings = settings or Settings()

    def set_min_score(self, score: float) -> None:
        raise NotImplementedError

    def shut_down(self) -> None:
        """The camera is let go; the page can be used again."""
        raise NotImplementedError
