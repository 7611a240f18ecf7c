"""Writes tables in the forms that other programs read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from training.dataset import safe_files
from training.dataset.box import Box
from training.dataset.dataset import Dataset, LabelledImage, Split
from training.dataset.formats.boxwright_csv import written_edges, written_filename, written_label
from training.dataset.formats.csv_cells import written_number, written_row
from training.dataset.formats.format import WriteChoices, Written
from training.dataset.formats.losses import losses, without_size

_SETS = {Split.TRAIN: "TRAIN", Split.VALIDATION: "VALIDATION", Split.TEST: "TEST", None: "UNASSIGNED"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """One form of a table: `box` gives a row's cells, `empty` those of an image without boxes, None for no row."""

    title: str
    header: str
    box: Callable[[LabelledImage, Box], tuple[str, ...]]
    empty: Callable[[LabelledImage], tuple[str, ...]] | None = None
    is_relative: bool = False
    holds_split: bool = False


def _vott(image: LabelledImage, box: Box) -> tuple[str, ...]:
    return (written_filename(image.filename), *written_edges(box), written_label(box.label))


def _retinanet_empty(image: LabelledImage) -> tuple[str, ...]:
    return (written_filename(image.filename), "", "", "", "", "")


def _makesense(image: LabelledImage, box: Box) -> tuple[str, ...]:
    xmin, ymin, xmax, ymax = written_edges(box)
    sizes = (written_number(float(xmax) - float(xmin)), written_number(float(ymax) - float(ymin)))
    name, image_size = written_filename(image.filename), (str(image.width), str(image.height))
    return (written_label(box.label), xmin, ymin, *sizes, name, *image_size)


def _min_max(image: LabelledImage, box: Box) -> tuple[str, ...]:
    xmin, ymin, xmax, ymax = written_edges(box)
    return (written_filename(image.filename), written_label(box.label), xmin, xmax, ymin, ymax)


def _automl(image: LabelledImage, box: Box) -> tuple[str, ...]:
    xmin, ymin, xmax, ymax = _shares(image, box)
    name = written_filename(image.filename)
    return (_SETS[image.split], name, written_label(box.label), xmin, ymin, "", "", xmax, ymax, "", "")


def _automl_empty(image: LabelledImage) -> tuple[str, ...]:
    return (_SETS[image.split], written_filename(image.filename), *([""] * 9))


def _open_images(image: LabelledImage, box: Box) -> tuple[str, ...]:
    xmin, ymin, xmax, ymax = _shares(image, box)
    start = (written_filename(image.filename), "boxwright", written_label(box.label), "1")
    return (*start, xmin, xmax, ymin, ymax, "0", "0", "0", "0", "0")


def _shares(image: LabelledImage, box: Box) -> tuple[str, ...]:
    edges = (box.xmin / image.width, box.ymin / image.height, box.xmax / image.width, box.ymax / image.height)
    return tuple(f"{edge:.8f}".rstrip("0").rstrip(".") for edge in edges)


DIALECTS: dict[str, Dialect] = {
    "vott": Dialect("VoTT CSV", "image,xmin,ymin,xmax,ymax,label", _vott),
    "retinanet": Dialect("Keras RetinaNet CSV", "", _vott, _retinanet_empty),
    "makesense": Dialect(
        "makesense CSV",
        "label_name,bbox_x,bbox_y,bbox_width,bbox_height,image_name,image_width,image_height",
        _makesense,
    ),
    "min-max": Dialect("CSV in the order xmin, xmax, ymin, ymax", "filename,class,xmin,xmax,ymin,ymax", _min_max),
    "automl": Dialect("AutoML Vision CSV", "", _automl, _automl_empty, is_relative=True, holds_split=True),
    "open-images": Dialect(
        "Open Images CSV",
        "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside",
        _open_images,
        is_relative=True,
    ),
}


def writer(dialect: Dialect) -> Callable[[Dataset, Path, WriteChoices], Written]:
    return lambda dataset, place, choices: _write(dataset, place, choices, dialect)


def _write(dataset: Dataset, place: Path, choices: WriteChoices, dialect: Dialect) -> Written:
    unsized = without_size(dataset) if dialect.is_relative else {}
    images = [image for image in dataset.images if image.filename not in unsized]
    rows = (written_row(row) for image in choices.each(images) for row in _rows(image, dialect))
    safe_files.write_text(place, (dialect.header + "\n" if dialect.header else "") + "".join(rows))
    said = [f"{name!r} is left out: its size is not known, and {dialect.title} holds shares of it." for name in unsized]
    said += losses(dataset, dialect.title, negatives=dialect.empty is not None, splits=dialect.holds_split)
    return Written((place,), tuple(said))


def _rows(image: LabelledImage, dialect: Dialect) -> Iterator[tuple[str, ...]]:
    if image.is_negative and dialect.empty is not None:
        yield dialect.empty(image)
    for box in image.boxes:
        yield dialect.box(image, box)
