"""judged.csv: each image of a run's dataset with what is in it and what the best model saw there. Neither Keras nor numpy.

Of a classifier it has one row for each box that it was asked about, or one for each whole image.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from training.dataset.box import Box
from training.dataset.formats.boxwright_csv import filename_in, label_in, written_filename, written_label
from training.dataset.formats.csv_cells import BadCell, finite_number, written_number, written_row
from training.dataset.safe_files import write_text
from training.run.answers.prediction import PRESENCE_THRESHOLD, TOP
from training.run.catalogue.foreign_files import ForeignFileError, read_bytes
from training.run.run_folder import RunFolderError

EDGES = ("xmin", "ymin", "xmax", "ymax")
MOST_BYTES = 256_000_000  # of a file that may come from anywhere; about two million images
DECIMALS = 6  # of shares: few enough to read, too many for a threshold to be missed
PREDICTED_EDGES = tuple(f"predicted_{edge}" for edge in EDGES)
COLUMNS = (
    *("filename", "split", "width", "height", "class", *EDGES),
    *("predicted_class", "score", "presence", *PREDICTED_EDGES, "iou", "epoch"),
)


TOP_COLUMN = "top"  # only where there is a classifier's answer

Top = tuple[tuple[str, float], ...]


class Verdict(StrEnum):
    RIGHT = "right"  # the class is right, however good the box
    WRONG_CLASS = "wrong class"
    MISSED = "missed"  # there is an object, and none was seen
    FALSE_ALARM = "false alarm"  # there is none, and one was seen
    RIGHTLY_NOTHING = "rightly nothing"


@dataclass(frozen=True, slots=True)
class JudgedImage:
    """Boxes in pixels of the upright image of `width` x `height`.

    `truth` is the box that was to be found, None in an image without an object; `predicted` is what the model's heads say
    whether or not they see an object, `score` how sure it is, `presence` 0..1 that of its head, if it has one. `iou` is
    None without `truth`. `epoch` is the one whose weights answered.

    Of a classifier's row `truth` is the box it was asked about, or the whole image as a box, `predicted` the same under
    the class it takes it for, `score` how probable that is, and `iou` None; `top` are the best classes with their
    probabilities, best first.
    """

    filename: str
    split: str
    width: int
    height: int
    truth: Box | None
    predicted: Box
    score: float
    presence: float | None
    iou: float | None
    epoch: int
    top: Top = ()

    @property
    def is_classified(self) -> bool:
        """Nobody looked for a box here."""
        return self.truth is not None and self.iou is None

    @property
    def is_seen(self) -> bool:
        return (self.presence is None or self.presence >= PRESENCE_THRESHOLD) and not self.predicted.is_empty

    @property
    def presence_is_right(self) -> bool | None:
        if self.presence is None:
            return None
        return (self.presence >= PRESENCE_THRESHOLD) == (self.truth is not None)

    @property
    def has_right_class(self) -> bool:
        return self.truth is not None and self.truth.label == self.predicted.label

    @property
    def verdict(self) -> Verdict:
        if self.truth is None:
            return Verdict.FALSE_ALARM if self.is_seen else Verdict.RIGHTLY_NOTHING
        if not self.is_seen:
            return Verdict.MISSED
        return Verdict.RIGHT if self.has_right_class else Verdict.WRONG_CLASS

    @property
    def agreement(self) -> float:
        """0 (as bad as can be) to 1: the IoU, half of it when the class is wrong, nothing when somebody sees no object.

        Of a classifier's row the probability of the right class where it was chosen, else nothing.
        """
        verdict = self.verdict
        if self.is_classified:
            return self.score if verdict is Verdict.RIGHT else 0.0
        if verdict is Verdict.RIGHTLY_NOTHING:
            return 1.0
        if verdict in (Verdict.MISSED, Verdict.FALSE_ALARM):
            return 0.0
        return (self.iou or 0.0) * (1.0 if verdict is Verdict.RIGHT else 0.5)


def true_row(image: JudgedImage) -> str | None:
    """The class that is there; None for nothing."""
    return None if image.truth is None else image.truth.label


def predicted_column(image: JudgedImage) -> str | None:
    """The class that was seen; None for nothing."""
    return image.predicted.label if image.is_seen else None


def worst_first(images: Iterable[JudgedImage]) -> list[JudgedImage]:
    """By agreement; among equals the surer the model was of its mistake, the earlier."""
    return sorted(images, key=lambda image: (image.agreement, -_sureness(image), image.filename))


def _sureness(image: JudgedImage) -> float:
    return 1.0 - image.score if image.verdict is Verdict.MISSED else image.score


def write_judged(path: Path, images: Iterable[JudgedImage]) -> None:
    """In order of the images' names. Raises OSError; the old file stays then."""
    in_order = sorted(images, key=lambda image: image.filename)
    columns = (*COLUMNS, TOP_COLUMN) if any(image.top for image in in_order) else COLUMNS
    rows = (written_row(_cells(image)[: len(columns)]) for image in in_order)
    write_text(path, written_row(columns) + "".join(rows))


def read_judged(path: Path) -> list[JudgedImage]:
    """The images that a file tells of; no file: none. Rows that make no sense are left out. Raises RunFolderError."""
    try:
        content = read_bytes(path, MOST_BYTES)
        if content is None:
            return []
        reader = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))
        missing = set(COLUMNS) - set(reader.fieldnames or ())
        if missing:
            raise RunFolderError(f"{path}: expected the columns {', '.join(sorted(missing))}, found none such")
        images = [_image_of(row) for row in reader]
    except (ForeignFileError, UnicodeDecodeError, csv.Error) as error:
        raise RunFolderError(f"{path}: expected the judged images of a run, got: {error}") from error
    return [image for image in images if image is not None]


def _cells(image: JudgedImage) -> Sequence[str]:
    truth = image.truth
    return (
        written_filename(image.filename),
        image.split,
        str(image.width),
        str(image.height),
        "" if truth is None else written_label(truth.label),
        *([""] * len(EDGES) if truth is None else map(written_number, truth.corners)),
        written_label(image.predicted.label),
        _share(image.score),
        _share(image.presence),
        *map(written_number, image.predicted.corners),
        _share(image.iou),
        str(image.epoch),
        json.dumps(image.top, ensure_ascii=False),
    )


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")


def _image_of(row: dict[str, str]) -> JudgedImage | None:
    try:
        label = label_in(row["class"])
        return JudgedImage(
            filename=filename_in(row["filename"]),
            split=row["split"],
            width=_pixels(row, "width"),
            height=_pixels(row, "height"),
            truth=None if label is None else _box(row, EDGES, label),
            predicted=_box(row, PREDICTED_EDGES, label_in(row["predicted_class"]) or ""),
            score=finite_number("score", row["score"]),
            presence=_optional(row, "presence"),
            iou=_optional(row, "iou"),
            epoch=int(finite_number("epoch", row["epoch"])),
            top=_top(row.get(TOP_COLUMN)),
        )
    except (BadCell, TypeError, AttributeError):  # a row that was cut off has None in its last cells
        return None


def _top(cell: Any) -> Top:
    if not cell:
        return ()
    try:
        pairs = [(str(label), float(score)) for label, score in json.loads(cell)]
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise BadCell(f"{TOP_COLUMN}: expected classes with their probabilities, got {cell!r}") from error
    return tuple(pairs[:TOP])


def _pixels(row: dict[str, str], column: str) -> int:
    size = finite_number(column, row[column])
    if size < 1:
        raise BadCell(f"{column}: expected at least 1 pixel, got {row[column]!r}")
    return int(size)


def _box(row: dict[str, str], columns: Sequence[str], label: str) -> Box:
    xmin, ymin, xmax, ymax = (finite_number(column, row[column]) for column in columns)
    return Box(xmin, ymin, xmax, ymax, label)


def _optional(row: dict[str, str], column: str) -> float | None:
    return finite_number(column, row[column]) if row[column].strip() else None
