"""The pictures of the files by their numbers: small ones for the sheet, large ones for looking closely."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from desktop_app.decoding import decode
from desktop_app.predict.files.questions import Questions
from desktop_app.thumbnails import Thumbnails

SMALL_SIDE, SMALL_KEPT = 376, 160  # pixels: sharp enough on a screen of 200 %; some 60 MB at most
LARGE_SIDE, LARGE_KEPT = 2400, 4


class NumberedPictures(QObject):
    def __init__(self, questions: Questions, parent: QObject) -> None:
        super().__init__(parent)
        self._questions = questions
        self.small = Thumbnails(self, SMALL_SIDE, SMALL_KEPT, self._read)
        self.large = Thumbnails(self, LARGE_SIDE, LARGE_KEPT, self._read)

    def forget(self) -> None:
        """The numbers are other files' from now on."""
        for pictures in (self.small, self.large):
            pictures.set_folder(Path())

    def close(self) -> None:
        """Nothing is decoded any more."""
        for pictures in (self.small, self.large):
            pictures.close()

    def _read(self, _folder: Path, key: str, max_side: int | None) -> QImage | str:
        """In a thread: the file may have gone from the list meanwhile."""
        files, number = self._questions.files, int(key)
        return decode(files.path(number), max_side) if number < len(files) else ""
