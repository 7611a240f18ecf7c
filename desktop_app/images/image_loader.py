"""The picture on the canvas, and its neighbours ahead of time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from desktop_app.decoding import Decoder

MOST_BYTES = 600 * 2**20  # of pictures kept, unless told otherwise; the shown one always stays
THREADS = 2
PAINT_MS = 20  # left to the canvas before the processor is given to what may come next


class ImageLoader(QObject):
    """Answers at once when the picture is there already, else when it was decoded; late answers only fill the cache."""

    picture_ready = Signal(str, QImage)
    picture_failed = Signal(str, str)  # the image and a sentence

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pictures: OrderedDict[str, QImage] = OrderedDict()
        self._shown = ""
        self._failed = ""
        self._most_bytes: float = MOST_BYTES
        self._ahead: tuple[str, ...] = ()
        self._ahead_timer = QTimer(self, singleShot=True, interval=PAINT_MS)
        self._ahead_timer.timeout.connect(self._decode_ahead)
        self.decoder = Decoder(THREADS, parent=self)
        self.decoder.answered.connect(self._on_answered)

    def set_folder(self, folder: Path) -> None:
        self._pictures.clear()
        self._shown, self._ahead = "", ()
        self.decoder.set_folder(folder)

    def show(self, image: str, ahead: Sequence[str] = ()) -> bool:
        """Ask for a picture, and for those that may come next. True if it was there at once."""
        self._shown, self._failed = image, ""
        is_there = image in self._pictures
        if is_there:
            self._pictures.move_to_end(image)
            self.picture_ready.emit(image, self._pictures[image])
        self.decoder.wish([image] if image and not is_there else [])
        self.look_ahead(ahead)
        return is_there

    def look_ahead(self, images: Sequence[str]) -> None:
        """These may come next; they are decoded when the shown picture was painted."""
        self._ahead = tuple(images)
        self._ahead_timer.start()

    def _decode_ahead(self) -> None:
        wanted = [self._shown, *self._ahead] if self._shown else []
        self.decoder.wish([image for image in wanted if image not in self._pictures and image != self._failed])

    def set_memory(self, mebibytes: float) -> None:
        self._most_bytes = mebibytes * 2**20
        self._forget_oldest()

    def has(self, image: str) -> bool:
        return image in self._pictures

    def close(self) -> None:
        self._ahead_timer.stop()
        self.decoder.close()

    def _on_answered(self, image: str, picture: QImage | str) -> None:
        if isinstance(picture, QImage):
            self._keep(image, picture)
            if image == self._shown:
                self.picture_ready.emit(image, picture)
        elif image == self._shown:
            self._failed = image
            self.picture_failed.emit(image, picture)

    def _keep(self, image: str, picture: QImage) -> None:
        self._pictures[image] = picture
        self._forget_oldest()

    def _forget_oldest(self) -> None:
        size = sum(kept.sizeInBytes() for kept in self._pictures.values())
        while size > self._most_bytes and len(self._pictures) > 1:
            oldest = next(kept for kept in self._pictures if kept != self._shown)
            size -= self._pictures.pop(oldest).sizeInBytes()
