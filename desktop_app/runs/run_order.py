"""From a press to a run that can wait for its turn: of Start (splits are stored, a folder is made) or of Resume."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QTimer

from desktop_app.background import Job
from desktop_app.document.document import Document
from desktop_app.runs.queued_run import QueuedRun
from desktop_app.runs.training_run import TrainingRun
from training.dataset.dataset import Split
from training.run.outcome import Outcome, OutcomeKind
from training.run.reading_back import RunRecord, read_run
from training.run.run_folder import RunFolder, RunFolderError, prepare_run
from training.run.settings import SettingsError, TrainingSettings, settings_for

if TYPE_CHECKING:
    from desktop_app.runs.sheet.snapshot import Snapshot
    from desktop_app.runs.training_thread import Command

SPLITS_AT_ONCE = 100  # stored between two turns of the event loop


def place_order(document: Document, queued: QueuedRun, settings: TrainingSettings, snapshot: Snapshot) -> None:
    """The run learns what the snapshot holds, whatever is drawn from now on."""

    def prepare() -> None:
        queued.prepare(lambda: prepare_run(snapshot.runs_folder, settings, snapshot.dataset), (OSError, SettingsError))

    _store_splits(document, queued, list(snapshot.new_splits.items()), prepare)


def _store_splits(
    document: Document, queued: QueuedRun, splits: Sequence[tuple[str, Split]], then: Callable[[], None]
) -> None:
    """A few at a time: somebody may be drawing meanwhile."""
    if not document.is_open or document.project_file != queued.project_file:
        queued.end(Outcome(OutcomeKind.STOPPED))
        return
    if not document.set_splits(dict(splits[:SPLITS_AT_ONCE])):
        reason = QCoreApplication.translate("RunOrder", "which images train and which validate could not be stored.")
        queued.end(Outcome(OutcomeKind.COULD_NOT_START, reason))
        return
    rest = splits[SPLITS_AT_ONCE:]
    QTimer.singleShot(0, queued, (lambda: _store_splits(document, queued, rest, then)) if rest else then)


def settings_job(folder: RunFolder, changes: dict[str, Any]) -> Job:
    """Its answer is what the Train sheet is to show for another run like this one."""

    def read() -> dict[str, Any]:
        settings = folder.settings()
        values = {field.key: getattr(settings, field.key) for field in settings_for(settings.recipe)}
        return {"recipe": settings.recipe, "start_from": settings.start_from, **values, **changes}

    return Job(lambda _progress: read(), (RunFolderError, SettingsError))


@dataclass(frozen=True, slots=True)
class ResumeOrder:
    """A run as its folder has it, and what a queue must know of it."""

    record: RunRecord
    device: str
    project_file: Path
    project_name: str
    command: Command | None

    def queued(self) -> QueuedRun:
        """Its curves go on where they ended."""
        run = TrainingRun.from_record(self.record)
        run.go_on()
        queued = QueuedRun(run, self.device, self.project_file, self.project_name, self.command)
        queued.take_folder(self.record.folder)
        return queued


def resume_job(folder: RunFolder, project_file: Path, project_name: str, command: Command | None) -> Job:
    """Its answer is a ResumeOrder; it fails with a sentence when this is no run that can go on."""

    def read() -> ResumeOrder:
        device = folder.settings().device
        record = read_run(folder)
        if record.is_growing:
            raise RunFolderError(
                f"{folder.path}: expected a run that nobody trains, but another program is training it now"
            )
        return ResumeOrder(record, device, project_file, project_name, command)

    return Job(lambda _progress: read(), (OSError, RunFolderError, SettingsError))
