"""Asks a run's best model about all images of a project: by LiteRT in a thread, else by Keras in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from desktop_app.runs.words import counted, filled
from training.dataset.dataset import Problem
from training.run.answers.litert_predictor import LiteRTPredictor
from training.run.answers.predict_files import predict_files
from training.run.answers.prediction import LEAST_SCORE
from training.run.answers.prediction_table import PredictionTable, TableBuilder, read_predictions
from training.run.catalogue.foreign_files import ForeignFileError
from training.run.model_card import ModelCard, ModelFileError
from training.run.result_files import Seen, write_predictions
from training.run.run_folder import RunFolder
from training.run.worker_client import program_command, program_environment

TOLD_EVERY = 16  # images


class _CancelledError(Exception):
    """Somebody did not want to wait."""


class PredictAll(QThread):
    """`ended` always comes, once, with what was found, also until it was cancelled, and a sentence."""

    progressed = Signal(int, int)
    ended = Signal(object, object, str)  # the RunFolder, a PredictionTable or None, the sentence
    _failed = Signal(object)

    def __init__(self, run: RunFolder, folder: Path, images: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._folder = folder
        self._images = images
        self._cancel_asked = threading.Event()
        self._found = TableBuilder()
        self._skipped = 0
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
        except (OSError, ModelFileError, ForeignFileError) as error:
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
        return table, text

    # --- by LiteRT

    def _ask_litert(self) -> None:
        predictor = LiteRTPredictor(self._run)
        files = ((image, self._folder / image) for image in self._images)
        write_predictions(self._run.proposals_file, self._taken(predict_files(predictor, files, LEAST_SCORE)))

    def _taken(self, answers: Iterator[tuple[str, Seen | Problem]]) -> Iterator[Seen]:
        """Kept in columns and handed on to the file, image by image."""
        total = len(self._images)
        for done, (image, answer) in enumerate(answers, start=1):
            if self._cancel_asked.is_set():
                raise _CancelledError
            if isinstance(answer, Problem):
                self._skipped += 1
            else:
                boxes = [box.rounded() for box in answer[1]]
                self._found.add(image, boxes)
                yield image, boxes
            if done % TOLD_EVERY == 0 or done == total:
                self.progressed.emit(done, total)

    # --- by Keras

    def _ask_keras(self) -> PredictionTable | None:
        arguments = ("predict", str(self._run.path), str(self._folder), "--out", str(self._run.proposals_file))
        command = program_command(*arguments, "--min-score", str(LEAST_SCORE), "--progress")
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            env=program_environment(),
            start_new_session=os.name == "posix",
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
        return _read(self._run)

    def _take_line(self, line: str) -> None:
        with contextlib.suppress(ValueError, TypeError, KeyError):
            said = json.loads(line)
            self.progressed.emit(int(said["done"]), int(said["total"]))


def load_stored(run: RunFolder, images: Collection[str]) -> PredictionTable | None:
    """What an earlier `PredictAll` left, of these images; None if nothing, or if the model has learnt since.

    Raises OSError, ForeignFileError.
    """
    stored = run.proposals_file
    models = [path for path in (run.litert_model, run.best_model) if path.is_file()]
    if not stored.is_file() or any(path.stat().st_mtime > stored.stat().st_mtime for path in models):
        return None
    table = _read(run)
    return None if table is None else table.of_images(images)


def _read(run: RunFolder) -> PredictionTable | None:
    try:
        card = ModelCard.read(run.model_card) if run.model_card.is_file() else ModelCard.read_from(run.best_model)
    except ModelFileError as error:
        raise ForeignFileError(str(error)) from error
    return read_predictions(run.proposals_file, {entry.name: entry.id for entry in card.classes})


def _kill(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
