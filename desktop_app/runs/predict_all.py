"""Asks a run's best model about all images of a project, in a thread."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from desktop_app.document.subjects import Subject, whole_image_box, whole_of
from desktop_app.words import counted, filled
from training.dataset.box import Rectangle
from training.dataset.dataset import Problem
from training.dataset.store import ProjectError, ProjectStore
from training.run.answers.open_quick import open_quick
from training.run.answers.predict_files import predict_files
from training.run.answers.prediction import LEAST_SCORE, Answer
from training.run.answers.prediction_table import (
    PredictionTable,
    TableBuilder,
    epoch_of_predictions,
    read_predictions,
)
from training.run.answers.predictor import Predictor
from training.run.catalogue.foreign_files import ForeignFileError
from training.run.model_card import ModelCard, ModelFileError
from training.run.result_files import Seen, write_predictions
from training.run.run_folder import RunFolder

TOLD_EVERY = 16  # images


class _CancelledError(Exception):
    """Somebody did not want to wait."""


class PredictAll(QThread):
    """`ended` always comes, once, with what was found, also until it was cancelled, and a sentence."""

    progressed = Signal(int, int)
    ended = Signal(object, object, str)  # the RunFolder, a PredictionTable or None, the sentence
    _failed = Signal(object)

    def __init__(
        self,
        run: RunFolder,
        folder: Path,
        images: Sequence[str],
        parent: QObject | None = None,
        *,
        subject: Subject = Subject.OBJECTS,
        project: Path | None = None,
        stores: bool = True,
    ) -> None:
        """`project` is what holds the drawn boxes that a classifier is asked about; `stores`: it stays with the run."""
        super().__init__(parent)
        self._run = run
        self._folder = folder
        self._images = images
        self._subject = subject
        self._project = project if subject is Subject.DRAWN_BOXES else None
        self._cancel_asked = threading.Event()
        self._found = TableBuilder()
        self._skipped = 0
        self._stores = stores
        self._not_stored = ""  # the reason
        self._predictor: Predictor | None = None
        self._failed.connect(self._on_failed)

    def cancel(self) -> None:
        self._cancel_asked.set()
        predictor = self._predictor
        if predictor is not None:
            predictor.close()  # nobody waits for one that loads

    def shut_down(self) -> None:
        """When this returns there is neither a process nor a thread."""
        self.cancel()
        self.wait()

    def run(self) -> None:
        try:
            table, sentence = self._predict()
        except (OSError, ModelFileError, ForeignFileError, ProjectError) as error:
            self.ended.emit(self._run, None, str(error))
        except Exception as error:  # noqa: BLE001 -- carried to the GUI thread, where bugs are shown and logged
            self.ended.emit(self._run, None, self.tr("An unexpected error came up: %1").replace("%1", str(error)))
            self._failed.emit(error)
        else:
            self.ended.emit(self._run, table, sentence)

    def _on_failed(self, error: Exception) -> None:
        raise error

    def _predict(self) -> tuple[PredictionTable | None, str]:
        try:
            note = self._ask()
        except (_CancelledError, ModelFileError):
            if not self._cancel_asked.is_set():
                raise
            done = self._found.table()
            return done if done.images else None, counted(
                len(done.images), self.tr("Cancelled after 1 image"), self.tr("Cancelled after %n images")
            )
        table = self._found.table()
        text = counted(len(table.images), self.tr("Predicted 1 image"), self.tr("Predicted %n images"))
        if self._skipped:
            text += filled(self.tr("; images that can't be read: %1"), self._skipped)
        if self._not_stored:
            text += filled(self.tr("; they could not be stored: %1"), self._not_stored)
        return table, f"{text}. {note}" if note else text

    def _ask(self) -> str:
        """The predictor's note."""
        with open_quick(self._run) as predictor:
            self._predictor = predictor
            files = ((image, self._folder / image) for image in self._images)
            seen = self._taken(predict_files(predictor, files, LEAST_SCORE, self._drawn_boxes()))
            if self._stores:
                self._store(seen, predictor.card.epoch)
            for _ in seen:  # the rest, where nothing is stored or storing has failed
                pass
            return predictor.note

    def _drawn_boxes(self) -> dict[str, list[Rectangle]]:
        """Raises ProjectError."""
        drawn: dict[str, list[Rectangle]] = {}
        if self._project is not None:
            with closing(ProjectStore.open(self._project, read_only=True)) as store:
                for image, box in store.boxes():
                    drawn.setdefault(image, []).append(box)
        return drawn

    def _store(self, seen: Iterable[Seen], epoch: int) -> None:
        """What can't be stored, in a folder for reading only or on a full disk, is shown all the same."""
        try:
            write_predictions(self._run.proposals_file, seen, epoch)
        except OSError as error:
            self._not_stored = str(error)

    def _taken(self, answers: Iterator[tuple[str, Answer | Problem]]) -> Iterator[Seen]:
        """Kept in columns and handed on to the file, image by image."""
        total = len(self._images)
        for done, (image, answer) in enumerate(answers, start=1):
            if self._cancel_asked.is_set():
                raise _CancelledError
            if isinstance(answer, Problem):
                self._skipped += 1
            else:
                rounded = answer.rounded()
                is_whole = self._subject is Subject.WHOLE_IMAGES
                self._found.add(image, whole_image_box(rounded.answers) if is_whole else rounded.boxes)
                yield image, rounded.rows
            if done % TOLD_EVERY == 0 or done == total:
                self.progressed.emit(done, total)


def load_stored(run: RunFolder, images: Collection[str], subject: Subject = Subject.OBJECTS) -> PredictionTable | None:
    """What an earlier `PredictAll` left, of these images; None if nothing, or if the model has learnt since.

    The epoch tells, not the times of the files: copies have any. Raises OSError, ForeignFileError.
    """
    epoch = epoch_of_predictions(run.proposals_file)
    cards = [] if epoch is None else _cards(run)
    if not cards or any(card.epoch != epoch for card in cards):
        return None
    table = read_predictions(run.proposals_file, _ids(cards[0]), whole_of(subject))
    return None if table is None else table.of_images(images)


def _ids(card: ModelCard) -> dict[str, int]:
    return {entry.name: entry.id for entry in card.classes}


def _cards(run: RunFolder) -> list[ModelCard]:
    """Of the model that answers by LiteRT, and of the best one, which is ahead of it while a run goes on."""
    try:
        converted = [ModelCard.read(run.model_card)] if run.litert_model.is_file() else []
        return [*converted, *([ModelCard.read_from(run.best_model)] if run.best_model.is_file() else [])]
    except ModelFileError as error:
        raise ForeignFileError(str(error)) from error
