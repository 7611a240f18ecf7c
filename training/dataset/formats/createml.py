"""CreateML JSON: a list of images with their boxes in pixels, x and y of the centre."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.dataset import safe_files
from training.dataset.dataset import Dataset, LabelledImage
from training.dataset.formats.annotation_rows import AnnotationFile, AnnotationRow
from training.dataset.formats.csv_cells import BadCell
from training.dataset.formats.format import NOT_THIS, Choices, Evidence, Format, Sureness, WriteChoices, Written
from training.dataset.formats.image_names import image_name, shortened
from training.dataset.formats.json_stream import BadJson, members
from training.dataset.formats.listed_entries import listed_entries
from training.dataset.formats.losses import losses
from training.dataset.formats.readings import ImageRows, class_name, number, rectangle_of_size
from training.dataset.formats.split_names import split_in, split_of_folders

NAME = "createml"
_IMAGE_KEYS = ("image", "imagefilename", "filename")
_SIZES = ("x", "y", "width", "height")


def recognise(place: Path) -> Evidence:
    """By the first entries: those of images without boxes are the same in other formats."""
    try:
        for count, (key, entry) in enumerate(members(place)):
            if key or not isinstance(entry, dict) or count == 100:
                break
            if _name_in(entry) and (boxes := _boxes_in(entry)) is not None:
                if boxes and isinstance(boxes[0], dict) and "coordinates" in boxes[0]:
                    return Evidence(Sureness.SURE, ("its entries have image, annotations and coordinates",))
                if boxes:
                    break
    except BadJson:
        pass
    return NOT_THIS


def read(place: Path, file: AnnotationFile, choices: Choices) -> Iterator[AnnotationRow]:  # noqa: ARG001
    file.unit = "image"
    split = split_in(place.name) or split_of_folders(f"{place.parent.name}/x")
    for count, entry in listed_entries(place, file, "images"):
        try:
            if not isinstance(entry, dict) or (boxes := _boxes_in(entry)) is None:
                raise BadCell(f"expected image and annotations, got {shortened(entry)}")
            rows = ImageRows(file, image_name(_name_in(entry)), split=split)
        except BadCell as error:
            file.report_at(count, str(error))
            continue
        yield from rows_of_boxes(rows, count, boxes)


def rows_of_boxes(rows: ImageRows, line: int, boxes: list[Any]) -> Iterator[AnnotationRow]:
    for entry in boxes:
        try:
            place = entry.get("coordinates") if isinstance(entry, dict) else None
            if not isinstance(place, dict):
                raise BadCell(f"expected label and coordinates, got {shortened(entry)}")
            x, y, width, height = (number(key, place.get(key)) for key in _SIZES)
            box = rectangle_of_size(x - width / 2, y - height / 2, width, height)
            yield rows.box(line, class_name(entry.get("label")), box)
        except BadCell as error:
            rows.refuse()
            rows.into.report_at(line, str(error))
    if not rows.count:
        yield rows.nothing(line)


def _name_in(entry: dict[str, Any]) -> object:
    return next((entry[key] for key in _IMAGE_KEYS if entry.get(key)), None)


def _boxes_in(entry: dict[str, Any]) -> list[Any] | None:
    boxes = entry.get("annotations", entry.get("annotation"))
    return boxes if isinstance(boxes, list) else None


def write(dataset: Dataset, place: Path, choices: WriteChoices) -> Written:
    entries = (json.dumps(_entry(image), ensure_ascii=False) for image in choices.each(dataset.images))
    safe_files.write_text(place, "[\n" + ",\n".join(entries) + "\n]\n")
    return Written((place,), tuple(losses(dataset, "CreateML JSON", negatives=True)))


def _entry(image: LabelledImage) -> dict[str, Any]:
    boxes = [
        {
            "label": box.label,
            "coordinates": {
                "x": round((box.xmin + box.xmax) / 2, 4),
                "y": round((box.ymin + box.ymax) / 2, 4),
                "width": round(box.width, 4) or box.width,
                "height": round(box.height, 4) or box.height,
            },
        }
        for box in image.boxes
    ]
    return {"image": image.filename, "annotations": boxes}


FORMAT = Format(
    name=NAME,
    title="CreateML JSON",
    recognise=recognise,
    read=read,
    write=write,
    file_name="annotations.json",
    suffixes=(".json",),
)
