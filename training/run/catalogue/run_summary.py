"""One run as a line of a list."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from training.run.recipes.names import CLASSIFIER
from training.run.run_folder import RunFolder

LONGEST_SHOWN = 120
MAIN_FIGURES = ("mean_iou", "iou50", "class_accuracy")
CLASSIFIER_FIGURES = ("macro_f1", "class_accuracy", "top3_accuracy")


class RunState(StrEnum):
    """Where a run stands, as its folder tells."""

    WAITING = "waiting"  # prepared, never started
    TRAINING = "training"
    ELSEWHERE = "training elsewhere"
    COMPLETED = "completed"
    STOPPED = "stopped"
    FAILED = "failed"
    CRASHED = "crashed"
    KILLED = "killed"  # by the window, after waiting or because a person asked for it
    INTERRUPTED = "interrupted"  # its worker went without a word
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a list says about one run.

    `created` is seconds since 1970 or None, `dataset_hash` the SHA-256 of dataset.csv or nothing, `images` the number of
    images by split. `figures` (0..1, `main_figures_of` the recipe) are those of the best epoch, of the images that
    `figures_of` names: "validation", "train", or nothing while there are none. `problem` is a sentence about what could not be read.
    """

    folder: RunFolder
    name: str
    state: RunState
    note: str = ""
    recipe: str = ""
    created: float | None = None
    dataset_hash: str = ""
    images: Mapping[str, int] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)
    figures_of: str = ""
    best_epoch: int = 0
    epochs_done: int = 0
    epochs: int = 0
    seconds: float | None = None
    reason: str = ""
    code: str = ""
    has_model: bool = False
    problem: str = ""

    @property
    def is_growing(self) -> bool:
        return self.state in (RunState.TRAINING, RunState.ELSEWHERE)

    @property
    def can_resume(self) -> bool:
        """It was prepared, and is neither complete nor going on."""
        never = (RunState.COMPLETED, RunState.TRAINING, RunState.ELSEWHERE, RunState.UNREADABLE)
        return self.state not in never and not self.problem

    def to_plain(self) -> dict[str, Any]:
        """With the keys of report.json where they mean the same."""
        return {
            "folder": shown_text(str(self.folder.path), longest=None),
            "name": self.name,
            "note": self.note,
            "recipe": self.recipe,
            "created": self.created,
            "dataset": {"sha256": self.dataset_hash, **self.images},
            "figures": dict(self.figures),
            "figures_of": self.figures_of,
            "best_epoch": self.best_epoch,
            "epochs_done": self.epochs_done,
            "epochs": self.epochs,
            "seconds": self.seconds,
            "outcome": self.state.value,
            "reason": self.reason,
            "code": self.code,
            "has_model": self.has_model,
            "problem": self.problem,
        }


def main_figures_of(recipe: str) -> tuple[str, ...]:
    """The figures by which runs are looked at in a list, the most important first."""
    return CLASSIFIER_FIGURES if recipe == CLASSIFIER else MAIN_FIGURES


def shown_text(text: str, longest: int | None = LONGEST_SHOWN) -> str:
    """Text of a foreign file or a file's name on one line: what steers a terminal or turns text around is spelled out."""
    whole = text if longest is None or len(text) <= longest else text[: longest - 1] + "…"
    return "".join(map(_shown_character, whole))


def _shown_character(character: str) -> str:
    if unicodedata.category(character) in ("Cc", "Cs") or unicodedata.bidirectional(character) in _TURNING:
        return character.encode("unicode_escape").decode("ascii")
    return character


_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def clock_time(seconds: float | None) -> str:
    """0:45, 12:05 or 1:02:05; a dash where nobody knows."""
    if seconds is None or not math.isfinite(seconds) or seconds < 0:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def image_counts(images: Mapping[str, int]) -> str:
    """Train, validation and test images as 70/20/10; a dash where nobody knows."""
    return "/".join(str(images.get(split, 0)) for split in ("train", "validation", "test")) if images else "–"
