"""A run is a folder: what was asked for, what happened, and what came of it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from training.dataset.dataset import Dataset
from training.dataset.formats import boxwright_csv, class_list
from training.dataset.safe_files import write_text
from training.run.catalogue.foreign_files import ForeignFileError, opened, read_bytes
from training.run.events import Event, from_line
from training.run.settings import TrainingSettings

MOST_OF_SETTINGS = 8_000_000  # bytes


class RunFolderError(Exception):
    """The folder can't be used as this run; the message says which, what was expected and what is there."""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The files of one run. Nothing is created by asking for a path."""

    path: Path

    @property
    def settings_file(self) -> Path:
        return self.path / "settings.json"

    @property
    def dataset_file(self) -> Path:
        return self.path / "dataset.csv"

    @property
    def classes_file(self) -> Path:
        return self.path / "classes.txt"

    @property
    def events_file(self) -> Path:
        return self.path / "events.jsonl"

    @property
    def log_file(self) -> Path:
        return self.path / "log.txt"

    @property
    def history_file(self) -> Path:
        return self.path / "history.csv"

    @property
    def best_model(self) -> Path:
        return self.path / "best.keras"

    @property
    def last_model(self) -> Path:
        return self.path / "last.keras"

    @property
    def litert_model(self) -> Path:
        return self.path / "best.tflite"

    @property
    def has_model(self) -> bool:
        """Whether there is one that can be asked, by LiteRT or by Keras."""
        return self.litert_model.is_file() or self.best_model.is_file()

    @property
    def model_card(self) -> Path:
        return self.path / "model.json"

    @property
    def predictions_file(self) -> Path:
        return self.path / "predictions.csv"

    @property
    def report_file(self) -> Path:
        return self.path / "report.json"

    @property
    def lock_file(self) -> Path:
        """Held by the process that trains here."""
        return self.path / "running.lock"

    @property
    def holder_file(self) -> Path:
        """Names the process that holds the lock."""
        return self.path / "running.json"

    @property
    def outcome_file(self) -> Path:
        """How a worker ended that could not say so itself."""
        return self.path / "outcome.json"

    @property
    def state_file(self) -> Path:
        """All that the training needs to go on exactly."""
        return self.path / "state.npz"

    @property
    def notes_file(self) -> Path:
        """What people call the run and say about it."""
        return self.path / "notes.json"

    @property
    def judged_file(self) -> Path:
        """Each image of the dataset with its true and its predicted box."""
        return self.path / "judged.csv"

    @property
    def proposals_file(self) -> Path:
        """What the best model sees in all images of the project, also in those without boxes."""
        return self.path / "proposals.csv"

    def settings(self) -> TrainingSettings:
        """Raises RunFolderError when there are none, SettingsError when they are not possible."""
        try:
            content = read_bytes(self.settings_file, MOST_OF_SETTINGS)
            text = None if content is None else content.decode("utf-8")
        except (ForeignFileError, UnicodeDecodeError) as error:
            raise RunFolderError(f"{self.path}: expected a run with its settings.json, got: {error}") from error
        if text is None:
            raise RunFolderError(f"{self.path}: expected a run with its settings.json, found none")
        return TrainingSettings.from_json(text)

    def read_events(self, start: int = 0) -> tuple[list[Event], int]:
        """The events written since byte `start`, and the byte to start from next time.

        A line still being written is left for the next call; lines that are no event are skipped. No file: no events.
        Raises RunFolderError for a link or a pipe, OSError.
        """
        try:
            with opened(self.events_file) as file:
                if file is None:
                    return [], start
                file.seek(start)
                content = file.read()
        except ForeignFileError as error:
            raise RunFolderError(f"{self.path}: {error}") from error
        whole = content[: content.rfind(b"\n") + 1]
        events = (from_line(line.decode("utf-8", "replace")) for line in whole.splitlines())
        return [event for event in events if event is not None], start + len(whole)


def prepare_run(runs_dir: Path, settings: TrainingSettings, dataset: Dataset, now: datetime | None = None) -> RunFolder:
    """Make a new folder `<time>-<recipe>` below `runs_dir` with all a worker needs; no process is started.

    `now` is local time. The dataset's splits are taken as they are. Raises SettingsError before anything is written,
    and OSError.
    """
    settings.validate()
    name = f"{now or datetime.now():%Y-%m-%d_%H-%M-%S}-{settings.recipe}"
    number = 1
    while True:
        folder = runs_dir / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            number += 1
            continue
        try:
            return _write_run(folder, settings, dataset)
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            raise


def prepare_run_at(folder: Path, settings: TrainingSettings, dataset: Dataset) -> RunFolder:
    """As `prepare_run`, in exactly this folder; RunFolderError unless it is new or empty."""
    settings.validate()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        taken = next(folder.iterdir(), None)
    except (FileExistsError, NotADirectoryError) as error:
        raise RunFolderError(f"{folder}: expected a new or empty folder for the run, found a file") from error
    if taken is not None:
        raise RunFolderError(f"{folder}: expected a new or empty folder for the run, found {taken.name} in it")
    return _write_run(folder, settings, dataset)


def _write_run(folder: Path, settings: TrainingSettings, dataset: Dataset) -> RunFolder:
    # Links stay as they are: the list of runs and the project's document name the folder in the same way.
    run = RunFolder(folder.resolve() if ".." in folder.parts else folder.absolute())
    boxwright_csv.write(dataset, run.dataset_file, with_split=True)
    class_list.write(settings.class_names, run.classes_file)
    write_text(run.settings_file, settings.to_json())
    return run
