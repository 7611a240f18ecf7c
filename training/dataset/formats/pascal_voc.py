"""Pascal VOC: an XML file for each image, as labelImg and many others write them; ImageSets/Main tells the splits.

Numbers are taken as they are. The place is one file, or a folder with the files somewhere in it.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from training.dataset.box import Rectangle
from training.dataset.dataset import Split
from training.dataset.formats.annotation_rows import AnnotationFile, AnnotationRow
from training.dataset.formats.csv_cells import BadCell
from training.dataset.formats.extras import TOO_MUCH, packed
from training.dataset.formats.format import NOT_THIS, Choices, Evidence, Format, Sureness
from training.dataset.formats.image_names import image_name, shortened
from training.dataset.formats.pascal_voc_writing import ANNOTATIONS, IMAGE_SETS, write
from training.dataset.formats.readings import (
    ImageRows,
    class_name,
    files_below,
    folder_of,
    number,
    rectangle_of_size,
    rectangle_rotated,
    size,
    stem_of,
    text_of,
    without_folder,
)
from training.dataset.formats.safe_xml import BadXml, elements, root_tag, text
from training.dataset.formats.split_names import split_named, split_of_folders
from training.dataset.plain_files import read_text

NAME = "voc"
_MOST_BYTES = 64 * 2**20
_LOOKED_AT = 20
_MOST_OBJECTS = 100_000
_OF_BOX = ("name", "bndbox", "part", "robndbox", "polygon")
_OF_IMAGE = ("filename", "folder", "path", "size", "object")
_USUAL = {"difficult": "0", "truncated": "0", "pose": "Unspecified", "occluded": "0", "segmented": "0"}
_MARKS = frozenset({"1", "0", "-1"})  # lists of one class say whether it is on the image
_SHAPES = {"robndbox": "turned box", "polygon": "polygon"}
_TURNED = ("cx", "cy", "w", "h", "angle")
_EDGES = ("xmin", "ymin", "xmax", "ymax")


def recognise(place: Path) -> Evidence:
    seen = 0
    for count, (path, name) in enumerate(files_below(place, (".xml",))):
        if count == _LOOKED_AT:
            break
        seen += root_tag(path) == "annotation"
        if not place.is_dir() and not seen:
            return NOT_THIS
        if seen:
            return Evidence(Sureness.SURE, (f"{name} is XML with the root <annotation>",))
    return NOT_THIS


def read(place: Path, file: AnnotationFile, choices: Choices) -> Iterator[AnnotationRow]:  # noqa: ARG001
    file.unit = "object"
    splits = _splits(place)
    for path, name in files_below(place, (".xml",), file):
        try:
            yield from _read_file(path, name if place.is_dir() else "", file, splits)
        except (BadXml, BadCell) as error:
            file.report_at(None, str(error), name)


def _read_file(path: Path, name: str, file: AnnotationFile, splits: Mapping[str, Split]) -> Iterator[AnnotationRow]:
    """Its objects come after everything about the image, wherever they stand; those before a break are kept."""
    objects: list[Element] = []
    found = elements(path, frozenset({"object"}), _MOST_BYTES)
    broken: BadXml | None = None
    root = next(found)
    if root.tag != "annotation":
        raise BadXml(f"expected <annotation>, got <{root.tag}>")
    try:
        for element in found:
            if len(objects) == _MOST_OBJECTS:
                raise BadXml(f"it has more than {_MOST_OBJECTS} objects")
            objects.append(_copied(element))
    except BadXml as error:
        broken = error
        if not objects:
            raise
    rows = _image_rows(root, path, name, file, splits)
    if root.find("size") is not None and not (rows.width and rows.height):
        stated = f"{shortened(text(root, 'size/width'))} x {shortened(text(root, 'size/height'))}"
        file.note_at(None, f"it says that its image is {stated}; the image's own size is taken", name)
    for line, element in enumerate(objects, start=1):
        try:
            yield _row(rows, line, element)
        except BadCell as error:
            file.report_at(line, str(error), name)
    if broken:
        file.report_at(None, f"{broken}; what stands before that is read", name)
    elif not objects:
        yield rows.nothing(1)


def _copied(element: Element) -> Element:
    """The reader empties what it gave."""
    copy = Element(element.tag)
    copy.extend(list(element))
    return copy


def _image_rows(root: Element, path: Path, name: str, file: AnnotationFile, splits: Mapping[str, Split]) -> ImageRows:
    place = without_folder(name, ANNOTATIONS) or path.name
    own_name = stem_of(place)
    given = text(root, "filename")
    # labelImg writes names without suffix for some.
    filename = image_name(given, folder_of(place)) if given and given.strip() else own_name
    extra = _fields(root, _OF_IMAGE)
    if extra.get("source") == {"database": "Unknown"}:  # as labelImg writes everywhere
        del extra["source"]
    if root.get("verified"):
        extra["verified"] = root.get("verified")
    return ImageRows(
        file,
        filename,
        size(text(root, "size/width")),
        size(text(root, "size/height")),
        splits.get(own_name.strip()) or split_of_folders(name),
        name,
        extra=packed(NAME, extra),
        own_name=own_name,
    )


def _row(rows: ImageRows, line: int, element: Element) -> AnnotationRow:
    label = class_name(text(element, "name"))
    fields = _fields(element, _OF_BOX)
    box, turned = element.find("bndbox"), element.find("robndbox")
    if box is not None:
        corners = [number(edge, _required(text(box, edge), edge)) for edge in _EDGES]
        row = rows.in_order(line, label, corners, packed(NAME, fields))
    elif turned is not None:
        fields.pop("type", None)  # it says that the box is turned
        row = rows.box(line, label, _around(turned), packed(NAME, fields))
    else:
        raise BadCell("expected <bndbox> with the edges of the box")
    for shape in ("robndbox", "polygon"):
        if element.find(shape) is not None:
            rows.into.note_often(row, f"{_SHAPES[shape]}: the box around it was taken")
    if element.find("part") is not None:
        rows.into.note_often(row, "its parts are not kept; the box is")
    if fields and not row.extra:
        rows.into.note_often(row, TOO_MUCH)
    return row


def _around(turned: Element) -> Rectangle:
    """As roLabelImg writes it: turned about its middle by an angle in radians."""
    x, y, width, height, angle = (number(part, _required(text(turned, part), part)) for part in _TURNED)
    box = rectangle_of_size(x - width / 2, y - height / 2, width, height)
    return rectangle_rotated(box, math.degrees(angle), (x, y))


def _required(value: str | None, edge: str) -> str:
    if value is None:
        raise BadCell(f"the box has no {edge}")
    return value


def _fields(element: Element, known: tuple[str, ...]) -> dict[str, Any]:
    """What stands there besides, as texts; what every writer puts there is left out."""
    fields: dict[str, Any] = {}
    for child in element:
        if not isinstance(child.tag, str) or child.tag in known:
            continue
        content = text_of((child.text or "").strip())
        below = _fields(child, ()) if len(child) else {}
        if below or (content and _USUAL.get(child.tag) != content):
            fields[child.tag] = below or content
    return fields


def _splits(place: Path) -> dict[str, Split]:
    """By the names without suffix that the lists in ImageSets/Main give."""
    splits: dict[str, Split] = {}
    marked: dict[str, Split] = {}
    folder = place if place.is_dir() else place.parent
    for above in (folder, folder.parent):
        if above == folder or folder.name == ANNOTATIONS:
            for path in sorted((above / IMAGE_SETS).glob("*.txt")):
                split = split_named(path.stem)
                with contextlib.suppress(OSError, UnicodeDecodeError):
                    names = read_text(path).split("\n") if split else []
                    splits.update({name.strip(): split for name in names if split and name.strip()})
                    marked.update({name: split for name in _without_marks(names) if split})
    return marked | splits


def _without_marks(lines: Iterable[str]) -> list[str]:
    """An image may be called "cat 1" itself: a mark is what stands on every line."""
    parts = [line.rsplit(maxsplit=1) for line in lines if line.strip()]
    return [part[0].strip() for part in parts] if all(len(part) == 2 and part[1] in _MARKS for part in parts) else []


FORMAT = Format(
    name=NAME,
    title="Pascal VOC XML",
    recognise=recognise,
    read=read,
    write=write,
    suffixes=(".xml",),
    in_folders=True,
)
