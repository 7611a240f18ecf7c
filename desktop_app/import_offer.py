"""A folder that already holds annotation files: their boxes are offered, and come with one press."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtWidgets import QWidget

from desktop_app.background import Job, JobCancelledError, Progress
from desktop_app.document.document import Document
from desktop_app.import_offer_bar import ImportOfferBar
from desktop_app.settings import Settings
from desktop_app.words import counted, filled
from training.dataset.project_errors import ProjectError

if TYPE_CHECKING:
    from training.dataset.annotation_finding import Source, Way
    from training.dataset.importing import ImportPlan

LOOK_AFTER_MS = 400  # the first picture comes first
LOOKING_S = 5.0  # a folder that takes longer is offered as far as it was looked at
MOST_NOTES = 3
ShowImport = Callable[[list[Path]], None]


@dataclass(frozen=True, slots=True)
class Offer:
    """`ways` are what lies in the folder, the surest first: that one is imported by the one press."""

    folder: Path
    ways: tuple[Way, ...]
    fingerprint: str


class ImportOffer(QObject):
    """Looks into each project that opens, off the event loop, and joins the bar with the import."""

    def __init__(self, document: Document, settings: Settings, show_import: ShowImport, parent: QWidget) -> None:
        super().__init__(parent)
        self._document, self._settings, self._show_import = document, settings, show_import
        self._offer: Offer | None = None
        self._job: Job | None = None
        self._stopped = threading.Event()
        self._steps = 0  # on the undo stack when an import was planned
        self._timer = QTimer(self, singleShot=True, interval=LOOK_AFTER_MS)
        self._timer.timeout.connect(self._look)
        self.bar = ImportOfferBar()
        self.bar.import_asked.connect(self._on_import)
        self.bar.look_asked.connect(self._on_look)
        self.bar.cancel_asked.connect(self._on_cancel)
        self.bar.closed.connect(self._dismiss)
        document.project_opened.connect(self._on_project_opened)
        document.closing.connect(self.shut_down)

    @property
    def is_working(self) -> bool:
        return self._job is not None or self._timer.isActive()

    def shut_down(self) -> None:
        """Whatever is looked for or read is dropped, and ends soon."""
        self._timer.stop()
        self._stopped.set()
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
            job.disconnect(self)
        self.bar.hide()
        self._offer = None

    # --- looking

    def _on_project_opened(self) -> None:
        self.shut_down()
        document = self._document
        if document.is_open and not document.is_read_only and document.images:
            self._timer.start()

    def _look(self) -> None:
        document = self._document
        stopped = self._stopped = threading.Event()
        folder, place = document.folder, document.place_for_reading
        dismissed = self._settings.dismissed_annotations(folder)
        is_labelled = any(summary.box_count for summary in document.summaries.values())
        looking_for_news = place if is_labelled else None
        self._start(lambda _progress: _look(folder, dismissed, looking_for_news, stopped), self._on_found)

    def _on_found(self, offer: Offer | None) -> None:
        self._job = None
        if offer is not None:
            self._offer = offer
            self.bar.show_offer(_words_of(offer))

    # --- one press

    def _on_import(self) -> None:
        offer = self._offer
        if offer is None or self._job is not None:
            return
        place, way = self._document.place_for_reading, offer.ways[0]
        self._steps = self._document.undo_stack.index()
        self.bar.show_work(self.tr("Reading and checking every row…"))
        self._start(lambda progress: _plan(place, way, progress), self._on_planned)

    def _on_planned(self, plan: ImportPlan) -> None:
        from desktop_app.import_words import bring_in, brings_nothing, words_of

        self._job = None
        offer = self._offer
        if offer is None:
            return
        if self._steps != self._document.undo_stack.index():  # somebody drew meanwhile
            self._on_import()
        elif plan.problems or brings_nothing(plan):  # nothing stays out unseen
            self._look_at(list(offer.ways[0].places))
        elif bring_in(self._document, plan):
            said = [filled(self.tr("Imported: %1"), words_of(plan)), *_notes(plan), self.tr("Undo takes it back.")]
            self._dismiss()
            self.bar.show_result(" ".join(said))

    def _on_look(self) -> None:
        """All of the folder, so that its other formats can be chosen; who looked has been asked."""
        if self._offer is not None:
            self._look_at([self._offer.folder])

    def _look_at(self, places: list[Path]) -> None:
        self._dismiss()
        self.bar.hide()
        self._show_import(places)

    def _on_cancel(self) -> None:
        offer, job = self._offer, self._job
        self._job = None
        if job is not None:
            job.cancel()
            job.disconnect(self)
        if offer is not None:
            self.bar.show_offer(_words_of(offer))

    def _dismiss(self) -> None:
        if self._offer is not None:
            self._settings.dismiss_annotations(self._offer.folder, self._offer.fingerprint)
        self._offer = None

    def _start(self, work: Callable[[Progress], object], on_done: Callable[..., None]) -> None:
        from training.dataset.dataset import AnnotationFileError

        job = self._job = Job(work, (AnnotationFileError, ProjectError, OSError))
        job.progressed.connect(self.bar.show_progress)
        job.done.connect(on_done)
        job.failed.connect(self._on_failed)
        job.start()

    def _on_failed(self, reason: str) -> None:
        """Nobody asked for the looking; what somebody pressed a button for is answered."""
        self._job = None
        if self._offer is not None:
            self.bar.show_result(reason)


def _look(folder: Path, dismissed: str, place: Path | None, stopped: threading.Event) -> Offer | None:
    """`place` is the project to compare with, where boxes may have been imported before."""
    from training.dataset.annotation_finding import fingerprint, known_annotations, until

    in_time = until(LOOKING_S)
    goes_on = lambda: in_time() and not stopped.is_set()  # noqa: E731
    found: Source = known_annotations(folder, goes_on)
    if not found.ways or stopped.is_set():
        return None
    seen = fingerprint(found.ways, lambda: not stopped.is_set())
    if seen == dismissed or (place is not None and not _brings_something(place, found.ways[0], goes_on)):
        return None
    return Offer(folder, found.ways, seen)


def _brings_something(place: Path, way: Way, goes_on: Callable[[], bool]) -> bool:
    """Whether something of it is not in the project; what takes too long to find out counts as such."""
    from desktop_app.import_words import brings_nothing
    from training.dataset.dataset import AnnotationFileError

    def progress(_done: int, _total: int) -> None:
        if not goes_on():
            raise JobCancelledError

    try:
        return not brings_nothing(_plan(place, way, progress))
    except AnnotationFileError:
        return False
    except JobCancelledError:
        return True


def _plan(place: Path, way: Way, progress: Progress) -> ImportPlan:
    from desktop_app.dialogs.import_readings import with_misnamed
    from training.dataset.importing import plan_import
    from training.dataset.store import ProjectStore

    with closing(ProjectStore.open(place, read_only=True)) as store:
        plan = plan_import(store, way.places, False, progress, how=way.how())
        return with_misnamed(plan, store, progress)


def _words_of(offer: Offer) -> str:
    first = offer.ways[0]
    files = [place for place in first.places if place != offer.folder]
    title = first.format.title
    if len(files) == 1:
        text = filled(_tr("This folder holds boxes: %1 (%2)."), files[0].name, title)
    elif files:
        text = filled(_tr("This folder holds boxes: %1 files of %2."), len(files), title)
    else:
        text = filled(_tr("This folder holds boxes as %1."), title)
    others = [way.format.title for way in offer.ways[1:]]
    return text + (" " + filled(_tr("Also as %1."), ", ".join(others)) if others else "")


def _notes(plan: ImportPlan) -> list[str]:
    """What was read differently, as that polygons became boxes: each reason once."""
    reasons = list(dict.fromkeys(note.reason for note in plan.notes))
    said = [reason[:1].upper() + reason[1:].rstrip(".") + "." for reason in reasons[:MOST_NOTES]]
    more = len(reasons) - MOST_NOTES
    return [*said, counted(more, _tr("1 more note."), _tr("%n more notes."))] if more > 0 else said


def _tr(text: str) -> str:
    return QCoreApplication.translate("ImportOffer", text)
