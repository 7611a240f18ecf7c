"""The models of a run that came with a project from elsewhere: looked at before anything reads them. No Keras."""

from __future__ import annotations

from pathlib import Path

from training.run.failure import ModelFileError
from training.run.model_card import LARGEST_CARD
from training.run.opening.card_check import CardFault, card_of
from training.run.opening.keras_file import check_keras_file
from training.run.opening.model_check import check_in_process
from training.run.opening.safe_archive import Refused
from training.run.run_folder import RunFolder


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
