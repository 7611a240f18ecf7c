"""CVAT XML for images 1.1: all images in one file, boxes as xtl, ytl, xbr, ybr in pixels.

Other shapes become the box around them, turned boxes too. Attributes, `occluded` and groups are kept.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from training.dataset import safe_files
from training.dataset.box import Rectangle
from training.dataset.dataset import AnnotationFileError, Dataset, LabelledImage, Split
from training.dataset.formats.annotation_rows import AnnotationFile, AnnotationRow
from training.dataset.formats.csv_cells import BadCell, written_number
from training.dataset.formats.extras import packed, unpacked
from training.dataset.formats.file_places import that_xml_can_name
from training.dataset.formats.format import NOT_THIS, Choices, Evidence, Format, Sureness, WriteChoices, Written
from training.dataset.formats.image_names import image_name
from training.dataset.formats.losses import losses
from training.dataset.formats.readings import (
    ImageRows,
    class_name,
    number,
    rectangle,
    rectangle_around,
    rectangle_of_ellipse,
    rectangle_of_size,
    rectangle_rotated,
    size,
)
from training.dataset.formats.safe_xml import BadXml, elements, escaped, root_tag, text
from training.dataset.formats.split_names import split_named

NAME = "cvat"
_MOST_BYTES = 4 * 2**30
_SHAPES = ("box", "polygon", "polyline", "points", "ellipse", "mask", "cuboid", "skeleton")
_OF_SHAPE = frozenset({"label", "xtl", "ytl", "xbr", "ybr", "points", "source", "rotation", "cx", "cy", "rx", "ry"})
_OF_MASK = frozenset({"rle", "left", "top", "width", "height"})
_USUAL = {"occluded": "0", "z_order": "0"}
_SUBSETS = {Split.TRAIN: "train", Split.VALIDATION: "validation", Split.TEST: "test"}


def recognise(place: Path) -> Evidence:
    if root_tag(place) != "annotations":
        return NOT_THIS
    try:
        for element in elements(place, frozenset({"image", "track"}), _MOST_BYTES):
            if element.tag == "image":
                return Evidence(Sureness.SURE, ("it is XML with <image> elements in <annotations>, as CVAT writes it",))
            if element.tag == "track":
                break
    except BadXml:
        pass
    return Evidence(Sureness.LIKELY, ("it is XML with the root <annotations>, as CVAT writes it",))


def read(place: Path, file: AnnotationFile, choices: Choices) -> Iterator[AnnotationRow]:  # noqa: ARG001
    file.unit = "image"
    count = 0
    try:
        found = elements(place, frozenset({"image", "label", "track"}), _MOST_BYTES)
        root = next(found)
        if root.tag != "annotations":
            raise BadXml(f"expected <annotations>, got <{root.tag}>")
        for element in found:
            count += 1
            if element.tag == "label" and (name := (text(element, "name") or "").strip()):
                count -= 1
                file.classes.append(name)
            elif element.tag == "track":
                file.report_at(count, "a track of a video is not read; export the task as 'CVAT for images'")
            elif element.tag == "image":
                yield from _read_image(element, count, file)
    except BadXml as error:
        if not count:
            raise AnnotationFileError(place, str(error)) from error
        file.report_at(None, f"{error}; what stands before that is read")


def _read_image(element: Element, line: int, file: AnnotationFile) -> Iterator[AnnotationRow]:
    try:
        rows = ImageRows(
            file,
            image_name(element.get("name")),
            size(element.get("width")),
            size(element.get("height")),
            split_named(element.get("subset") or ""),
        )
    except BadCell as error:
        file.report_at(line, str(error))
        return
    for child in element:
        if child.tag == "tag":
            yield from _row(rows, line, child, is_tag=True)
        elif child.tag in _SHAPES:
            yield from _row(rows, line, child, is_tag=False)
    if not rows.count:
        yield rows.nothing(line)


def _row(rows: ImageRows, line: int, shape: Element, *, is_tag: bool) -> Iterator[AnnotationRow]:
    try:
        label = class_name(shape.get("label"))
        if is_tag:
            yield rows.own_class(line, label)
            return
        row = rows.box(line, label, _box(shape), packed(NAME, _fields(shape)))
    except BadCell as error:
        rows.refuse()
        rows.into.report_at(line, str(error))
        return
    if shape.tag != "box" or _turned(shape):
        kind = "turned box" if shape.tag == "box" else shape.tag
        rows.into.note_often(row, f"{kind}: the box around it was taken")
    yield row


def _box(shape: Element) -> Rectangle:
    if shape.tag == "box":
        box = rectangle(*_values(shape, "xtl", "ytl", "xbr", "ybr"))
        centre = ((box.xmin + box.xmax) / 2, (box.ymin + box.ymax) / 2)
        return rectangle_rotated(box, _turned(shape), centre) if _turned(shape) else box
    if shape.tag == "ellipse":
        x, y, across, down = _values(shape, "cx", "cy", "rx", "ry")
        return rectangle_of_ellipse(x, y, across, down, math.radians(_turned(shape)))
    if shape.tag == "mask":
        return rectangle_of_size(*_values(shape, "left", "top", "width", "height"))
    pairs = [pair.split(",") for pair in (shape.get("points") or "").split(";") if pair.strip()]
    if shape.tag == "points" and len(pairs) < 2:
        raise BadCell("a point has no box")
    if any(len(pair) != 2 for pair in pairs):
        raise BadCell("the points: expected x,y;x,y")
    return rectangle_around([(number("x", x), number("y", y)) for x, y in pairs])


def _turned(shape: Element) -> float:
    return number("rotation", shape.get("rotation") or "0")


def _values(shape: Element, *names: str) -> list[float]:
    return [number(name, shape.get(name)) for name in names]


def _fields(shape: Element) -> dict[str, Any]:
    known = _OF_SHAPE | _OF_MASK if shape.tag == "mask" else _OF_SHAPE
    fields: dict[str, Any] = {
        key: value for key, value in shape.attrib.items() if key not in known and _USUAL.get(key) != value
    }
    attributes = {child.get("name", ""): child.text or "" for child in shape if child.tag == "attribute"}
    return fields | ({"attributes": attributes} if attributes else {})


def write(dataset: Dataset, place: Path, choices: WriteChoices) -> Written:
    dataset, unnamed = that_xml_can_name(dataset)
    with safe_files.replacing(place) as beside, beside.open("w", encoding="utf-8", newline="\n") as file:
        try:
            file.writelines(f"{line}\n" for line in _lines(dataset, choices))
        except BadCell as error:
            raise AnnotationFileError(place, f"{error}; nothing was written") from error
    said = losses(dataset, "CVAT XML", negatives=True, splits=True, own_classes=True, class_order=True, extras_of=NAME)
    return Written((place,), (*unnamed, *said))


def _lines(dataset: Dataset, choices: WriteChoices) -> Iterable[str]:
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield "<annotations>"
    yield "  <version>1.1</version>"
    yield "  <meta><task><labels>"
    for name in dataset.classes:
        yield f"    <label><name>{escaped(name)}</name><attributes></attributes></label>"
    yield "  </labels></task></meta>"
    for number_, image in enumerate(choices.each(dataset.images)):
        yield from _image_lines(image, number_)
    yield "</annotations>"


def _image_lines(image: LabelledImage, number_: int) -> Iterable[str]:
    fields = {"id": number_, "name": image.filename, "width": image.width, "height": image.height}
    if image.split is not None:
        fields["subset"] = _SUBSETS[image.split]
    yield f"  <image{_attributes(fields)}>"
    if image.image_class is not None:
        yield f"    <tag{_attributes({'label': image.image_class, 'source': 'manual'})}></tag>"
    for box in image.boxes:
        extra = unpacked(box.extra, NAME)
        attributes = extra.pop("attributes", {})
        edges = dict(zip(("xtl", "ytl", "xbr", "ybr"), map(written_number, box.corners), strict=True))
        yield f"    <box{_attributes({'label': box.label, 'source': 'manual', 'occluded': '0', **edges} | extra)}>"
        for key, value in attributes.items():
            yield f'      <attribute name="{escaped(str(key))}">{escaped(str(value))}</attribute>'
        yield "    </box>"
    yield "  </image>"


def _attributes(fields: dict[str, Any]) -> str:
    return "".join(f' {key}="{escaped(str(value))}"' for key, value in fields.items() if key.isidentifier())


FORMAT = Format(
    name=NAME,
    title="CVAT XML for images",
    recognise=recognise,
    read=read,
    write=write,
    file_name="annotations.xml",
    suffixes=(".xml",),
)
