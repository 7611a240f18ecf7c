"""Pictures that come from outside into the open project: frames of videos and cameras, recordings, and files."""

from __future__ import annotations

import errno
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal

from desktop_app.document.document import Document
from desktop_app.document.picture_writing import CopiedPictures, WrittenPicture, picture_there, write_pixels
from desktop_app.document.recorded_images import RecordedImages, Recording
from desktop_app.document.subjects import Subject, whole_image_box
from desktop_app.words import counted, filled

if TYPE_CHECKING:  # numbers are loaded when the first picture comes, not with the window
    from training.run.answers.letterbox import Pixels
    from training.run.answers.prediction import Answer

VIDEO, CAMERA, ADDED = "video", "camera", "added"  # folders in the project's folder
MOST_WAITING = 256 * 2**20  # bytes of pictures that wait for the disk
MOST_AT_ONCE = 16  # pictures that join the project in one go
_NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """What a model says about a picture, and whose model it is."""

    answer: Answer
    run_name: str
    is_own_run: bool
    source: object = None  # whatever whoever brought it wants to hear again with the image


@dataclass(frozen=True, slots=True, eq=False)
class _Wanted:
    """A picture on its way: how it is written, and what it brings."""

    name: str
    write: Callable[[], WrittenPicture]
    bytes_held: int
    brings: _Seen | Recording


class NewImages(QObject):
    """Each is written off the event loop under a free name, then joins the list of images in its place.

    A `name` may begin with the folder it goes to, such as "camera/kitchen 14-03-22"; one that ends in ".png" is written
    without loss. Nothing raises: `failed` carries a sentence, also when no project is open. What was taken before a
    project is closed is in it.
    """

    added = Signal(str)  # the image
    answered = Signal(str, object, object)  # an image of the project, the Answer that came with it, and its `source`
    told = Signal(str)  # a sentence: what became of what came
    failed = Signal(str)  # a sentence
    _written = Signal()

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document
        self._recorded = RecordedImages(document)
        self._recorded.told.connect(self.told)
        self._recorded.failed.connect(self.failed)
        # One after the other: names are given out in order, and one disk is no quicker for two.
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(1)
        self._done: deque[tuple[_Wanted, WrittenPicture | Exception]] = deque()
        self._copies: CopiedPictures | None = None
        self._bytes_held = 0
        self._waiting = 0
        # Images since nothing was waiting, which are told as one; their proposals, and how many were there before.
        self._together = self._proposed = self._were_there = 0
        self._last: tuple[str, _Seen] | None = None  # what is shown when all of them are there
        self._is_gathering = False
        self._known: tuple[Sequence[str], frozenset[str]] = ((), frozenset())
        # Of thousands that were added at once many are there at once: between a few of them the window has its turn.
        self._taking = QTimer(self, singleShot=True, interval=0)
        self._taking.timeout.connect(self._take_written)
        self._written.connect(self._taking.start)
        document.closing.connect(self.finish)

    # --- what comes

    def add_frame(
        self,
        pixels: Pixels,
        name: str,
        answer: Answer,
        run_name: str,
        *,
        is_own_run: bool = True,
        source: object = None,
    ) -> None:
        """A frame (H, W, 3) uint8 RGB becomes an image, FOLDER/video if `name` says nothing else; what the model of a run
        says about it becomes its proposals. `run_name` is empty where there is no model; `is_own_run`: it was trained
        on this very project. With a `source` of the answer, `answered` tells when the image is there: who keeps it does
        so then; without one it lasts until the project is closed, and that is said.
        """
        self._take_pixels(pixels, name, VIDEO, lambda: _Seen(answer, run_name, is_own_run, source))

    def add_recorded(self, pixels: Pixels, name: str, class_id: int | None = None, class_name: str = "") -> None:
        """A frame becomes an image of a class, FOLDER/camera if `name` says nothing else, and is reviewed.

        Without `class_id` the class has that name, and is made if there is none. Those of one class that follow each
        other quickly are one step to undo; the files stay.
        """
        self._take_pixels(pixels, name, CAMERA, lambda: self._recorded.next(class_id, class_name))

    def end_burst(self) -> None:
        """What is recorded from now on is another step to undo."""
        self._recorded.end_burst()

    def add_file(
        self, path: Path, answer: Answer, run_name: str, *, is_own_run: bool = True, source: object = None
    ) -> None:
        """A copy of a picture, byte by byte, becomes an image in FOLDER/added, with the model's proposals.

        A picture that is in the project already, or whose bytes a picture in FOLDER/added has, is not copied.
        """
        if not self._can_take():
            return
        document, path, seen = self._document, path.absolute(), _Seen(answer, run_name, is_own_run, source)
        image = path.relative_to(document.folder).as_posix() if path.is_relative_to(document.folder) else ""
        if image and image in self._known_images():
            self._start(_Wanted(path.name, partial(picture_there, path, image), 0, seen))
            return
        if self._copies is None or not self._waiting:
            self._copies = CopiedPictures(document.folder, ADDED)
        self._start(_Wanted(path.name, partial(self._copies.copy, path, document.summaries), 0, seen))

    def _known_images(self) -> frozenset[str]:
        """Made anew only when there are others: of very many files each is looked up."""
        images = self._document.images
        if images is not self._known[0]:
            self._known = (images, frozenset(images))
        return self._known[1]

    @property
    def waiting(self) -> int:
        """Pictures that are on their way."""
        return self._waiting

    def begin_together(self) -> None:
        """What comes until `end_together` is told as one, however long it takes."""
        self._is_gathering = True
        self._together = self._proposed = self._were_there = 0

    def end_together(self) -> None:
        self._is_gathering = False
        if not self._waiting:
            self._show_last()

    def _take_pixels(self, pixels: Pixels, name: str, usual: str, brings: Callable[[], _Seen | Recording]) -> None:
        if not self._can_take(pixels.nbytes):
            return
        document = self._document
        given, _, rest = name.partition("/")
        below, name = (given, rest) if given in (VIDEO, CAMERA) else (usual, name)
        # Whoever grabs frames uses the same memory for the next one.
        write = partial(write_pixels, document.folder, below, name, pixels.copy(), document.summaries)
        self._start(_Wanted(name, write, pixels.nbytes, brings()))

    def _can_take(self, size: int = 0) -> bool:
        if not self._document.is_open:
            self.failed.emit(self.tr("Open a folder first: pictures that are kept become images of an open project."))
            return False
        if self._document.is_read_only:
            self.failed.emit(self.tr("You are only looking: open a copy of this project to put pictures into it."))
            return False
        if self._bytes_held + size > MOST_WAITING:
            self.failed.emit(self.tr("The disk is slower than the pictures come: some were left out."))
            return False
        return True

    def _start(self, wanted: _Wanted) -> None:
        if not self._waiting and not self._is_gathering:
            self._together = self._proposed = self._were_there = 0
        self._waiting += 1
        self._bytes_held += wanted.bytes_held
        self._pool.start(partial(self._write, wanted))

    def _write(self, wanted: _Wanted) -> None:
        """In the thread."""
        try:
            self._done.append((wanted, wanted.write()))
        except Exception as error:  # noqa: BLE001 -- carried to the GUI thread and raised or shown there
            self._done.append((wanted, error))
        self._written.emit()

    def finish(self) -> None:
        """What was taken is written and stored; when this returns no thread is left."""
        self._pool.waitForDone()
        while self._done:
            self._take_written()
        self._taking.stop()

    # --- what came

    def _take_written(self) -> None:
        done = [self._done.popleft() for _ in range(min(MOST_AT_ONCE, len(self._done)))]
        if self._done:
            self._taking.start()
        self._bytes_held -= sum(wanted.bytes_held for wanted, _ in done)
        self._waiting -= len(done)
        joined = [(wanted, result) for wanted, result in done if isinstance(result, WrittenPicture)]
        failed = [(wanted, result) for wanted, result in done if isinstance(result, Exception)]
        if joined:
            self._join(joined)
        if failed:
            self._tell_failed(failed)

    def _join(self, done: Sequence[tuple[_Wanted, WrittenPicture]]) -> None:
        document = self._document
        document.add_images(picture.image for _, picture in done)
        for _, picture in done:
            document.note_image_size(picture.image, picture.width, picture.height)
        recorded = [(one.image, wanted.brings) for wanted, one in done if isinstance(wanted.brings, Recording)]
        seen = [(one.image, wanted.brings) for wanted, one in done if isinstance(wanted.brings, _Seen)]
        self._recorded.label(recorded)
        for image, what in seen:
            self._propose(image, what)
        if seen:
            self._together += len(seen)
            self._proposed += sum(document.proposals.count_in(image) for image, _ in seen)
            self._were_there += sum(not picture.is_new for _, picture in done)
            self._last = seen[-1]
            if not self._waiting and not self._is_gathering:
                self._show_last()
        for _, picture in done:
            self.added.emit(picture.image)

    def _show_last(self) -> None:
        """Nobody could look at each of very many."""
        last, self._last = self._last, None
        if last is not None:
            self._show(*last, self._together, self._were_there)

    def _show(self, image: str, seen: _Seen, together: int, were_there: int) -> None:
        self._document.set_current_image(image)
        count = self._document.proposals.count_in(image)
        proposed = self._proposed if together > 1 else count
        told = self._told_of_one(image, count, was_there=were_there > 0)
        if together > 1:
            text = self.tr("“%1” and more, %n in all, are in the project; proposals: %2.")
            told = filled(text.replace("%n", str(together)), image, proposed)
        if together > 1 and were_there:
            one, many = self.tr("1 was in it already."), self.tr("%n were in it already.")
            told = f"{told} {counted(were_there, one, many)}"
        if proposed and seen.source is None:
            own = self.tr("These proposals last until the project is closed.")
            foreign = self.tr("Proposals of a model that learned elsewhere last until the project is closed.")
            told = f"{told} {own if seen.is_own_run else foreign}"
        self.told.emit(told)

    def _told_of_one(self, image: str, count: int, *, was_there: bool) -> str:
        if was_there:
            none = self.tr("“%1” is in the project already.")
            one = self.tr("“%1” is in the project already, with 1 proposal.")
            many = self.tr("“%1” is in the project already, with %n proposals.")
        else:
            none, one = self.tr("“%1” is in the project."), self.tr("“%1” is in the project, with 1 proposal.")
            many = self.tr("“%1” is in the project, with %n proposals.")
        return filled(counted(count, one, many) if count else none, image)

    def _propose(self, image: str, seen: _Seen) -> None:
        """A classifier that looks into drawn boxes has nothing to say where none is drawn, and no model nothing at all."""
        proposals, answer = self._document.proposals, seen.answer
        is_same_run = seen.run_name == proposals.run
        of_whole = bool(answer.answers) and not answer.boxes
        subject = Subject.WHOLE_IMAGES if of_whole else Subject.OBJECTS
        if not seen.run_name or (is_same_run and proposals.subject is Subject.DRAWN_BOXES):
            return
        boxes = whole_image_box(answer.answers) if of_whole else answer.boxes
        proposals.tell_as_guest(seen.run_name, subject, image, boxes, is_own_run=seen.is_own_run)
        if seen.source is not None:
            self.answered.emit(image, answer, seen.source)

    def _tell_failed(self, failed: Sequence[tuple[_Wanted, Exception]]) -> None:
        """One sentence for all of them: on a full disk every frame of a recording fails."""
        wanted, error = failed[0]
        reason = self._reason(error)
        self.failed.emit(
            filled(
                counted(
                    len(failed),
                    self.tr("“%1” was not put into the project: %2"),
                    self.tr("“%1” and more, %n in all, were not put into the project: %2"),
                ),
                wanted.name,
                reason or str(error),
            )
        )
        if not reason:
            raise error

    def _reason(self, error: Exception) -> str:
        """Nothing for a bug."""
        from training.dataset.image_files import ImageProblem

        if isinstance(error, ImageProblem):
            return error.reason
        if not isinstance(error, OSError):
            return ""
        folder = str(self._document.folder) if self._document.is_open else ""
        if error.errno in _NOT_ALLOWED:
            return filled(self.tr("the folder %1 can't be written to."), folder)
        if error.errno == errno.ENOSPC:
            return self.tr("the disk is full.")
        return filled(self.tr("%1 can't be written (%2)."), folder, error.strerror or str(error))
