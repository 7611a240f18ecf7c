"""Results as COCO has them, and a file beside that says what the ids mean."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from training.run.answers.prediction import ClassScore, PredictedBox
from training.run.model_card import ModelCard
from training.run.results.coco_ids import CocoIds
from training.run.results.partial_file import PartialFile
from training.run.results.result import FileResult, Kept, ResultSink


class CocoSink(ResultSink):
    """`path` gets `[{"image_id", "category_id", "bbox": [x, y, w, h], "score"}]`, in pixels of the upright image; the
    class of a whole image has a box of all of it.

    `images_path` gets `{"images": [{"id", "file_name", "width", "height"}], "categories": [{"id", "name"}]}`. Images are
    numbered from 1, categories have the ids of the model's classes; what `ids` knows by name keeps the ids it has there,
    and the rest is numbered after those.
    """

    name = "coco"

    def __init__(self, path: Path, ids: CocoIds | None = None, images_path: Path | None = None) -> None:
        self.path = path
        self.images_path = images_path or usual_images_path(path)
        self.new_images = 0  # that the given ids do not know
        self.has_ids = ids is not None
        self._ids = ids or CocoIds()
        self._first_new = self._ids.next_image
        self._results = _ListFile(PartialFile(path), "[\n", "\n]\n")
        self._images = _ListFile(PartialFile(self.images_path), '{"images": [\n', "\n],\n")
        self._categories: list[dict[str, Any]] = []
        self._category_of: dict[int, int] = {}

    def expect(self, names: Iterable[str]) -> None:
        """Before `begin`: all files that will come, so that no two of them get one id by their base names."""
        self._ids = self._ids.for_files(names)

    @property
    def ambiguous(self) -> Sequence[str]:
        """Files that got no id of those that were given, as others could be meant as well."""
        return self._ids.ambiguous

    def begin(self, card: ModelCard, kept: Kept | None = None) -> None:
        self._category_of = _categories(card, self._ids)
        names = {entry.id: entry.name for entry in card.classes}
        self._categories = [{"id": number, "name": names[of]} for of, number in self._category_of.items()]
        kept = kept or {}
        self.new_images = kept.get("new_images", 0)
        self._results.begin(kept.get("results"), kept.get("results_count", 0))
        self._images.begin(kept.get("images"), kept.get("images_count", 0))

    def take(self, result: FileResult) -> None:
        if result.problem:
            return
        number = self._ids.image(result.name)
        if number is None:
            number = self._first_new + self.new_images
            self.new_images += 1
        self._images.add({"id": number, "file_name": result.name, "width": result.width, "height": result.height})
        for row in result.answer.rows:
            self._results.add(self._entry(number, row, result))

    def _entry(self, image: int, row: PredictedBox | ClassScore, result: FileResult) -> dict[str, Any]:
        box: list[float] = [0, 0, result.width, result.height]
        if isinstance(row, PredictedBox):
            box = [row.xmin, row.ymin, round(row.xmax - row.xmin, 3), round(row.ymax - row.ymin, 3)]
        return {"image_id": image, "category_id": self._category_of[row.class_id], "bbox": box, "score": row.score}

    def checkpoint(self) -> Kept:
        results, images = self._results, self._images
        return {
            "results": results.file.checkpoint(),
            "results_count": results.count,
            "images": images.file.checkpoint(),
            "images_count": images.count,
            "new_images": self.new_images,
        }

    def still_there(self, kept: Kept) -> bool:
        return self._results.file.reaches(kept["results"]) and self._images.file.reaches(kept["images"])

    def finish(self) -> None:
        self._images.end(f'"categories": {json.dumps(self._categories, ensure_ascii=False)}}}\n')
        self._results.end()

    def leave(self) -> None:
        self._results.file.leave()
        self._images.file.leave()

    def discard(self) -> None:
        self._results.file.discard()
        self._images.file.discard()


class _ListFile:
    """A JSON list of which each entry has a line of its own, between `opening` and `closing`."""

    def __init__(self, file: PartialFile, opening: str, closing: str) -> None:
        self.file = file
        self.count = 0
        self._opening = opening
        self._closing = closing

    def begin(self, at: int | None, count: int) -> None:
        self.count = count
        self.file.begin(at)
        if at is None:
            self.file.write(self._opening)

    def add(self, entry: dict[str, Any]) -> None:
        self.file.write((",\n" if self.count else "") + json.dumps(entry, ensure_ascii=False))
        self.count += 1

    def end(self, more: str = "") -> None:
        self.file.write(self._closing + more)
        self.file.finish()


def usual_images_path(path: Path) -> Path:
    return path.with_name(f"{path.stem}.images.json")


def free_images_path(path: Path) -> Path:
    """The usual one where it takes no other file's place but that of the results that `path` replaces."""
    usual = usual_images_path(path)
    if path.exists() or not usual.exists():
        return usual
    names = (usual.with_name(f"{path.stem}.images-{number}.json") for number in count(2))
    return next(name for name in names if not name.exists())


def _categories(card: ModelCard, ids: CocoIds) -> dict[int, int]:
    """The category of each class by its id."""
    free = _numbers_from(ids.next_category)
    by_name = ids.categories
    if not by_name:
        return {entry.id: entry.id for entry in card.classes}
    return {entry.id: by_name[entry.name] if entry.name in by_name else next(free) for entry in card.classes}


def _numbers_from(first: int) -> Iterator[int]:
    while True:
        yield first
        first += 1
