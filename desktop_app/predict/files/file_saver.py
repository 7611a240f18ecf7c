"""Saving and copying what the page shows: asks where, writes off the event loop, and says what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop_app.background import Job, Progress
from desktop_app.dialogs import file_choice
from desktop_app.predict.files.questions import Questions
from desktop_app.predict.files.saving import EXPECTED, Saved, Snapshot, copied_text, save_results
from desktop_app.predict.loaded_model import LoadedModel
from desktop_app.settings import Settings
from desktop_app.words import counted, filled
from desktop_app.work_bar import WorkBar
from training.run.results.annotated_sink import AnnotatedSink
from training.run.results.coco_sink import CocoSink, free_images_path
from training.run.results.csv_sink import CsvSink
from training.run.results.result import ResultSink

FOLDER = "results_folder"  # where results were saved last


class FileSaver(QObject):
    said = Signal(str)

    def __init__(self, questions: Questions, work: WorkBar, settings: Settings, page: QWidget) -> None:
        super().__init__(page)
        self._questions = questions
        self._work = work
        self._settings = settings
        self._page = page

    def save_csv(self, model: LoadedModel, min_score: float) -> None:
        place = self._ask(self.tr("Save results as CSV"), "predictions.csv", self.tr("Table of results (*.csv)"))
        if place is not None:
            self._start(model, min_score, partial(CsvSink, place), place)

    def save_coco(self, model: LoadedModel, min_score: float) -> None:
        place = self._ask(self.tr("Save COCO results"), "results.json", self.tr("COCO results (*.json)"))
        if place is not None:
            # The dialog asked about this name alone.
            make = lambda: CocoSink(place, images_path=free_images_path(place))  # noqa: E731
            self._start(model, min_score, make, place)

    def save_annotated(self, model: LoadedModel, min_score: float) -> None:
        files = self._questions.files
        originals = files.base if files.base != Path() else files.roots[0]  # that of the first where there are drives
        place = annotated_folder(originals)
        title = filled(self.tr("Where to make the folder “%1”"), place.name)
        chosen = file_choice.choose_folder(self._page, title, place.parent)
        if chosen is not None:
            folder = annotated_folder(originals, chosen)
            make = partial(AnnotatedSink, folder, list(files.roots), min_score)
            self._start(model, min_score, make, folder)

    def copy(self, numbers: Sequence[int], min_score: float) -> None:
        """Rows of these files to the clipboard, as tables take them."""
        snapshot = Snapshot(self._questions.files, self._questions.columns.copy(), min_score)
        job = Job(lambda progress: copied_text(snapshot, numbers, progress))
        job.done.connect(self._on_copied)
        job.start()

    def _on_copied(self, lines: Sequence[str]) -> None:
        QGuiApplication.clipboard().setText("\n".join(lines))
        self.said.emit(counted(len(lines), self.tr("Copied 1 row"), self.tr("Copied %n rows")))

    def _ask(self, title: str, name: str, kinds: str) -> Path | None:
        place = file_choice.choose_new_file(self._page, title, self._start_folder() / name, kinds)
        if place is not None:
            self._settings.set_preference(FOLDER, str(place.parent))
        return place

    def _start_folder(self) -> Path:
        last = self._settings.preference(FOLDER)
        return Path(last) if last else self._questions.files.base

    def _start(self, model: LoadedModel, min_score: float, make: Callable[[], ResultSink], place: Path) -> None:
        snapshot = Snapshot(self._questions.files, self._questions.columns.copy(), min_score)
        card = model.card
        # Made in the thread: a sink may look at the disk.
        work: Callable[[Progress], Saved] = lambda progress: save_results(snapshot, card, make(), place, progress)  # noqa: E731
        self._work.start(filled(self.tr("Saving %1"), place.name), work, EXPECTED, self._on_saved)

    def _on_saved(self, saved: Saved) -> None:
        text = counted(saved.files, self.tr("1 picture saved in %1"), self.tr("%n pictures saved in %1"))
        text = filled(text, saved.place)
        if saved.beside is not None:
            text = f"{text}. {filled(self.tr('What its ids mean stands in %1'), saved.beside.name)}"
        if saved.not_kept:
            first = saved.not_kept[0]
            reason = counted(
                len(saved.not_kept), self.tr("1 was left out: %1"), self.tr("%n were left out, the first: %1")
            )
            text = f"{text}. {filled(reason, first)}"
        self._work.say(text, saved.place)


def annotated_folder(originals: Path, chosen: Path | None = None) -> Path:
    """A folder for copies of the pictures below `originals`, beside that folder or in the `chosen` one.

    Never among the originals, where they would be taken for pictures. A chosen one that is empty, or was made for this
    before, is taken as it is.
    """
    name = filled(QCoreApplication.translate("FileSaver", "%1 annotated"), originals.name).strip()
    if chosen is None or chosen.is_relative_to(originals):
        return originals.parent / name
    is_free = chosen.name == name or not chosen.is_dir() or next(chosen.iterdir(), None) is None
    return chosen if is_free else chosen / name
