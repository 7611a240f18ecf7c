"""The models of a run that came from elsewhere: looked at before anything reads them. No Keras."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

import platformdirs

from training.dataset.project_place import default_user_data, projects_folder
from training.run.catalogue.run_places import RUNS_NAME
from training.run.failure import ModelFileError
from training.run.model_card import LARGEST_CARD
from training.run.opening.card_check import CardFault, card_of
from training.run.opening.keras_file import check_keras_file
from training.run.opening.model_check import check_in_process
from training.run.opening.safe_archive import Refused
from training.run.run_folder import RunFolder

MOST_REMEMBERED = 200


def check_folder(run: RunFolder) -> None:
    """Raises ModelFileError for the folder of a run that is in no project here, if its models are not to be used.

    What was looked at once is looked at again when a file of it is another one. Raises OSError.
    """
    if _is_of_project(run.path):
        return
    mark = platformdirs.user_cache_path("boxwright", appauthor=False) / "checked-runs" / _state_of(run)
    if mark.exists():
        return
    try:
        if run.best_model.is_file():
            check_keras_file(run.best_model)
        if run.litert_model.is_file():
            _card_of(run)
        check_in_process(run.path, run.best_model if run.best_model.is_file() else run.litert_model)
    except (CardFault, Refused) as error:
        what = f"the description {error}" if isinstance(error, CardFault) else error.reason
        raise Refused(run.path, what) from error
    _remember(mark)


def _is_of_project(path: Path) -> bool:
    """Of a run among those of a project; its models were made here, or looked at when it was unpacked."""
    runs = path.resolve().parent
    return runs.name == RUNS_NAME or runs.parent == projects_folder(default_user_data()).resolve()


def _state_of(run: RunFolder) -> str:
    """With the time of the last change, which nobody can set, as they can that of the content."""
    digest = hashlib.sha256(os.fsencode(run.path.resolve()))
    for file in (run.best_model, run.litert_model, run.model_card):
        if file.is_file():
            status = file.stat()
            times = f"{status.st_mtime_ns} {status.st_ctime_ns}"
            digest.update(f"{file.name} {status.st_ino} {status.st_size} {times} ".encode())
    return digest.hexdigest()[:40]


def _remember(mark: Path) -> None:
    """Where nothing can be written, it is looked at again the next time."""
    with suppress(OSError):
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
        older = sorted(mark.parent.iterdir(), key=lambda each: each.stat().st_mtime)[:-MOST_REMEMBERED]
        for each in older:
            each.unlink(missing_ok=True)


def fault_of_run(folder: Path) -> str:
    """Why the models of a run's folder are not to be used; nothing when they are fine. Raises OSError."""
    run = RunFolder(folder)
    try:
        card = _card_of(run)
        if run.best_model.is_file() and check_keras_file(run.best_model) != card:
            return f"{run.model_card.name} is not about {run.best_model.name}"
        check_in_process(folder, run.best_model)
    except CardFault as fault:
        return f"the description {fault}"
    except Refused as error:
        return error.reason
    except ModelFileError as error:
        return str(error)
    return ""


def _card_of(run: RunFolder) -> object:
    if not run.model_card.is_file():
        raise CardFault(f"is not there: expected {run.model_card.name}")
    if run.model_card.stat().st_size > LARGEST_CARD:
        raise CardFault(f"is larger than {LARGEST_CARD:,} bytes")
    return card_of(run.model_card.read_bytes())
