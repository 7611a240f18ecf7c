"""Asks a run's best model about all images of a project: by LiteRT in a thread, else by Keras in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from desktop_app.document.subjects import Subject, whole_image_box, whole_of
from desktop_app.words import counted, filled
from training.dataset.box import Rectangle
from training.dataset.dataset import Problem
from training.dataset.store import ProjectError, ProjectStore
from training.run.answers.litert_predictor import LiteRTPredictor
from training.run.answers.predict_files import predict_files
from training.run.answers.prediction import LEAST_SCORE, Answer, ClassScore, PredictedBox
from training.run.answers.prediction_table import (
    PredictionTable,
    TableBuilder,
    epoch_of_predictions,
    read_predictions,
)
from training.run.catalogue.foreign_files import ForeignFileError
from training.run.model_card import ModelCard, ModelFileError
from training.run.result_files import Seen, write_predictions
from training.run.run_folder import RunFolder
from training.run.worker_client import creation_flags, program_command, program_environment

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
    ) -> None:
        """`project` is what holds the drawn boxes that a classifier is asked about."""
        super().__init__(parent)
        self._run = run
        self._folder = folder
        self._images = images
        self._subject = subject
        self._project = project if subject is Subject.DRAWN_BOXES else None
        self._cancel_asked = threading.Event()
        self._found = TableBuilder()
        self._skipped = 0
        self._not_stored = ""  # the reason
        self._process: subprocess.Popen[str] | None = None
        self._failed.connect(self._on_failed)

    def cancel(self) -> None:
        self._cancel_asked.set()
        process = self._process
        if process is not None:
            _kill(process)

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
            if self._run.litert_model.is_file():
                self._ask_litert()
                table: PredictionTable | None = self._found.table()
            else:
                table = self._ask_keras()
        except _CancelledError:
            done = self._found.table()
            return done if done.images else None, counted(
                len(done.images), self.tr("Cancelled after 1 image"), self.tr("Cancelled after %n images")
            )
        count = len(table.images) if table else 0
        text = counted(count, self.tr("Predicted 1 image"), self.tr("Predicted %n images"))
        if self._skipped:
            text += filled(self.tr("; images that can't be read: %1"), self._skipped)
        if self._not_stored:
            text += filled(self.tr("; they could not be stored: %1"), self._not_stored)
        return table, text

    # --- by LiteRT

    def _ask_litert(self) -> None:
        predictor = LiteRTPredictor(self._run)
        files = ((image, self._folder / image) for image in self._images)
        seen = self._taken(predict_files(predictor, files, LEAST_SCORE, self._drawn_boxes()))
        self._store(seen, predictor.card.epoch)
        for _ in seen:  # the rest, where storing has failed
            pass

    def _drawn_boxes(self) -> dict[str, list[Rectangle]]:
        """Raises ProjectError."""
        drawn: dict[str, list[Rectangle]] = {}
        if self._project is not None:
            store = ProjectStore.open(self._project, read_only=True)
            try:
                for image, box in store.boxes():
                    drawn.setdefault(image, []).append(box)
            finally:
                store.close()
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

    # --- by Keras

    def _ask_keras(self) -> PredictionTable | None:
        card = ModelCard.read_from(self._run.best_model)
        with tempfile.TemporaryDirectory(prefix="boxwright-") as folder:
            out = Path(folder, self._run.proposals_file.name)
            self._run_process(out)
            table = read_predictions(out, _ids(card), whole_of(self._subject))
        if table is not None:
            rows = ((image, [self._written(box) for box in boxes]) for image, boxes in table.answers())
            self._store(rows, card.epoch)
        return table

    def _written(self, box: PredictedBox) -> PredictedBox | ClassScore:
        """What stands for a whole image has no corners in files."""
        is_whole = self._subject is Subject.WHOLE_IMAGES
        return ClassScore(box.label, box.class_id, box.score) if is_whole else box

    def _run_process(self, out: Path) -> None:
        """It ends with this program: nobody else closes its stdin."""
        arguments: tuple[str, ...] = ("predict", str(self._run.path), str(self._folder), "--out", str(out))
        if self._project is not None:
            arguments = (*arguments, "--boxes", str(self._project))
        command = program_command(*arguments, "--min-score", str(LEAST_SCORE), "--progress", "--attached")
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            env=program_environment(),
            start_new_session=os.name == "posix",
            creationflags=creation_flags(),
        )
        self._process = process
        with process:
            if self._cancel_asked.is_set():
                _kill(process)
            errors: list[str] = []
            reader = threading.Thread(target=lambda: errors.extend(process.stderr or ()), name="stderr", daemon=True)
            reader.start()
            for line in process.stdout or ():
                self._take_line(line)
            reader.join()
        if self._cancel_asked.is_set():
            raise _CancelledError
        if process.returncode != 0:
            last = next((line.strip() for line in reversed(errors) if line.strip()), "")
            raise ModelFileError(last or f"{self._run.path}: the model could not be asked")

    def _take_line(self, line: str) -> None:
        with contextlib.suppress(ValueError, TypeError, KeyError):
            said = json.loads(line)
            self.progressed.emit(int(said["done"]), int(said["total"]))


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


def _kill(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
