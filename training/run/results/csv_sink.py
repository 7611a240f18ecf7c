"""Results as CSV: `filename,class,score,xmin,ymin,xmax,ymax`, written as they come."""

from __future__ import annotations

from pathlib import Path

from training.run.results.result import FileResult, ResultSink


class CsvSink(ResultSink):
    """Beside `path` until it is finished."""

    name = "csv"

    def __init__(self, path: Path) -> None:
        self.path = path

    def take(self, result: FileResult) -> None:
        raise NotImplementedError
