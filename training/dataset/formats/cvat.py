"""CVAT XML 1.1, for images and for a video: one file, boxes as xtl, ytl, xbr, ybr in pixels. Written for images.

See `cvat_shapes` for what shapes and tracks become.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from training.dataset import safe_files
from training.dataset.dataset import AnnotationFileError, Dataset, LabelledImage, Split
from training.dataset.formats.annotation_rows import AnnotationFile, AnnotationRow
from training.dataset.formats.csv_cells import BadCell, written_number
from training.dataset.formats.cvat_shapes import NAME, rows_of_image, rows_of_track
from training.dataset.formats.extras import unpacked
from training.dataset.formats.file_places import that_xml_can_name
from training.dataset.formats.format import NOT_THIS, Choices, Evidence, Format, Sureness, WriteChoices, Written
from training.dataset.formats.losses import losses
from training.dataset.formats.readings import size
from training.dataset.formats.safe_xml import BadXml, elements, escaped, root_tag, text

_MOST_BYTES = 4 * 2**30
_SUBSETS = {Split.TRAIN: "train", Split.VALIDATION: "validation", Split.TEST: "test"}


def recognise(place: Path) -> Evidence:
    if root_tag(place) != "annotations":
        return NOT_THIS
    try:
        for element in elements(place, frozenset({"image", "track"}), _MOST_BYTES):
            if element.tag == "image":
                return Evidence(Sureness.SURE, ("it is XML with <image> elements in <annotations>, as CVAT writes it",))
            if element.tag == "track":
                reason = "it is XML with <track> elements in <annotations>, as CVAT writes it for a video"
                return Evidence(Sureness.SURE, (reason,))
    except BadXml:
        pass
    return Evidence(Sureness.LIKELY, ("it is XML with the root <annotations>, as CVAT writes it",))


def read(place: Path, file: AnnotationFile, choices: Choices) -> Iterator[AnnotationRow]:  # noqa: ARG001
    file.unit = "element"
    count, of_frames = 0, (0, 0)
    try:
        found = elements(place, frozenset({"image", "label", "track", "original_size"}), _MOST_BYTES)
        root = next(found)
        if root.tag != "annotations":
            raise BadXml(f"expected <annotations>, got <{root.tag}>")
        for element in found:
            count += 1
            if element.tag == "label" and (name := (text(element, "name") or "").strip()):
                count -= 1
                file.classes.append(name)
            elif element.tag == "original_size":
                count -= 1
                of_frames = size(text(element, "width")), size(text(element, "height"))
            elif element.tag == "track":
                yield from rows_of_track(element, count, file, of_frames)
            elif element.tag == "image":
                yield from rows_of_image(element, count, file)
    except BadXml as error:
        if not count:
            raise AnnotationFileError(place, str(error)) from error
        file.report_at(None, f"{error}; what stands before that is read")


def write(dataset: Dataset, place: Path, choices: WriteChoices) -> Written:
    dataset, unnamed = that_xml_can_name(dataset)
    with safe_files.replacing(place) as beside, beside.open("w", encoding="utf-8", newline="\n") as file:
        try:
            file.writelines(f"{line}\n" for line in _lines(dataset, choices))
        except BadCell as error:
            raise AnnotationFileError(place, f"{error}; nothing was written") from error
    said = losses(dataset, "CVAT XML", negatives=True, splits=True, own_classes=True, class_order=True, extras_of=NAME)
    return Written((place,), (*unnamed.values(), *said), frozenset(unnamed))


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
    title="CVAT XML",
    recognise=recognise,
    read=read,
    write=write,
    file_name="annotations.xml",
    suffixes=(".xml",),
)
