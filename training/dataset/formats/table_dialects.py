"""The forms in which other programs read tables of boxes: the names of their columns, and the cells of a row."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from training.dataset.box import Box
from training.dataset.dataset import LabelledImage, Split
from training.dataset.formats import via
from training.dataset.formats.boxwright_csv import written_edges, written_label
from training.dataset.formats.csv_cells import written_number

_SETS = {Split.TRAIN: "TRAIN", Split.VALIDATION: "VALIDATION", Split.TEST: "TEST", None: "UNASSIGNED"}


@dataclass(frozen=True, slots=True)
class ImageCells:
    """An image with the name that is written for it, and the folder that it lies in on this computer, if that is known."""

    name: str
    image: LabelledImage
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Dialect:
    """One form of a table: `box` gives the cells of an image's box, the nth from 0, and `empty` those of an image without
    boxes, where the form has a row for it.

    With `has_ids` images that end in .jpg are named without it, as the programs that read the form add it.
    """

    title: str
    header: str
    box: Callable[[ImageCells, Box, int], tuple[str, ...]]
    empty: Callable[[ImageCells], tuple[str, ...]] | None = None
    is_relative: bool = False
    holds_split: bool = False
    has_ids: bool = False
    has_class_file: bool = False  # a second file with the numbers of the classes
    extras_of: str = ""  # the format whose own fields it holds


def _vott(at: ImageCells, box: Box, _nth: int) -> tuple[str, ...]:
    return (at.name, *written_edges(box), written_label(box.label))


def _retinanet_empty(at: ImageCells) -> tuple[str, ...]:
    return (at.name, "", "", "", "", "")


def _makesense(at: ImageCells, box: Box, _nth: int) -> tuple[str, ...]:
    image_size = (str(at.image.width), str(at.image.height))
    return (written_label(box.label), *_place_and_size(box), at.name, *image_size)


def _place_and_size(box: Box) -> tuple[str, ...]:
    xmin, ymin, xmax, ymax = written_edges(box)
    return (xmin, ymin, written_number(float(xmax) - float(xmin)), written_number(float(ymax) - float(ymin)))


def _bccd(at: ImageCells, box: Box, _nth: int) -> tuple[str, ...]:
    return (at.name, written_label(box.label), *_min_max(written_edges(box)))


def _annotator(at: ImageCells, box: Box, nth: int) -> tuple[str, ...]:
    return (at.name, str(nth + 1), written_label(box.label), *_min_max(written_edges(box)))


def _banana(at: ImageCells, box: Box, _nth: int) -> tuple[str, ...]:
    return (at.name, written_label(box.label), *written_edges(box))


def _snacks(at: ImageCells, box: Box, _nth: int) -> tuple[str, ...]:
    folder, _, name = at.name.rpartition("/")
    return (name, *_min_max(_shares(at.image, box)), written_label(box.label), folder)


def _kaggle(at: ImageCells, box: Box, _nth: int) -> tuple[str, ...]:
    image_size = (str(at.image.width), str(at.image.height))
    return (at.name, *image_size, f"[{', '.join(_place_and_size(box))}]", "boxwright", written_label(box.label))


def _via(at: ImageCells, box: Box, nth: int) -> tuple[str, ...]:
    return (
        *_via_image(at),
        str(len(at.image.boxes)),
        str(nth),
        *map(_json, (via.shape_of(box), via.attributes_of(box))),
    )


def _via_empty(at: ImageCells) -> tuple[str, ...]:
    return (*_via_image(at), "0", "0", "{}", "{}")


def _via_image(at: ImageCells) -> tuple[str, ...]:
    return (at.name, str(via.length_of(at.folder, at.image.filename)), _json(via.file_attributes(at.image)))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _automl(at: ImageCells, box: Box, _nth: int) -> tuple[str, ...]:
    xmin, ymin, xmax, ymax = _shares(at.image, box)
    return (_SETS[at.image.split], at.name, written_label(box.label), xmin, ymin, "", "", xmax, ymax, "", "")


def _automl_empty(at: ImageCells) -> tuple[str, ...]:
    return (_SETS[at.image.split], at.name, *([""] * 9))


def _open_images(at: ImageCells, box: Box, _nth: int) -> tuple[str, ...]:
    start = (at.name, "boxwright", written_label(box.label), "1")
    return (*start, *_min_max(_shares(at.image, box)), "0", "0", "0", "0", "0")


def _min_max(edges: tuple[str, ...]) -> tuple[str, ...]:
    xmin, ymin, xmax, ymax = edges
    return (xmin, xmax, ymin, ymax)


def _shares(image: LabelledImage, box: Box) -> tuple[str, ...]:
    edges = (box.xmin / image.width, box.ymin / image.height, box.xmax / image.width, box.ymax / image.height)
    return tuple(f"{edge:.8f}".rstrip("0").rstrip(".") for edge in edges)


DIALECTS: dict[str, Dialect] = {
    "vott": Dialect("VoTT CSV", "image,xmin,ymin,xmax,ymax,label", _vott),
    "retinanet": Dialect("Keras RetinaNet CSV", "", _vott, _retinanet_empty, has_class_file=True),
    "makesense": Dialect(
        "makesense CSV",
        "label_name,bbox_x,bbox_y,bbox_width,bbox_height,image_name,image_width,image_height",
        _makesense,
    ),
    "bccd": Dialect("BCCD CSV", "filename,cell_type,xmin,xmax,ymin,ymax", _bccd),
    "simple-annotator": Dialect("Simple Image Annotator CSV", "image,id,name,xMin,xMax,yMin,yMax", _annotator),
    "banana": Dialect("Banana detection CSV", "img_name,label,xmin,ymin,xmax,ymax", _banana),
    "snacks": Dialect(
        "Snacks CSV",
        "image_id,x_min,x_max,y_min,y_max,class_name,folder",
        _snacks,
        is_relative=True,
        has_ids=True,
    ),
    "kaggle": Dialect("Kaggle CSV", "image_id,width,height,bbox,source,class", _kaggle, has_ids=True),
    "via-csv": Dialect(
        "VIA CSV",
        "filename,file_size,file_attributes,region_count,region_id,region_shape_attributes,region_attributes",
        _via,
        _via_empty,
        extras_of=via.NAME,
    ),
    "automl": Dialect("AutoML Vision CSV", "", _automl, _automl_empty, is_relative=True, holds_split=True),
    "open-images": Dialect(
        "Open Images CSV",
        "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside",
        _open_images,
        is_relative=True,
        has_ids=True,
    ),
}
