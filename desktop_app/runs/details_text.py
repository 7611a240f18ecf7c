"""What somebody who is to help must know of a run, as text to copy. English, whatever the window speaks."""

from __future__ import annotations

import json
from pathlib import Path

from desktop_app.runs.training_run import TrainingRun
from training.run.outcome import Outcome
from training.run.outcome_words import in_words
from training.run.run_folder import RunFolder, RunFolderError
from training.run.settings import SettingsError, TrainingSettings
from training.run.what_to_try import Kept, Suggestion, kept_of, suggestions

NAMES_OF_THE_PERSON = ("image_root", "classes")


def run_details(run: TrainingRun) -> str:
    """Outcome, versions, settings and the last lines of the log. The home folder's name is left out, classes are counted."""
    parts = [_outcome_part(run), _started_part(run), _settings_part(run), _listed("Warnings", run.warnings)]
    if run.last_lines:
        parts.append(f"Last lines of the log:\n{run.last_lines}")
    text = "\n\n".join(part for part in parts if part)
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text


def settings_of(folder: RunFolder | None) -> TrainingSettings | None:
    """None where there is no folder yet, or none that can be read."""
    if folder is None:
        return None
    try:
        return folder.settings()
    except (RunFolderError, SettingsError):
        return None


def aftermath_of(run: TrainingRun, outcome: Outcome) -> tuple[Kept, tuple[Suggestion, ...]]:
    """What is left in the run's folder, and what can be tried next."""
    best = 0 if run.best_epoch is None else run.best_epoch.epoch
    kept = Kept() if run.folder is None else kept_of(run.folder, best)
    return kept, suggestions(outcome, settings_of(run.folder), run.started, kept)


def _outcome_part(run: TrainingRun) -> str:
    outcome = run.outcome
    if outcome is None:
        return f"A run that has not ended, after {len(run.history)} epochs"
    words = in_words(outcome, *aftermath_of(run, outcome))
    code = f" ({outcome.code})" if outcome.code else ""
    lines = [f"Outcome: {outcome.kind}{code}", words.happened, words.kept, words.to_try]
    if run.folder is not None:
        lines.append(f"Folder: {run.folder.path}")
    return "\n".join(line for line in lines if line)


def _started_part(run: TrainingRun) -> str:
    started = run.started
    if started is None:
        return ""
    versions = ", ".join(f"{name} {version}" for name, version in started.versions.items())
    return "\n".join(
        (
            f"Versions: {versions}",
            f"Device: {started.device}",
            f"Images: {started.train_images} to train, {started.validation_images} to validate",
            f"Epochs: {len(run.history)} of {started.epochs}, {started.steps_per_epoch} steps each, "
            f"batch size {started.batch_size or 'unknown'}",
            f"Parameters: {started.parameters:,}",
        )
    )


def _settings_part(run: TrainingRun) -> str:
    settings = settings_of(run.folder)
    if settings is None:
        return ""
    content = json.loads(settings.to_json())
    lines = [f"{name}: {value}" for name, value in content.items() if name not in NAMES_OF_THE_PERSON]
    return "\n".join(["Settings:", *lines, f"classes: {len(settings.classes)}"])


def _listed(title: str, lines: list[str]) -> str:
    return "\n".join([f"{title}:", *lines]) if lines else ""
