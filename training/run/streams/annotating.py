"""A whole video through a model: an annotated copy, and a row for each thing that was seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from training.run.answers.predictor import Predictor
from training.run.streams.drawing import RGB

VIDEO_COLUMNS = ("frame", "seconds", "class", "score", "xmin", "ymin", "xmax", "ymax")


@dataclass(frozen=True, slots=True)
class AnnotatedTally:
    """`frames` read, `answered` of them shown to the model, `rows` of what was seen; `note` as of AnnotatedVideo."""

    frames: int = 0
    answered: int = 0
    rows: int = 0
    note: str = ""
    cancelled: bool = False


def annotate_video(
    predictor: Predictor,
    source: Path,
    out: Path | None,
    csv: Path | None = None,
    *,
    every: int = 1,
    min_score: float | None = None,
    colours: Mapping[int, RGB] | None = None,
    progress: Callable[[int, int], object] = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> AnnotatedTally:
    """Write the video with what the model sees (`out`), the rows (`csv`), or both.

    `every` N: the model sees each Nth frame, and what it said stays until the next one. `progress` gets frames done and
    the number the file says it has (0: unknown). Cancelled, or failed, no file is left. Raises VideoProblem.
    """
    raise NotImplementedError
