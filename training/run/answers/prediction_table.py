"""What a model sees in very many images, as columns of numbers: 60 bytes a box, and a file that is written as it grows.

Neither Keras nor Qt.
"""

from __future__ import annotations

import csv
import io
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from training.dataset.box import Rectangle
from training.dataset.formats.boxwright_csv import filename_in, label_in
from training.dataset.formats.csv_cells import BadCell, finite_number
from training.run.answers.prediction import PredictedBox
from training.run.catalogue.foreign_files import ForeignFileError, opened
from training.run.result_files import PREDICTION_COLUMNS

EDGES = PREDICTION_COLUMNS[3:7]
MOST_LINES = 5_000_000


@dataclass(frozen=True, slots=True)
class PredictionTable:
    """One row a box; the rows of an image lie together.

    `images` are all that were looked at; `image` (N,) int64 are positions in it, `class_id` (N,) int64 the run's classes,
    `score` (N,) float64 is 0..1, `corners` (N, 4) float64 are xmin, ymin, xmax, ymax in pixels of the upright image.
    `labels` are the names of the classes.
    """

    images: tuple[str, ...]
    image: npt.NDArray[np.int64]
    class_id: npt.NDArray[np.int64]
    score: npt.NDArray[np.float64]
    corners: npt.NDArray[np.float64]
    labels: Mapping[int, str]

    def __len__(self) -> int:
        return len(self.image)

    def of_images(self, wanted: Collection[str]) -> PredictionTable:
        """Without other images."""
        kept = [number for number, image in enumerate(self.images) if image in wanted]
        if len(kept) == len(self.images):
            return self
        new_numbers = np.full(len(self.images), -1)
        new_numbers[kept] = np.arange(len(kept))
        rows = np.flatnonzero(new_numbers[self.image] >= 0)
        return PredictionTable(
            tuple(self.images[number] for number in kept),
            new_numbers[self.image[rows]],
            self.class_id[rows],
            self.score[rows],
            self.corners[rows],
            self.labels,
        )

    def of_rows(self, rows: npt.NDArray[np.int64]) -> PredictionTable:
        """Only some boxes, and the classes of these."""
        classes = self.class_id[rows]
        labels = {class_id: self.labels[class_id] for class_id in np.unique(classes).tolist()}
        return PredictionTable(self.images, self.image[rows], classes, self.score[rows], self.corners[rows], labels)

    def with_more_of(self, older: PredictionTable) -> PredictionTable:
        """Also with what another table says about images that are not in this one."""
        more = older.of_images(set(older.images).difference(self.images))
        if not more.images:
            return self
        return PredictionTable(
            (*self.images, *more.images),
            np.concatenate([self.image, more.image + len(self.images)]),
            np.concatenate([self.class_id, more.class_id]),
            np.concatenate([self.score, more.score]),
            np.concatenate([self.corners, more.corners]),
            {**more.labels, **self.labels},
        )

    def answers(self) -> Iterator[tuple[str, list[PredictedBox]]]:
        """Image by image, also those where nothing was seen."""
        order = np.argsort(self.image, kind="stable")
        ends = np.searchsorted(self.image[order], np.arange(len(self.images)), "right").tolist()
        corners: Iterator[tuple[float, float, float, float]] = map(tuple, self.corners[order].tolist())
        rows = zip(corners, self.class_id[order].tolist(), self.score[order].tolist(), strict=True)
        start = 0
        for image, end in zip(self.images, ends, strict=True):
            boxes = islice(rows, end - start)
            yield image, [PredictedBox(*edges, self.labels[of], of, score) for edges, of, score in boxes]
            start = end


class TableBuilder:
    """Takes images one after the other; an image that comes again is left out."""

    def __init__(self) -> None:
        self._images: dict[str, int] = {}
        self._labels: dict[int, str] = {}
        self._whole = array("q")
        self._numbers = array("d")

    def __len__(self) -> int:
        """Of images."""
        return len(self._images)

    def add(self, image: str, boxes: Iterable[PredictedBox]) -> None:
        if image in self._images:
            return
        number = self._images[image] = len(self._images)
        for box in boxes:
            self._labels.setdefault(box.class_id, box.label)
            self._whole.extend((number, box.class_id))
            self._numbers.extend((box.score, *box.corners))

    def table(self) -> PredictionTable:
        whole = np.array(self._whole, np.int64).reshape(-1, 2)
        numbers = np.array(self._numbers, np.float64).reshape(-1, 5)
        images = tuple(self._images)
        return PredictionTable(images, whole[:, 0], whole[:, 1], numbers[:, 0], numbers[:, 1:], dict(self._labels))


def read_predictions(
    path: Path, class_ids: Mapping[str, int], whole: Rectangle | None = None
) -> PredictionTable | None:
    """A file of `write_predictions`; `class_ids` are the run's classes by name. None if there is no file.

    The class of a whole image becomes a box in the place `whole`; without that it is left out.

    Rows that are none, or whose class the run does not know, are left out: the file may come from anywhere. Raises
    ForeignFileError for what is no such file.
    """
    builder = TableBuilder()
    with opened(path) as file:
        if file is None:
            return None
        lines = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="")
        try:
            for image, boxes in _images_of(path, lines, class_ids, whole):
                builder.add(image, boxes)
        except (csv.Error, OSError) as error:
            raise ForeignFileError(f"{path.name} can't be read: {error}") from error
    return builder.table()


def epoch_of_predictions(path: Path) -> int | None:
    """The epoch whose model said what `write_predictions` wrote; None if the file does not tell. Raises ForeignFileError."""
    with opened(path) as file:
        if file is None:
            return None
        lines = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="")
        try:
            said = dict(zip(*islice(csv.reader(lines), 2), strict=False))
            return int(said["epoch"])
        except (csv.Error, OSError, KeyError, TypeError, ValueError):
            return None


def _images_of(
    path: Path, lines: Iterable[str], class_ids: Mapping[str, int], whole: Rectangle | None
) -> Iterator[tuple[str, list[PredictedBox]]]:
    rows = csv.reader(lines)
    header = next(rows, [])
    if header[: len(PREDICTION_COLUMNS)] != list(PREDICTION_COLUMNS):
        raise ForeignFileError(f"{path.name}: expected the columns {','.join(PREDICTION_COLUMNS)}, found others")
    present, boxes = "", list[PredictedBox]()
    for number, cells in enumerate(rows):
        if number >= MOST_LINES:
            raise ForeignFileError(f"{path.name}: expected at most {MOST_LINES:,} rows, found more")
        with suppress(BadCell, KeyError):
            image, box = _row(cells, class_ids, whole)
            if image != present:
                if present:
                    yield present, boxes
                present, boxes = image, []
            if box is not None:
                boxes.append(box)
    if present:
        yield present, boxes


def _row(cells: list[str], class_ids: Mapping[str, int], whole: Rectangle | None) -> tuple[str, PredictedBox | None]:
    if len(cells) < len(PREDICTION_COLUMNS):
        raise BadCell("the row is too short")
    image, label = filename_in(cells[0]), label_in(cells[1])
    is_whole = not any(cell.strip() for cell in cells[3:7])
    if label is None or (is_whole and whole is None):
        return image, None  # nothing was seen, or the class of the whole image
    score = finite_number("score", cells[2])
    if is_whole and whole is not None:
        xmin, ymin, xmax, ymax = whole.corners
    else:
        edges = [finite_number(name, cell) for name, cell in zip(EDGES, cells[3:7], strict=True)]
        xmin, ymin, xmax, ymax = edges
    box = PredictedBox(xmin, ymin, xmax, ymax, label, class_ids[label], min(max(score, 0.0), 1.0))
    return image, None if box.is_empty else box
