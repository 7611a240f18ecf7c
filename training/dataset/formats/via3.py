"""VIA 3 projects: images, and regions as [shape, numbers ...] in pixels; only read, VIA's own form is written.

Of a region's attributes one is the class, as in `via`; the others are kept for it. Parts of videos stay out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from training.dataset.box import Rectangle
from training.dataset.dataset import AnnotationFileError
from training.dataset.formats.annotation_rows import AnnotationFile, AnnotationRow
from training.dataset.formats.csv_cells import BadCell
from training.dataset.formats.extras import TOO_MUCH, packed
from training.dataset.formats.format import NOT_THIS, Choices, Evidence, Format, Sureness
from training.dataset.formats.image_names import image_name, shortened
from training.dataset.formats.json_stream import BadJson, members, whole
from training.dataset.formats.readings import (
    ImageRows,
    number,
    rectangle,
    rectangle_around,
    rectangle_of_circle_through,
    rectangle_of_ellipse,
    rectangle_of_size,
)
from training.dataset.formats.split_names import split_in, split_of_folders
from training.dataset.formats.via import NAME as VIA
from training.dataset.formats.via_regions import class_attribute, class_in, others

_MOST_BYTES = 256 * 2**20
_UNNAMED = "object"
_PARTS = ("attribute", "file", "view")
_IMAGE = 2  # as the kind of a file
_TEXT = 1  # as the kind of an attribute; the values of others are numbers of options
_POINT, _RECTANGLE, _CIRCLE, _ELLIPSE = 1, 2, 3, 4
_SHAPES = {
    _RECTANGLE: "rect",
    _CIRCLE: "circle",
    _ELLIPSE: "ellipse",
    5: "line",
    6: "polyline",
    7: "polygon",
    8: "extreme rectangle",
    9: "extreme circle",
}
_OF_VIDEO = "a part of a video or a sound was left out: only images are read"


def recognise(place: Path) -> Evidence:
    """By its keys, as they come: other files may be very large."""
    found: set[str] = set()
    try:
        for key, value in members(place):
            if key not in ("project", "config", "metadata", *_PARTS) or not isinstance(value, dict):
                return NOT_THIS
            found.add(key)
            if {"project", "attribute"} <= found or found.issuperset(_PARTS):
                return Evidence(Sureness.SURE, (f"it has {', '.join(sorted(found))}, as projects of VIA 3",))
    except BadJson:
        pass
    return NOT_THIS


def read(place: Path, file: AnnotationFile, choices: Choices) -> Iterator[AnnotationRow]:
    file.unit = "region"
    try:
        content = whole(place, _MOST_BYTES)
    except BadJson as error:
        raise AnnotationFileError(place, str(error)) from error
    if not isinstance(content, dict) or not all(isinstance(content.get(part), dict) for part in _PARTS):
        raise AnnotationFileError(place, f"expected {', '.join(_PARTS)} and metadata, as projects of VIA 3 have them")
    yield from _Project(content, file, choices).rows(split_in(place.name) or split_of_folders(f"{place.parent.name}/x"))


class _Project:
    def __init__(self, content: Mapping[str, Any], file: AnnotationFile, choices: Choices) -> None:
        self._file = file
        self._files, self._views = _objects(content["file"]), _objects(content["view"])
        self._attributes = _objects(content["attribute"])
        metadata = content.get("metadata")
        self._said = _objects(metadata if isinstance(metadata, dict) else {})
        self._of_images: dict[str, dict[str, Any]] = {}
        for one in self._said.values():
            if not one.get("xy") and not one.get("z"):
                self._of_images.setdefault(str(one.get("vid")), {}).update(self._named(one.get("av")))
        regions = [self._named(one.get("av")) for one in self._said.values() if one.get("xy")]
        self._class = class_attribute(regions)
        self._unnamed = choices.class_names[0] if choices.class_names else _UNNAMED
        for attribute in self._attributes.values():
            if attribute.get("aname") == self._class:
                file.classes.extend(name for name in map(str.strip, _options(attribute).values()) if name)

    def rows(self, split: Any) -> Iterator[AnnotationRow]:
        images = {view: rows for view in self._views if (rows := self._image(view, split)) is not None}
        lines: dict[str, int] = {}
        for line, said in enumerate(self._said.values(), start=1):
            view = str(said.get("vid"))
            lines.setdefault(view, line)
            if view not in images or said.get("z"):
                self._file.leave_out(line, _OF_VIDEO)
            elif said.get("xy"):
                yield from self._region(images[view], line, said)
        for at, (view, rows) in enumerate(images.items(), start=1):
            if not rows.count:
                yield rows.nothing(lines.get(view, at))

    def _image(self, view: str, split: Any) -> ImageRows | None:
        """None for what shows no image."""
        shown = self._views[view].get("fid_list")
        files = [self._files.get(str(one), {}) for one in shown] if isinstance(shown, list) else []
        if [one.get("type") for one in files] != [_IMAGE]:
            return None
        try:
            name = image_name(files[0].get("fname") or files[0].get("src"))
        except BadCell as error:
            self._file.report_at(None, f"view {shortened(view)}: {error}")
            return None
        fields = self._of_images.get(view)
        extra = packed(VIA, {"file_attributes": fields} if fields else {})
        return ImageRows(self._file, name, split=split, extra=extra)

    def _region(self, rows: ImageRows, line: int, said: Mapping[str, Any]) -> Iterator[AnnotationRow]:
        attributes = self._named(said.get("av"))
        try:
            label = self._unnamed if self._class is None else class_in(attributes, self._class)
            box, kind = _box(said["xy"])
        except BadCell as error:
            rows.refuse()
            self._file.report_at(line, str(error))
            return
        kept = others(attributes, self._class)
        row = rows.box(line, label, box, packed(VIA, kept))
        if kept and not row.extra:
            self._file.note_often(row, TOO_MUCH)
        if self._class is None:
            self._file.note_often(row, f"the region has no class; it became {self._unnamed!r}")
        if kind != _SHAPES[_RECTANGLE]:
            self._file.note_often(row, f"{kind}: the box around it was taken")
        yield row

    def _named(self, values: Any) -> dict[str, Any]:
        """Attributes by their names: what is written, or the options that are chosen."""
        named: dict[str, Any] = {}
        for key, value in values.items() if isinstance(values, dict) else ():
            attribute = self._attributes.get(key, {})
            name = attribute.get("aname")
            if not isinstance(name, str) or not isinstance(value, str):
                continue
            options = _options(attribute)
            chosen = [options[one] for one in value.split(",") if one in options]
            if attribute.get("type") == _TEXT or not options:
                named[name] = value
            elif chosen:
                named[name] = chosen[0] if len(chosen) == 1 else dict.fromkeys(chosen, True)
        return named


def _options(attribute: Mapping[str, Any]) -> dict[str, str]:
    options = attribute.get("options")
    return {key: text for key, text in options.items() if isinstance(text, str)} if isinstance(options, dict) else {}


def _objects(entries: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {key: value for key, value in entries.items() if isinstance(value, dict)}


def _box(shape: Any) -> tuple[Rectangle, str]:
    if not isinstance(shape, list) or not isinstance(shape[0], int) or shape[0] not in _SHAPES:
        is_point = isinstance(shape, list) and shape[0] == _POINT
        raise BadCell("a point has no box" if is_point else f"{shortened(shape)} is no shape of VIA 3")
    values = [number("the shape", value) for value in shape[1:]]
    kind = _SHAPES[shape[0]]
    points = list(zip(values[::2], values[1::2], strict=False))
    if kind == "extreme circle" and len(points) == 3:
        return rectangle_of_circle_through(points), kind
    if shape[0] not in (_RECTANGLE, _CIRCLE, _ELLIPSE):
        return rectangle_around(points), kind
    if len(values) != (3 if shape[0] == _CIRCLE else 4):
        raise BadCell(f"{shortened(shape)}: expected another number of numbers")
    x, y, across, *down = values
    if shape[0] == _RECTANGLE:
        return rectangle_of_size(x, y, across, down[0]), kind
    if shape[0] == _CIRCLE:
        return rectangle(x - across, y - across, x + across, y + across), kind
    return rectangle_of_ellipse(x, y, across, down[0]), kind


FORMAT = Format(name="via3", title="VIA 3 project", recognise=recognise, read=read, write=None, suffixes=(".json",))
