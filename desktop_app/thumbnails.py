"""Small pictures for lists: decoded when a row comes into view, kept while there is room."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from desktop_app.decoding import Decoder, Read, read_whole

SIDE = 128  # pixels; enough for a row of 56 on a screen of 200 %
MOST_KEPT = 3000
MOST_WAITING = 40  # about two screens of rows; whoever scrolls past more never sees those


class Thumbnails(QObject):
    """Asked while painting, so it never waits: it answers with what is there and says when more is."""

    thumbnail_ready = Signal(str)
    thumbnail_failed = Signal(str, str)  # the image and a sentence

    def __init__(
        self,
        parent: QObject | None = None,
        side: int = SIDE,
        most_kept: int = MOST_KEPT,
        read: Read = read_whole,
    ) -> None:
        """`read` gives the picture for what is asked by `pixmap`: a file's name, or whatever it knows itself."""
        super().__init__(parent)
        self._most_kept = most_kept
        self._kept: OrderedDict[str, QPixmap] = OrderedDict()
        self._failed: set[str] = set()
        self._waiting: OrderedDict[str, None] = OrderedDict()
        self._decoder = Decoder(threads=1, max_side=side, parent=self, read=read)
        self._decoder.answered.connect(self._on_answered)
        # One paint asks for a screen full of rows: they are wished for together, after it.
        self._asking = QTimer(self, singleShot=True, interval=0)
        self._asking.timeout.connect(self._wish)

    def set_folder(self, folder: Path) -> None:
        self._kept.clear()
        self._failed.clear()
        self._waiting.clear()
        self._decoder.set_folder(folder)

    def pixmap(self, image: str) -> QPixmap | None:
        """The thumbnail, or nothing yet; asking is what brings it."""
        kept = self._kept.get(image)
        if kept is not None:
            self._kept.move_to_end(image)
            return kept
        if image not in self._failed:
            self._waiting[image] = None
            self._waiting.move_to_end(image)
            self._asking.start()
        return None

    def close(self) -> None:
        self._asking.stop()
        self._decoder.close()

    def _wish(self) -> None:
        while len(self._waiting) > MOST_WAITING:
            self._waiting.popitem(last=False)
        self._decoder.wish(self._waiting)

    def _on_answered(self, image: str, picture: QImage | str) -> None:
        self._waiting.pop(image, None)
        if isinstance(picture, str):
            self._failed.add(image)
            self.thumbnail_failed.emit(image, picture)
            return
        self._kept[image] = QPixmap.fromImage(picture)
        while len(self._kept) > self._most_kept:
            self._kept.popitem(last=False)
        self.thumbnail_ready.emit(image)
