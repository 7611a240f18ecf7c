"""labelme JSON: a file for each image, boxes as rectangles of two points in pixels.

The place is one file, or a folder with files in it. Other shapes become the box around them. Fields that are not used
here are kept: flags, group ids, descriptions. One flag of an image without shapes is the class of the image.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from training.dataset import safe_files
from training.dataset.box import Box, Rectangle
from training.dataset.dataset import Dataset, LabelledImage
from training.dataset.formats.annotation_rows import AnnotationFile, AnnotationRow
from training.dataset.formats.csv_cells import BadCell
from training.dataset.formats.extras import TOO_MUCH, packed, unpacked
from training.dataset.formats.file_places import check_names, one_place_each
from training.dataset.formats.format import NOT_THIS, Choices, Evidence, Format, Sureness, WriteChoices, Written
from training.dataset.formats.image_names import image_name, shortened
from training.dataset.formats.json_stream import BadJson, members, whole
from training.dataset.formats.losses import losses
from training.dataset.formats.readings import (
    ImageRows,
    class_name,
    files_below,
    folder_of,
    numbers,
    rectangle,
    rectangle_around,
    size,
    stem_of,
)
from training.dataset.formats.split_names import split_of_folders

NAME = "labelme"
_VERSION = "5.5.0"
_MOST_BYTES = 256 * 2**20  # the picture may be in it
_LOOKED_AT = 20
_MOST_SHAPES = 100_000
_OF_OTHERS = ("images", "annotations", "categories")
_OF_IMAGE = frozenset({"version", "shapes", "imagePath", "imageData", "imageHeight", "imageWidth"})
_OF_SHAPE = frozenset({"label", "points", "shape_type", "mask"})
_USUAL_OF_IMAGE: dict[str, Any] = {"flags": {}}
_USUAL_OF_SHAPE: dict[str, Any] = {"group_id": None, "description": "", "flags": {}}
_NO_BOXES = frozenset({"point", "points"})


def recognise(place: Path) -> Evidence:
    for count, (path, name) in enumerate(files_below(place, (".json",))):
        if count == _LOOKED_AT:
            break
        if _looks_like_labelme(path):
            return Evidence(Sureness.SURE, (f"{name} has shapes and imagePath, as labelme writes them",))
    return NOT_THIS


def _looks_like_labelme(path: Path) -> bool:
    """By its keys, as they come: other files may be very large."""
    found = set()
    try:
        for count, (key, _) in enumerate(members(path)):
            found.add(key)
            if key in _OF_OTHERS or not key or count == _MOST_SHAPES:
                return False
            if {"shapes", "imagePath"} <= found:
                return True
    except BadJson:
        pass
    return False


def read(place: Path, file: AnnotationFile, choices: Choices) -> Iterator[AnnotationRow]:  # noqa: ARG001
    file.unit = "shape"
    for path, name in files_below(place, (".json",), file):
        try:
            content = whole(path, _MOST_BYTES)
            if not _is_labelme(content):
                raise BadCell("expected shapes and imagePath, as labelme writes them")
            yield from _read_image(content, name if place.is_dir() else path.name, file)
        except (BadJson, BadCell) as error:
            file.report_at(None, str(error), name)


def _is_labelme(content: Any) -> bool:
    return isinstance(content, dict) and isinstance(content.get("shapes"), list) and "imagePath" in content


def _read_image(content: Mapping[str, Any], name: str, file: AnnotationFile) -> Iterator[AnnotationRow]:
    extra = _unusual(content, _OF_IMAGE, _USUAL_OF_IMAGE)
    rows = ImageRows(
        file,
        image_name(content["imagePath"], folder_of(name), may_climb=True),
        size(content.get("imageWidth")),
        size(content.get("imageHeight")),
        split_of_folders(name),
        name,
        extra=packed(NAME, extra),
        own_name=stem_of(name),
    )
    if extra and not rows.extra:
        file.note_at(None, TOO_MUCH, name)
    for line, shape in enumerate(content["shapes"], start=1):
        try:
            yield _row(rows, line, shape)
        except BadCell as error:
            rows.refuse()
            file.report_at(line, str(error), name)
    if not rows.count:
        flag = _one_flag(content.get("flags"))
        yield rows.own_class(1, flag) if flag else rows.nothing(1)


def _row(rows: ImageRows, line: int, shape: Any) -> AnnotationRow:
    if not isinstance(shape, dict):
        raise BadCell(f"expected a shape, got {shortened(shape)}")
    label = class_name(shape.get("label"))
    points = shape.get("points")
    if not isinstance(points, list):
        raise BadCell(f"the points: expected a list, got {shortened(points)}")
    places = [numbers("a point", point, 2) for point in points]
    kind = shape.get("shape_type") or "polygon"
    extra = _unusual(shape, _OF_SHAPE, _USUAL_OF_SHAPE)
    row = rows.box(line, label, _box(str(kind), places), packed(NAME, extra))
    if extra and not row.extra:
        rows.into.note_often(row, TOO_MUCH)
    if kind != "rectangle":
        rows.into.note_often(row, f"{shortened(kind)[1:-1]}: the box around it was taken")
    return row


def _unusual(fields: Mapping[str, Any], own: frozenset[str], usual: Mapping[str, Any]) -> dict[str, Any]:
    """What else is said; what is written of itself need not be kept."""
    return {key: value for key, value in fields.items() if key not in own and (key, value) not in usual.items()}


def _box(kind: str, points: list[list[float]]) -> Rectangle:
    if kind in _NO_BOXES:
        raise BadCell("a point has no box")
    if kind == "circle" and len(points) == 2:
        (x, y), edge = points
        radius = math.dist((x, y), edge)
        return rectangle(x - radius, y - radius, x + radius, y + radius)
    return rectangle_around(points)


def _one_flag(flags: Any) -> str:
    """The only one that is set; labelme's classification by flags works like that."""
    chosen = [name for name, value in flags.items() if value is True] if isinstance(flags, dict) else []
    names = [name.strip() for name in chosen if not name.startswith("__")]
    return names[0] if len(names) == 1 else ""


def write(dataset: Dataset, place: Path, choices: WriteChoices) -> Written:
    check_names(dataset)
    places = one_place_each((image.filename for image in dataset.images), ".json")
    for image in choices.each(dataset.images):
        path = place / places[image.filename]
        safe_files.write_text(path, _text(image, _path_to(image.filename, path, choices.images)))
    said = losses(dataset, "labelme", negatives=True, own_classes=True, extras_of=NAME)
    if count := sum(image.image_class is not None and bool(image.boxes) for image in dataset.images):
        said.append(f"the class of an image that has boxes, too, is a flag of labelme; of {count} it is not read back.")
    return Written(tuple(place / name for name in places.values()), tuple(said))


def _path_to(filename: str, path: Path, images: Path | None) -> str:
    """As labelme wants it: from the file's own folder, or the name alone where the images' place is not known."""
    if images is not None:
        try:
            return Path(os.path.relpath(images / filename, path.parent)).as_posix()
        except ValueError:  # another drive of Windows
            pass
    return filename.rpartition("/")[2]


def _text(image: LabelledImage, image_path: str) -> str:
    fields = unpacked(image.extra, NAME)
    flags = fields.pop("flags", {})
    if image.image_class is not None:
        flags = {**dict.fromkeys(flags if isinstance(flags, dict) else (), False), image.image_class: True}
    content = {
        "version": _VERSION,
        "flags": flags,
        "shapes": [_shape(box) for box in image.boxes],
        "imagePath": image_path,
        "imageData": None,
        "imageHeight": image.height,
        "imageWidth": image.width,
        **fields,
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _shape(box: Box) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "label": box.label,
        "points": [[box.xmin, box.ymin], [box.xmax, box.ymax]],
        "shape_type": "rectangle",
        "mask": None,
        **_USUAL_OF_SHAPE,
    }
    return shape | unpacked(box.extra, NAME)


FORMAT = Format(
    name=NAME, title="labelme JSON", recognise=recognise, read=read, write=write, suffixes=(".json",), in_folders=True
)
