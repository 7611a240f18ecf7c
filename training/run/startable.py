"""Whether a run can be started or gone on with, said before anything in its folder is touched. No Keras."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from training.dataset.formats import boxwright_csv
from training.dataset.is_there import is_file, is_folder
from training.run.events import EndedEvent, Event, from_line
from training.run.learning.run_state import RunState, read_state
from training.run.run_folder import RunFolder, RunFolderError
from training.run.settings import TrainingSettings

# The last event is short; what stands before it may be long.
_LAST_BYTES = 65_536
_ADVICE = "boxwright resume RUN --images DIR says where they are now"


@dataclass(frozen=True, slots=True)
class Start:
    """What a training begins with: its settings, and where an earlier part of the run came to, if there was one."""

    settings: TrainingSettings
    state: RunState | None


def startable(run: RunFolder, images: Path | None = None) -> Start:
    """What to start or to go on with, `images` being where the images are if not where the settings say.

    Raises RunFolderError and SettingsError: for what is no run, is complete, has lost its images or its dataset, or was
    changed since it began; AnnotationFileError for a dataset that can't be read.
    """
    check_prepared(run)
    ended = last_event(run)
    if isinstance(ended, EndedEvent) and ended.outcome == "completed":
        raise RunFolderError(f"{run.path}: this run is complete; start a new one to train further")
    settings = run.settings()
    if images is not None:
        settings = replace(settings, image_root=str(images.absolute()))
    if not run.dataset_file.is_file():
        raise RunFolderError(f"{run.path}: expected the run's dataset.csv, found none")
    _check_images(run, settings)
    return Start(settings, read_state(run, settings))


def check_prepared(run: RunFolder) -> None:
    """Raises RunFolderError unless this is the folder of a run."""
    if not run.settings_file.is_file():
        raise RunFolderError(f"{run.path}: expected a prepared run with its settings.json, found none")


def last_event(run: RunFolder) -> Event | None:
    """The last whole line of events.jsonl; None without one."""
    try:
        with run.events_file.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _LAST_BYTES))
            lines = file.read().splitlines()
    except FileNotFoundError:
        return None
    events = (from_line(line.decode("utf-8", "replace")) for line in reversed(lines))
    return next((event for event in events if event is not None), None)


def _check_images(run: RunFolder, settings: TrainingSettings) -> None:
    folder = settings.image_folder
    if not is_folder(folder):
        raise RunFolderError(f"{run.path}: expected its images in the folder {folder}, which is not there; {_ADVICE}")
    names = [image.filename for image in boxwright_csv.read(run.dataset_file)[0].images]
    if names and not any(is_file(folder / name) for name in names):
        raise RunFolderError(
            f"{run.path}: expected its images in {folder}, found none of the {len(names)} (the first is {names[0]}); "
            + _ADVICE
        )
