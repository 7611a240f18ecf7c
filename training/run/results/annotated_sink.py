"""Copies of the images with what was seen drawn into them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from training.run.results.result import FileResult, ResultSink


class AnnotatedSink(ResultSink):
    """Into `folder`, in subfolders as below what was `given`; never over a file that is no such copy.

    Raises RunFailed where the copies would lie among the originals.
    """

    name = "annotated"

    def __init__(self, folder: Path, given: Sequence[Path], min_score: float = 0.0) -> None:
        self.folder = folder

    def take(self, result: FileResult) -> None:
        raise NotImplementedError
