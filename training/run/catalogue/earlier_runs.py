"""The earlier runs of a project: what a new one can start from, and how fast they were. No Keras."""

from __future__ import annotations

import csv
import io
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from training.dataset.is_there import is_folder
from training.run.catalogue.foreign_files import ForeignFileError, read_bytes
from training.run.catalogue.run_catalogue import list_runs, summary_of
from training.run.catalogue.run_summary import RunSummary
from training.run.estimate import RunEstimate, Work
from training.run.failure import ModelFileError, RunFailed
from training.run.recipes.names import CLASSIFIER
from training.run.run_folder import RunFolder, RunFolderError
from training.run.settings import SettingsError, TrainingSettings
from training.run.start_from import EarlierModel, read_earlier

MOST_RUNS = 200
MOST_OF_HISTORY = 8_000_000  # bytes
# Loading TensorFlow, compiling and exporting take about as long in every run.
SECONDS_OF_ANY_RUN = 15.0
# One look at a validation image costs about this share of learning from it.
SHARE_OF_VALIDATION = 1 / 3
SAME_SPEED = ("recipe", "architecture", "model_size", "input_size", "device", "threads")


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a run really took: `seconds` of a typical epoch, with all that was done between two epochs."""

    settings: TrainingSettings
    work: Work
    seconds: float

    @property
    def _looks(self) -> float:
        return _looks_of(self.work)

    def estimate_for(self, settings: TrainingSettings, work: Work) -> RunEstimate | None:
        """A guess for other images and epochs; None where the network, its size or the device differ."""
        if any(getattr(settings, key) != getattr(self.settings, key) for key in SAME_SPEED):
            return None
        if settings.recipe == CLASSIFIER and not _learn_alike(settings, self.settings):
            return None
        epoch = self.seconds * _looks_of(work) / self._looks
        return RunEstimate(epoch, SECONDS_OF_ANY_RUN + work.epochs * epoch, work.epochs)


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """`model` is there when another run can start from it, `pace` when it has completed epochs."""

    summary: RunSummary
    model: EarlierModel | None
    pace: Pace | None

    @property
    def folder(self) -> RunFolder:
        return self.summary.folder


def earlier_runs(runs_folder: Path, other: Path | None = None) -> list[EarlierRun]:
    """The runs of a project, the newest first, and the `other` one from elsewhere if it is not among them.

    Whatever is wrong with a run, it is only left without a model or a pace. Raises OSError for a folder that is there
    and can't be read.
    """
    summaries = list_runs(runs_folder)[:MOST_RUNS]
    if other is not None and is_folder(other) and all(other != summary.folder.path for summary in summaries):
        summaries.append(summary_of(RunFolder(other)))
    return [EarlierRun(summary, _model_of(summary.folder), _pace_of(summary)) for summary in summaries]


def _learn_alike(one: TrainingSettings, other: TrainingSettings) -> bool:
    """What a frozen backbone says is kept, so that epochs of a head and of fine-tuning take other times: in the same
    proportion they have the same typical one.
    """
    if one.source != other.source or (one.weights == "random") != (other.weights == "random"):
        return False
    return one.weights == "random" or (one.epochs, one.fine_tune_epochs) == (other.epochs, other.fine_tune_epochs)


def guess(runs: Sequence[EarlierRun], settings: TrainingSettings, work: Work) -> RunEstimate | None:
    """By the newest run that is like this one; None where there is none."""
    estimates = (run.pace.estimate_for(settings, work) for run in runs if run.pace is not None)
    return next((estimate for estimate in estimates if estimate is not None), None)


def _model_of(run: RunFolder) -> EarlierModel | None:
    try:
        return read_earlier(run.path)
    except (RunFailed, ModelFileError):
        return None


def _pace_of(summary: RunSummary) -> Pace | None:
    images = summary.images
    seconds = _epoch_seconds(summary.folder)
    try:
        settings = summary.folder.settings()
    except (RunFolderError, SettingsError):
        return None
    if not seconds or not images.get("train"):
        return None
    work = Work(
        images["train"], images.get("validation", 0), images.get("test", 0), settings.batch_size, settings.epochs
    )
    # In the first epoch the network may have been compiled.
    typical = statistics.median(seconds[1:] or seconds)
    return Pace(settings, work, typical + min(_between_epochs(summary, seconds), typical))


def _between_epochs(summary: RunSummary, seconds: Sequence[float]) -> float:
    """Saving and predicting, which an epoch's own seconds leave out; too much for a run that lay there for days."""
    rest = (summary.seconds or 0.0) - sum(seconds) - SECONDS_OF_ANY_RUN
    return max(0.0, rest / len(seconds))


def _epoch_seconds(run: RunFolder) -> list[float]:
    """From history.csv; nothing where it is missing or broken."""
    try:
        content = read_bytes(run.history_file, MOST_OF_HISTORY) or b""
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8", "replace"), newline="")))
        seconds = [float(row.get("seconds") or "nan") for row in rows]
    except (ForeignFileError, ValueError, csv.Error):
        return []
    return [value for value in seconds if math.isfinite(value) and value > 0]


def _looks_of(work: Work) -> float:
    """How many images an epoch looks at, weighted by what it costs."""
    return work.steps * work.batch_size + SHARE_OF_VALIDATION * work.validation
