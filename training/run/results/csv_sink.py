"""Results as CSV: `filename,class,score,xmin,ymin,xmax,ymax`, written as they come."""

from __future__ import annotations

from pathlib import Path

from training.dataset.formats.csv_cells import written_row
from training.run.model_card import ModelCard
from training.run.result_files import PREDICTION_COLUMNS, prediction_rows
from training.run.results.partial_file import PartialFile
from training.run.results.result import FileResult, Kept, ResultSink


class CsvSink(ResultSink):
    """One row a box; an image where nothing is seen is a row with its name alone, the class of a whole image one
    without corners. It grows beside `path` until it is finished.
    """

    name = "csv"

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = PartialFile(path)

    def begin(self, card: ModelCard, kept: Kept | None = None) -> None:  # noqa: ARG002 -- names are in results
        self._file.begin(kept["at"] if kept else None)
        if kept is None:
            self._file.write(written_row(PREDICTION_COLUMNS))

    def take(self, result: FileResult) -> None:
        if not result.problem:
            self._file.write("".join(prediction_rows(result.name, result.answer.rows)))

    def checkpoint(self) -> Kept:
        return {"at": self._file.checkpoint()}

    def still_there(self, kept: Kept) -> bool:
        return self._file.reaches(kept["at"])

    def finish(self) -> None:
        self._file.finish()

    def leave(self) -> None:
        self._file.leave()

    def discard(self) -> None:
        self._file.discard()
