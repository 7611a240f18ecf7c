"""history.csv and predictions.csv: numbers with a point and line feeds, the same on every machine."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from training.dataset.formats.boxwright_csv import written_filename, written_label
from training.dataset.formats.csv_cells import written_number, written_row
from training.dataset.safe_files import replacing, write_text
from training.run.answers.prediction import ClassScore, PredictedBox
from training.run.events import EpochEvent

_BEFORE_FIGURES = ("epoch", "seconds", "best")
PREDICTION_COLUMNS = ("filename", "class", "score", "xmin", "ymin", "xmax", "ymax")

Seen = tuple[str, Sequence[PredictedBox | ClassScore]]  # the image's name, and its boxes or the class of all of it


class HistoryFile:
    """One row an epoch, added as it ends; the columns are those of the first epoch.

    Of a file that is there already, the rows of the first `epochs_before` epochs are kept. Raises OSError.
    """

    def __init__(self, path: Path, epochs_before: int = 0) -> None:
        self._path = path
        self._columns: list[str] = []
        if path.exists():
            self._keep(epochs_before)

    def _keep(self, epochs: int) -> None:
        with self._path.open(encoding="utf-8", newline="") as file:
            header, *rows = list(csv.reader(file)) or [[]]
        kept = [row for row in rows if len(row) == len(header) and row[0].isdecimal() and int(row[0]) <= epochs]
        if kept:
            self._columns = header[len(_BEFORE_FIGURES) :]
            write_text(self._path, "".join(map(written_row, [header, *kept])))
        else:
            self._path.unlink()

    def add(self, event: EpochEvent) -> None:
        if not self._columns:
            self._columns = sorted(event.figures, key=lambda name: (name.startswith("val_"), name))
            self._append([*_BEFORE_FIGURES, *self._columns], "w")
        figures = [_number(event.figures.get(name, math.nan)) for name in self._columns]
        self._append([str(event.epoch), f"{event.seconds:.3f}", str(int(event.best)), *figures], "a")

    def _append(self, cells: Sequence[str], mode: str) -> None:
        with self._path.open(mode, encoding="utf-8", newline="") as file:
            file.write(written_row(cells))


def write_predictions(path: Path, seen: Iterable[Seen], epoch: int | None = None) -> None:
    """One row a box, `epoch` as a last column if given; an image where nothing is seen is a row with its name alone.

    The class of a whole image is a row without corners. `seen` is written as it comes: it may be a generator over very
    many images.
    """
    extra_column = [] if epoch is None else ["epoch"]
    extra_cell = [] if epoch is None else [str(epoch)]
    with replacing(path) as beside, beside.open("w", encoding="utf-8", newline="\n") as file:
        file.write(written_row([*PREDICTION_COLUMNS, *extra_column]))
        for filename, boxes in seen:
            file.writelines(prediction_rows(filename, boxes, extra_cell))


def prediction_rows(
    filename: str, boxes: Sequence[PredictedBox | ClassScore], more: Sequence[str] = ()
) -> Iterator[str]:
    """The lines about one image, each with `more` cells at its end."""
    name = written_filename(filename)
    for box in boxes:
        yield written_row([name, *_cells(box), *more])
    if not boxes:
        yield written_row([name, *[""] * (len(PREDICTION_COLUMNS) - 1), *more])


def _cells(row: PredictedBox | ClassScore) -> list[str]:
    corners = map(written_number, row.corners) if isinstance(row, PredictedBox) else [""] * 4
    return [written_label(row.label), f"{row.score:.4f}", *corners]


def _number(value: float) -> str:
    return f"{value:.6g}" if math.isfinite(value) else ""
