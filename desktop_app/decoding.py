"""Files become pictures off the event loop, the most wanted first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QThreadPool, Signal
from PySide6.QtGui import QImage

SIZE_OF_IMAGE = "size of the image"  # of a picture that is smaller


def decode(path: Path, max_side: int | None = None) -> QImage | str:
    """The upright picture, in the format that Qt copies without converting; or a sentence why there is none.

    It has no more than `max_side` pixels a side; where that is not given, photos of the very largest cameras have half
    of theirs. `size_of` knows how large the image is.
    """
    # Pillow and numpy load here, in the background, not before the window is shown.
    from training.dataset.image_files import MAX_DECODED, ImageProblem, opened_upright

    try:
        with opened_upright(path) as image:
            size = image.size()
            is_too_large = max_side is None and size[0] * size[1] > MAX_DECODED
            pixels = image.pixels(max_side, at_least=max(size) // 2 if is_too_large else None)
    except ImageProblem as problem:
        return problem.reason
    height, width = pixels.shape[:2]
    whole = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    picture = whole.convertToFormat(QImage.Format.Format_RGB32)
    if is_too_large:
        picture.setText(SIZE_OF_IMAGE, f"{size[0]} {size[1]}")
    return picture


def size_of(picture: QImage) -> tuple[int, int]:
    """Width and height of the image that a picture for the canvas was decoded from."""
    told = picture.text(SIZE_OF_IMAGE).split()
    return (int(told[0]), int(told[1])) if told else (picture.width(), picture.height())


# The folder, what was wished for, and the longest side that is needed; called in threads.
Read = Callable[[Path, str, int | None], QImage | str]


def read_whole(folder: Path, image: str, max_side: int | None) -> QImage | str:
    return decode(folder / image, max_side)


class Decoder(QObject):
    """Decodes what is wished for, in the order of the wishes; a wish that is not repeated is forgotten.

    Every folder has a number, and an answer that carries an old number is dropped.
    """

    class Answers(QObject):
        decoded = Signal(int, str, object)  # number of the folder, image, QImage or sentence

    answered = Signal(str, object)

    def __init__(
        self, threads: int, max_side: int | None = None, parent: QObject | None = None, read: Read = read_whole
    ) -> None:
        super().__init__(parent)
        self._read = read
        self._max_side = max_side
        self._folder = Path()
        self._number = 0
        self._wishes: list[str] = []
        self._running: set[str] = set()
        # A pool of its own: a long job in the common one must not hold up what somebody is looking at.
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(threads)
        self._answers = Decoder.Answers()
        self._answers.decoded.connect(self._on_decoded)

    def set_folder(self, folder: Path) -> None:
        self._number += 1
        self._folder = folder
        self._wishes, self._running = [], set()

    def wish(self, images: Iterable[str]) -> None:
        """What is wanted now, most wanted first."""
        self._wishes = [image for image in images if image not in self._running]
        self._start_next()

    def close(self) -> None:
        """Ask for nothing more and wait for what is being decoded."""
        self.set_folder(Path())
        self._pool.waitForDone()

    def _start_next(self) -> None:
        while self._wishes and len(self._running) < self._pool.maxThreadCount():
            image = self._wishes.pop(0)
            self._running.add(image)
            self._pool.start(
                _job(self._answers, self._number, image, partial(self._read, self._folder), self._max_side)
            )

    def _on_decoded(self, number: int, image: str, picture: QImage | str) -> None:
        if number == self._number:
            self._running.discard(image)
            self.answered.emit(image, picture)
            self._start_next()


def _job(
    answers: Decoder.Answers,
    number: int,
    image: str,
    read: Callable[[str, int | None], QImage | str],
    max_side: int | None,
) -> Callable[[], None]:
    def run() -> None:
        answers.decoded.emit(number, image, read(image, max_side))

    return run
