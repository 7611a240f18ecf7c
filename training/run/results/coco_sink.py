"""Results as COCO has them, and a file beside that says what the ids mean."""

from __future__ import annotations

from pathlib import Path

from training.run.results.coco_ids import CocoIds
from training.run.results.result import FileResult, ResultSink


class CocoSink(ResultSink):
    """`path` gets `[{"image_id", "category_id", "bbox": [x, y, w, h], "score"}]`; `images_path` images and categories."""

    name = "coco"

    def __init__(self, path: Path, ids: CocoIds | None = None) -> None:
        self.path = path
        self._ids = ids

    @property
    def images_path(self) -> Path:
        return self.path.with_name(f"{self.path.stem}.images.json")

    def take(self, result: FileResult) -> None:
        raise NotImplementedError
