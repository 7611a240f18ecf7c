"""report.json: every figure of a run and what it was made from."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from training.dataset.dataset import Split
from training.dataset.safe_files import write_text
from training.run.machine.hardware import Hardware
from training.run.plain_values import to_plain
from training.run.report.confusion import Confusion, IouHistogram, confusion_of, histogram_of
from training.run.report.judged_images import JudgedImage
from training.run.report.measuring import Measured, measured_of
from training.run.report.model_summary import ModelSummary
from training.run.run_folder import RunFolder
from training.run.run_parts import RunPart
from training.run.settings import TrainingSettings

VERSION = 2


@dataclass(frozen=True, slots=True)
class RunReport:
    """`figures`, `histogram` and `confusion` by split ("train", "validation", "test"), of the epoch whose model was kept.

    A split that is missing there was not judged, or has no images: `judged` names those that were. `dataset` tells how
    many images of each were used. `parts` are the times the run was started or resumed; `seconds` is their sum.
    `batch_size` is what memory allowed, `settings.batch_size` what was asked for. `data_wait_share` is the part of the
    steps' time, 0..1, in which the training waited for its images; None where nobody measured it. `phases` are those of
    the training by name, and `phase_epochs` the epochs of each; with several devices a step learned from `global_batch`
    images. Version 2 added all fields that have a default here.
    """

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
    code: str = ""
    judged: tuple[str, ...] = ()
    histogram: dict[str, IouHistogram] = field(default_factory=dict)
    confusion: dict[str, Confusion] = field(default_factory=dict)
    model: ModelSummary | None = None
    hardware: Hardware | None = None
    batch_size: int = 0
    monitor: str = ""
    taken: tuple[str, ...] = ()
    parts: tuple[RunPart, ...] = ()
    data_wait_share: float | None = None
    device_count: int = 1
    global_batch: int = 0
    precision: str = ""
    phases: tuple[str, ...] = ()
    phase_epochs: tuple[int, ...] = ()
    version: int = VERSION

    def to_plain(self) -> dict[str, Any]:
        content: dict[str, Any] = to_plain(self)
        return content

    def write(self, path: Path) -> None:
        write_text(path, json.dumps(self.to_plain(), indent=2, ensure_ascii=False, allow_nan=False) + "\n")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is to be said about each split that was judged."""

    figures: dict[str, Measured]
    histogram: dict[str, IouHistogram]
    confusion: dict[str, Confusion]

    @property
    def splits(self) -> tuple[str, ...]:
        return tuple(self.figures)


def judgement_of(images: Sequence[JudgedImage], classes: Sequence[str]) -> Judgement:
    by_split = {split.value: [image for image in images if image.split == split] for split in Split}
    there = {split: found for split, found in by_split.items() if found}
    return Judgement(
        figures={split: measured_of(found, classes) for split, found in there.items()},
        histogram={
            split: histogram_of(found)
            for split, found in there.items()
            if not any(image.is_classified for image in found)
        },
        confusion={split: confusion_of(found, classes) for split, found in there.items()},
    )


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
