"""report.json: every figure of a run and what it was made from."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.dataset.safe_files import write_text
from training.run.measuring import Measured
from training.run.plain_values import to_plain
from training.run.run_folder import RunFolder
from training.run.settings import TrainingSettings

VERSION = 1


@dataclass(frozen=True, slots=True)
class RunReport:
    """`figures` by split ("train", "validation", "test"), of the epoch whose model was kept; only splits with images."""

    outcome: str
    reason: str
    recipe: str
    epochs_done: int
    best_epoch: int
    figures: dict[str, Measured]
    dataset: dict[str, Any]
    parameters: int
    device: str
    deterministic: bool
    seed: int
    seconds: float
    versions: dict[str, str]
    settings: TrainingSettings
    version: int = VERSION

    def to_plain(self) -> dict[str, Any]:
        content: dict[str, Any] = to_plain(self)
        return content

    def write(self, path: Path) -> None:
        write_text(path, json.dumps(self.to_plain(), indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def described_dataset(run: RunFolder, sizes: Mapping[str, int], left_out: int) -> dict[str, Any]:
    """SHA-256 of dataset.csv, and the number of images used of each split."""
    digest = hashlib.sha256(run.dataset_file.read_bytes()).hexdigest()
    return {"sha256": digest, **sizes, "left_out": left_out}


def versions() -> dict[str, str]:
    """Of what computes the figures; libraries only if they are loaded."""
    found = {"boxwright": own_version(), "python": platform.python_version()}
    for module in ("keras", "tensorflow", "jax", "torch", "numpy", "cv2"):
        if module in sys.modules:
            found[module] = str(getattr(sys.modules[module], "__version__", "unknown"))
    return found


def own_version() -> str:
    try:
        return importlib.metadata.version("boxwright")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
