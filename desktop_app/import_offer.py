"""A folder that already holds annotation files: their boxes are offered, and come with one press."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtWidgets import QDialog, QWidget

from desktop_app.background import Job, Progress
from desktop_app.document.document import Document
from desktop_app.import_looking import Offer, look_for_offer, plan_of
from desktop_app.import_offer_bar import ImportOfferBar
from desktop_app.settings import Settings
from desktop_app.words import counted, filled
from training.dataset.project_errors import ProjectError

if TYPE_CHECKING:
    from training.dataset.importing import ImportPlan

LOOK_AFTER_MS = 400  # the first picture comes first
MOST_NOTES = 3
ShowImport = Callable[[list[Path]], QDialog | None]


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
        self.bar.closed.connect(self._on_closed)
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
        if self._document.is_open:
            self._timer.start()

    def _look(self) -> None:
        document = self._document
        if document.is_read_only or not document.images:
            return
        stopped = self._stopped = threading.Event()
        folder, place = document.folder, document.place_for_reading
        dismissed = self._settings.dismissed_annotations(folder)
        is_labelled = any(summary.box_count for summary in document.summaries.values())
        looking_for_news = place if is_labelled else None
        self._start(lambda _progress: look_for_offer(folder, dismissed, looking_for_news, stopped), self._on_found)

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
        self._start(lambda progress: plan_of(place, way, progress), self._on_planned)

    def _on_planned(self, plan: ImportPlan) -> None:
        from desktop_app.import_words import bring_in, brings_nothing, words_of

        self._job = None
        offer = self._offer
        if offer is None:
            return
        if self._steps != self._document.undo_stack.index():  # somebody drew meanwhile
            self._on_import()
        elif plan.problems or brings_nothing(plan):  # nothing stays out unseen
            if brings_nothing(plan):
                self._dismiss(offer.fingerprints[:1])
            self._look_at(list(offer.ways[0].places))
        elif bring_in(self._document, plan):
            said = [filled(self.tr("Imported: %1"), words_of(plan)), *_notes(plan), self.tr("Undo takes it back.")]
            self._dismiss(offer.fingerprints[:1])
            self.bar.show_result(" ".join(said))

    def _on_look(self) -> None:
        """All of the folder, so that its other formats can be chosen."""
        if self._offer is not None:
            self._look_at([self._offer.folder])

    def _look_at(self, places: list[Path]) -> None:
        self.bar.hide()
        dialog = self._show_import(places)
        if dialog is not None:
            dialog.finished.connect(self._on_looked)

    def _on_looked(self, result: int) -> None:
        if self._offer is not None and result == QDialog.DialogCode.Accepted:
            self._dismiss(self._offer.fingerprints[:1])
        if self._offer is not None:
            self.bar.show_offer(_words_of(self._offer))
        elif self._document.is_open:
            self._timer.start()  # for what else lies there

    def _on_cancel(self) -> None:
        offer, job = self._offer, self._job
        self._job = None
        if job is not None:
            job.cancel()
            job.disconnect(self)
        if offer is not None:
            self.bar.show_offer(_words_of(offer))

    def _on_closed(self) -> None:
        """After an offer nobody is asked again; after the words on an import comes what else lies there."""
        if self._offer is None:
            self._timer.start()
        else:
            self._dismiss(self._offer.fingerprints)

    def _dismiss(self, fingerprints: tuple[str, ...]) -> None:
        if self._offer is not None:
            self._settings.dismiss_annotations(self._offer.folder, self._offer.dismissed.union(fingerprints))
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
