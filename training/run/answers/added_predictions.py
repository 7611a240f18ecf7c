"""What a model says about a few more images joins the file of what it said about others. Neither Keras nor Qt."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from training.dataset.formats.boxwright_csv import filename_in
from training.dataset.formats.csv_cells import written_row
from training.dataset.safe_files import replacing
from training.run.answers.prediction import ClassScore, PredictedBox
from training.run.answers.prediction_table import epoch_of_predictions
from training.run.catalogue.foreign_files import ForeignFileError, opened
from training.run.result_files import prediction_rows, write_predictions

Rows = Sequence[PredictedBox | ClassScore]


def add_predictions(path: Path, seen: Mapping[str, Rows], epoch: int) -> None:
    """To a file of `write_predictions`; what it says about an image already stays.

    What a model of another epoch said is replaced. Raises OSError, ForeignFileError; the old file is there then.
    """
    if epoch_of_predictions(path) != epoch:
        write_predictions(path, seen.items(), epoch)
        return
    # The old file is closed before it is replaced: some systems replace none that is open.
    with replacing(path) as beside, opened(path) as file, beside.open("w", encoding="utf-8", newline="\n") as target:
        assert file is not None
        known: set[str] = set()
        try:
            target.writelines(_copied(file, known))
        except csv.Error as error:
            raise ForeignFileError(f"{path.name} can't be read: {error}") from error
        for image, rows in seen.items():
            if image not in known:
                target.writelines(prediction_rows(image, rows, [str(epoch)]))


def _copied(file: BinaryIO, known: set[str]) -> Iterator[str]:
    with io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="") as lines:
        for cells in csv.reader(lines):
            if cells:
                known.add(filename_in(cells[0]))
                yield written_row(cells)
