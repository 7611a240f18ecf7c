"""What is taken for a model when it is dropped or chosen."""

from __future__ import annotations

from pathlib import Path

from training.run.opened_model import MODEL_SUFFIXES
from training.run.run_folder import RunFolder


def is_model(path: Path) -> bool:
    """An exported zip, a .keras file or the folder of a run; opening it tells whether it can be used."""
    if path.is_dir():
        run = RunFolder(path)
        return run.best_model.is_file() or run.litert_model.is_file()
    return path.suffix.lower() in MODEL_SUFFIXES
