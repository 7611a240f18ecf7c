"""COCO JSON: images, categories and annotations in one file, boxes as [x, y, width, height] in pixels; also results.

A file of results is a list of boxes with scores; images and categories are in another file, the companion. Annotations
without a box get the one around their polygons. Fields that are not COCO's own are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from training.dataset.box import Rectangle
from training.dataset.dataset import AnnotationFileError
from training.dataset.formats.annotation_rows import AnnotationFile, AnnotationRow
from training.dataset.formats.coco_writing import NAME, OWN_OF_ANNOTATIONS, OWN_OF_IMAGES, write
from training.dataset.formats.csv_cells import BadCell
from training.dataset.formats.extras import OF_CLASSES, TOO_MUCH, packed
from training.dataset.formats.format import NOT_THIS, Choices, Evidence, Format, Sureness
from training.dataset.formats.image_names import image_name, shortened
from training.dataset.formats.json_stream import LIST_BEGINS, BadJson, members
from training.dataset.formats.readings import (
    ImageRows,
    class_name,
    number,
    numbers,
    rectangle_around,
    rectangle_of_size,
    size,
)
from training.dataset.formats.split_names import split_in, split_of_folders

_LISTS = ("images", "annotations", "categories")
_FIELDS = {"images": {"id", "file_name"}, "annotations": {"id", "image_id", "category_id"}}
_FILES_BESIDE = 50
_MOST_OF_LIST = 10_000  # of entries that are nothing to us
_LONGEST_FIELD = 500_000  # characters: the categories of LVIS are 300,000
_ENTRIES_AT_ONCE = 1000
_SHAPES = ("segmentation", "keypoints")


def recognise(place: Path) -> Evidence:
    found: set[str] = set()
    try:
        for key, value in members(place):
            if key == "" and isinstance(value, dict):
                return _recognise_results(place, value)
            if key in _FIELDS and isinstance(value, dict) and value.keys() >= _FIELDS[key]:
                return Evidence(Sureness.SURE, (f"it has the list {key}, whose first entry is one of COCO",))
            if key in _LISTS:
                found.add(key)
            if len(found) == 2:
                return Evidence(Sureness.SURE, (f"it has the lists {' and '.join(sorted(found))}",))
    except BadJson:
        pass
    return Evidence(Sureness.LIKELY, (f"it has the list {found.pop()}",)) if found else NOT_THIS


def _recognise_results(place: Path, first: Mapping[str, Any]) -> Evidence:
    if not {"image_id", "category_id", "bbox"} <= first.keys():
        return NOT_THIS
    reasons = ["it is a list of boxes with image_id, category_id and bbox: COCO results"]
    companion = _companion(place, first["image_id"])
    if companion is None:
        question = "which COCO file has the images and categories that these results speak of?"
        return Evidence(Sureness.SURE, tuple(reasons), (question,))
    reasons.append(f"{companion.name} has the images")
    return Evidence(Sureness.SURE, tuple(reasons), choices=Choices(companion=companion))


def read(place: Path, file: AnnotationFile, choices: Choices) -> Iterator[AnnotationRow]:
    evidence = recognise(place) if choices.companion is None and _is_list(place) else NOT_THIS
    if evidence.questions:
        raise AnnotationFileError(
            place, "the file has results only; the COCO file with their images is needed beside it"
        )
    yield from _Reading(place, file).rows(place, choices.companion or evidence.choices.companion)


class _Reading:
    def __init__(self, place: Path, file: AnnotationFile) -> None:
        file.unit = "annotation"
        self._file = file
        self._split = split_in(place.name) or split_of_folders(f"{place.parent.name}/x")
        self._images: dict[object, ImageRows] = {}
        self._categories: dict[object, str] = {}
        self._category_fields: dict[str, Any] = {}
        self._fields: dict[str, Any] = {}
        self._waiting: list[tuple[int, dict[str, Any]]] = []
        self._count = 0
        self._known: set[str] = set()
        self._is_whole = True

    def rows(self, place: Path, companion: Path | None) -> Iterator[AnnotationRow]:
        """Annotations before the images and categories wait for them."""
        try:
            if companion is not None:
                for _ in self._members(companion, take_annotations=False):
                    pass
            yield from self._members(place, take_annotations=True)
        except BadJson as error:
            if not (self._waiting or self._images):
                raise AnnotationFileError(place, str(error)) from error
            self._file.report_at(None, f"{error}; what stands before that is read")
            self._is_whole = False
        for count, entry in self._waiting:
            row = self._row(count, entry)
            if row is not None:
                yield row
        self._waiting.clear()
        for at, rows in enumerate(self._images.values(), start=1):
            if not rows.count and self._is_whole:
                yield rows.nothing(at)
        self._tell_fields()

    def _members(self, path: Path, take_annotations: bool) -> Iterator[AnnotationRow]:
        for entry, (key, value) in enumerate(members(path)):
            if entry % _ENTRIES_AT_ONCE == 0:
                self._file.still_reading(len(self._waiting))
            if value is LIST_BEGINS:
                self._known.add(key)
                if key and key not in _LISTS:
                    self._fields.setdefault(key, [])
            elif key == "images":
                self._image(value)
            elif key == "categories":
                self._category(value)
            elif key in ("annotations", ""):
                if take_annotations:
                    self._is_whole = self._is_whole and key in self._known  # no list says nothing about any image
                    row = self._annotation(value)
                    if row is not None:
                        yield row
            elif key not in self._known:
                self._fields[key] = value
            elif isinstance(self._fields[key], list) and len(self._fields[key]) <= _MOST_OF_LIST:
                self._fields[key].append(value)
        if take_annotations and not self._known & set(_LISTS) and not self._images:
            raise BadJson("expected the lists images, annotations and categories")

    def _image(self, entry: Any) -> None:
        try:
            if not isinstance(entry, dict):
                raise BadCell(f"expected an image with id and file_name, got {shortened(entry)}")
            key = _key(entry.get("id"))
            if key in self._images:
                raise BadCell(f"there is an image with the id {shortened(key)} already; boxes go to that one")
            name = image_name(entry.get("file_name"))
        except BadCell as error:
            self._file.report_at(None, f"images, entry {len(self._images) + 1}: {error}")
            return
        extra = {key: value for key, value in entry.items() if key not in OWN_OF_IMAGES}
        width, height = size(entry.get("width")), size(entry.get("height"))
        if isinstance(key, int):
            extra["id"] = key
        rows = ImageRows(self._file, name, width, height, self._split, extra=packed(NAME, extra))
        if extra and not rows.extra:
            self._file.note_at(None, f"{name}: {TOO_MUCH}")
        self._images[key] = rows

    def _category(self, entry: Any) -> None:
        try:
            if not isinstance(entry, dict):
                raise BadCell(f"expected a category with id and name, got {shortened(entry)}")
            key, name = _key(entry.get("id")), class_name(entry.get("name"))
        except BadCell as error:
            self._file.report_at(None, f"categories, entry {len(self._categories) + 1}: {error}")
            return
        if key in self._categories:
            return
        self._categories[key] = name
        if name not in self._category_fields:
            self._file.classes.append(name)
            self._category_fields[name] = {field: value for field, value in entry.items() if field != "name"}

    def _annotation(self, entry: Any) -> AnnotationRow | None:
        self._count += 1
        if not isinstance(entry, dict):
            self._file.report_at(self._count, f"expected an annotation, got {shortened(entry)}")
        elif self._images and self._categories:
            return self._row(self._count, entry)
        else:
            self._waiting.append((self._count, _without_shapes(entry)))
        return None

    def _row(self, count: int, entry: dict[str, Any]) -> AnnotationRow | None:
        rows: ImageRows | None = None
        try:
            rows = self._images.get(_key(entry.get("image_id")))
            if rows is None:
                raise BadCell(f"there is no image with the id {shortened(entry.get('image_id'))}")
            label = self._categories.get(_key(entry.get("category_id")))
            if label is None:
                raise BadCell(f"there is no category with the id {shortened(entry.get('category_id'))}")
            box, is_around = _box(entry)
            fields = _own_fields(entry)
            row = rows.box(count, label, box, packed(NAME, fields))
        except BadCell as error:
            self._file.report_at(count, str(error))
            if rows is not None:
                rows.refuse()
            return None
        if is_around or entry.get("segmentation"):
            self._file.note_often(row, "its polygon is not kept; the box is")
        if fields and not row.extra:
            self._file.note_often(row, TOO_MUCH)
        if "score" in entry:
            self._file.note_often(row, "its score is not kept")
        return row

    def _tell_fields(self) -> None:
        """Each by itself: one that can't be kept takes none of the others with it."""
        kept = {}
        for key, value in {**self._fields, OF_CLASSES: self._category_fields}.items():
            is_short = not isinstance(value, list) or len(value) <= _MOST_OF_LIST
            if is_short and packed(NAME, {key: value}, _LONGEST_FIELD):
                kept[key] = value
            else:
                self._file.note_at(None, f"its field {shortened(key)} is too long to be kept")
        self._file.extra = packed(NAME, kept, len(kept) * _LONGEST_FIELD)


def _box(entry: Mapping[str, Any]) -> tuple[Rectangle, bool]:
    """And whether it is the one around polygons."""
    if entry.get("bbox") is not None:
        return rectangle_of_size(*numbers("bbox", entry["bbox"], 4)), False
    shapes = entry.get("segmentation")
    if not isinstance(shapes, list) or not all(isinstance(shape, list) for shape in shapes):
        raise BadCell("it has no bbox")
    points: list[tuple[float, float]] = []
    for shape in shapes:
        flat = [number("segmentation", value) for value in shape]
        points.extend(zip(flat[::2], flat[1::2], strict=False))
    return rectangle_around(points), True


def _without_shapes(entry: dict[str, Any]) -> dict[str, Any]:
    """What is kept of one that waits: polygons and keypoints are most of a file, and its box says where it is."""
    if entry.get("bbox") is not None:
        has_polygon = bool(entry.get("segmentation"))
        for key in _SHAPES:
            entry.pop(key, None)
        if has_polygon:
            entry["segmentation"] = True
    return entry


def _own_fields(entry: dict[str, Any]) -> dict[str, Any]:
    """What COCO does not know, and what is not as usual."""
    extra = {}
    if not entry.keys() <= OWN_OF_ANNOTATIONS:
        extra = {key: entry[key] for key in entry if key not in OWN_OF_ANNOTATIONS}
    if entry.get("iscrowd") == 1:
        extra["iscrowd"] = 1
    return extra


def _key(value: object) -> object:
    """Ids are numbers of any length, or texts; 7 and "7" are one."""
    if type(value) is int:
        return value
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise BadCell(f"the id: expected a number, got {shortened(value)}")
    if isinstance(value, str) and value.isdecimal() and value.isascii() and len(value) < 30:
        return int(value)
    return value


def _is_list(place: Path) -> bool:
    """As results are. A broken file is found to be so when it is read."""
    try:
        return next((key == "" for key, _ in members(place)), False)
    except BadJson:
        return False


def _companion(place: Path, image_id: object) -> Path | None:
    """The file beside that has an image of that id; a file of results says nothing about it."""
    for path in sorted(place.parent.glob("*.json"))[:_FILES_BESIDE]:
        if path != place and _has_image(path, image_id):
            return path
    return None


def _has_image(path: Path, image_id: object) -> bool:
    try:
        for key, value in members(path):
            if key == "" and value is not LIST_BEGINS:
                return False
            if key == "images" and isinstance(value, dict) and value.get("id") == image_id:
                return True
    except BadJson:
        pass
    return False


FORMAT = Format(
    name=NAME,
    title="COCO JSON",
    recognise=recognise,
    read=read,
    write=write,
    file_name="annotations.json",
    suffixes=(".json",),
)
