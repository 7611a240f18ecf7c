"""What the dialog for exports does off the event loop, each with the project open for reading."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from desktop_app.background import Progress
from training.dataset.dataset import Split
from training.dataset.export_losses import Foreseen, foreseen_losses
from training.dataset.exporting import ExportResult, export_project, missing_splits, project_dataset
from training.dataset.formats.format import Format
from training.dataset.project_errors import WouldReplaceError
from training.dataset.store import ProjectStore


def missing_splits_of(place: Path, progress: Progress) -> dict[str, Split]:
    with closing(ProjectStore.open(place, read_only=True)) as store:
        return missing_splits(store, project_dataset(store, progress).images, progress)


def export(
    place: Path, folder: Path, per_split: bool, target: Format, progress: Progress, may_replace: tuple[Path, ...]
) -> ExportResult | WouldReplaceError:
    """Every image has its split by now, so this writes nothing into the project."""
    with closing(ProjectStore.open(place, read_only=True)) as store:
        try:
            return export_project(store, folder, per_split, target, progress, frozenset(may_replace))
        except WouldReplaceError as question:
            return question


def foreseen_of(place: Path, target: Format) -> Foreseen:
    with closing(ProjectStore.open(place, read_only=True)) as store:
        return foreseen_losses(store, target)
