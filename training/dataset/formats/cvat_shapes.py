"""What CVAT's XML says of one image or one track of a video.

Other shapes become the box around them, turned boxes too. Of a track each frame's box that is to be seen counts; frames are
called `frame_000000` and so on, as CVAT calls them. Attributes, `occluded` and groups are kept.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from training.dataset.box import Rectangle
from training.dataset.formats.annotation_rows import AnnotationFile, AnnotationRow
from training.dataset.formats.csv_cells import BadCell
from training.dataset.formats.extras import TOO_MUCH, packed
from training.dataset.formats.image_names import image_name
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
from training.dataset.formats.split_names import split_named

NAME = "cvat"
_SHAPES = ("box", "polygon", "polyline", "points", "ellipse", "mask", "cuboid", "skeleton")
_OF_SHAPE = frozenset({"label", "xtl", "ytl", "xbr", "ybr", "points", "source", "rotation", "cx", "cy", "rx", "ry"})
_OF_MASK = frozenset({"rle", "left", "top", "width", "height"})
_OF_TRACK = frozenset({"frame", "outside", "keyframe"})
_OF_CUBOID = re.compile(r"[xy][tb][lr][12]")
_USUAL = {"occluded": "0", "z_order": "0"}


def rows_of_image(element: Element, line: int, file: AnnotationFile) -> Iterator[AnnotationRow]:
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
            yield from _own_class(rows, line, child)
        elif child.tag in _SHAPES:
            yield from _row(rows, line, child, child.get("label"))
    if not rows.count:
        yield rows.nothing(line)


def rows_of_track(
    track: Element, line: int, file: AnnotationFile, of_frames: tuple[int, int]
) -> Iterator[AnnotationRow]:
    """What is outside the picture on a frame is not on it; nothing is said of the frames between those that are there."""
    before: int | None = None
    for shape in track:
        if shape.tag not in _SHAPES:
            continue
        try:
            frame = number("the frame", shape.get("frame"))
            if frame != int(frame) or frame < 0:
                raise BadCell(f"the frame: expected a whole number, got {frame:g}")
        except BadCell as error:
            file.report_at(line, str(error))
            continue
        is_seen = shape.get("outside") != "1"
        if is_seen:
            rows = ImageRows(file, f"frame_{int(frame):06}", *of_frames)
            for row in _row(rows, line, shape, track.get("label")):
                file.note_often(row, "a box of a track was taken as the box of its frame")
                if before is not None and frame > before + 1:
                    file.note_often(row, "its track has no boxes on the frames before: nothing was put there")
                yield row
        before = int(frame) if is_seen else None


def _own_class(rows: ImageRows, line: int, tag: Element) -> Iterator[AnnotationRow]:
    try:
        yield rows.own_class(line, class_name(tag.get("label")))
    except BadCell as error:
        rows.refuse()
        rows.into.report_at(line, str(error))


def _row(rows: ImageRows, line: int, shape: Element, label: str | None) -> Iterator[AnnotationRow]:
    try:
        fields = _fields(shape)
        row = rows.box(line, class_name(label), _box(shape), packed(NAME, fields))
    except BadCell as error:
        rows.refuse()
        rows.into.report_at(line, str(error))
        return
    if fields and not row.extra:
        rows.into.note_often(row, TOO_MUCH)
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
    if shape.tag == "cuboid":
        corners = sorted(name[1:] for name in shape.attrib if _OF_CUBOID.fullmatch(name) and name[0] == "x")
        return rectangle_around([_values(shape, f"x{corner}", f"y{corner}") for corner in corners])
    parts = [shape, *(part for part in shape if part.tag == "points" and part.get("outside") != "1")]
    points = [point for part in parts for point in _points(part.get("points") or "")]
    if shape.tag == "points" and len(points) < 2:
        raise BadCell("a point has no box")
    return rectangle_around(points)


def _points(text: str) -> list[tuple[float, float]]:
    pairs = [pair.split(",") for pair in text.split(";") if pair.strip()]
    if any(len(pair) != 2 for pair in pairs):
        raise BadCell("the points: expected x,y;x,y")
    return [(number("x", x), number("y", y)) for x, y in pairs]


def _turned(shape: Element) -> float:
    return number("rotation", shape.get("rotation") or "0")


def _values(shape: Element, *names: str) -> list[float]:
    return [number(name, shape.get(name)) for name in names]


def _fields(shape: Element) -> dict[str, Any]:
    """What is not the shape itself."""
    known = _OF_SHAPE | _OF_TRACK | (_OF_MASK if shape.tag == "mask" else frozenset())
    fields: dict[str, Any] = {
        key: value
        for key, value in shape.attrib.items()
        if key not in known and _USUAL.get(key) != value and not _OF_CUBOID.fullmatch(key)
    }
    attributes = {child.get("name", ""): child.text or "" for child in shape if child.tag == "attribute"}
    return fields | ({"attributes": attributes} if attributes else {})
