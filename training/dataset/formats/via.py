"""VIA JSON: annotations of VIA 1 and 2, and projects of VIA 2; boxes as [x, y, width, height] in pixels.

Of a region's attributes one is the class; the others are kept. Other shapes become the box around them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from training.dataset import safe_files
from training.dataset.box import Box
from training.dataset.dataset import AnnotationFileError, Dataset, LabelledImage
from training.dataset.formats.annotation_rows import AnnotationFile, AnnotationRow
from training.dataset.formats.csv_cells import BadCell
from training.dataset.formats.extras import packed, unpacked
from training.dataset.formats.format import NOT_THIS, Choices, Evidence, Format, Sureness, WriteChoices, Written
from training.dataset.formats.image_names import image_name, shortened
from training.dataset.formats.json_stream import BadJson, members, whole
from training.dataset.formats.losses import losses
from training.dataset.formats.readings import ImageRows
from training.dataset.formats.split_names import split_in, split_of_folders
from training.dataset.formats.via_regions import box_of, class_attribute, class_in, others

NAME = "via"
_MOST_BYTES = 256 * 2**20
_CLASS = "label"
_UNNAMED = "object"


def recognise(place: Path) -> Evidence:
    try:
        if not _looks_like_via(place):
            return NOT_THIS
        images = _images(whole(place, _MOST_BYTES))
    except (BadJson, BadCell):
        return NOT_THIS
    reasons = (f"it has {len(images)} images with filename, size and regions, as VIA writes them",)
    key = class_attribute(_attributes(images))
    if key is None and any(_regions(image) for image in images):
        return Evidence(Sureness.SURE, (*reasons, f"no region has a class; all become {_UNNAMED!r}"))
    return Evidence(Sureness.SURE, (*reasons, f"the attribute {key!r} of the regions is taken for the class"))


def _looks_like_via(place: Path) -> bool:
    """By its first member: other files may be very large. Raises BadJson."""
    for key, value in members(place):
        return key.startswith("_via") or (isinstance(value, dict) and "filename" in value and "regions" in value)
    return False


def read(place: Path, file: AnnotationFile, choices: Choices) -> Iterator[AnnotationRow]:
    file.unit = "image"
    try:
        content = whole(place, _MOST_BYTES)
        images = _images(content)
    except (BadJson, BadCell) as error:
        raise AnnotationFileError(place, str(error)) from error
    key = class_attribute(_attributes(images))
    file.classes.extend(_options(content, key))
    unnamed = choices.class_names[0] if choices.class_names else _UNNAMED
    split = split_in(place.name) or split_of_folders(f"{place.parent.name}/x")
    for count, image in enumerate(images, start=1):
        try:
            extra = {name: image[name] for name in ("file_attributes",) if image.get(name)}
            rows = ImageRows(file, image_name(image.get("filename")), split=split, extra=packed(NAME, extra))
        except BadCell as error:
            file.report_at(count, str(error))
            continue
        yield from _rows(rows, count, _regions(image), key, unnamed)


def _rows(rows: ImageRows, line: int, regions: list[Any], key: str | None, unnamed: str) -> Iterator[AnnotationRow]:
    for region in regions:
        try:
            if not isinstance(region, dict):
                raise BadCell(f"expected a region, got {shortened(region)}")
            attributes = region.get("region_attributes")
            label = unnamed if key is None else class_in(attributes, key)
            shape = region.get("shape_attributes")
            row = rows.box(line, label, box_of(shape), packed(NAME, others(attributes, key)))
        except BadCell as error:
            rows.refuse()
            rows.into.report_at(line, str(error))
            continue
        if key is None:
            rows.into.note_often(row, f"the region has no class; it became {unnamed!r}")
        if isinstance(shape, dict) and shape.get("name") != "rect":
            rows.into.note_often(row, f"{shape.get('name')}: the box around it was taken")
        yield row
    if not rows.count:
        yield rows.nothing(line)


def _images(content: Any) -> list[dict[str, Any]]:
    """Raises BadCell when it is none of VIA's."""
    if isinstance(content, dict) and isinstance(content.get("_via_img_metadata"), dict):
        content = content["_via_img_metadata"]
    elif not isinstance(content, dict) or not content:
        raise BadCell("expected images with filename and regions, as VIA writes them")
    images = list(content.values())
    if not all(isinstance(image, dict) and "filename" in image and "regions" in image for image in images):
        raise BadCell("expected images with filename and regions, as VIA writes them")
    return images


def _regions(image: Mapping[str, Any]) -> list[Any]:
    """VIA 1 has them by number, VIA 2 in a list."""
    regions = image.get("regions")
    return list(regions.values()) if isinstance(regions, dict) else regions if isinstance(regions, list) else []


def _attributes(images: list[dict[str, Any]]) -> Iterator[Any]:
    for image in images:
        for region in _regions(image):
            yield region.get("region_attributes") if isinstance(region, dict) else None


def _options(content: Any, key: str | None) -> list[str]:
    """The classes that a project offers for choice, in its order."""
    regions = content.get("_via_attributes", {}) if isinstance(content, dict) else {}
    known = regions.get("region") if isinstance(regions, dict) else None
    known = known if isinstance(known, dict) else {}
    attribute = known.get(key or next(iter(known), ""))
    options = attribute.get("options") if isinstance(attribute, dict) else None
    return [name.strip() for name in options if name.strip()] if isinstance(options, dict) else []


def write(dataset: Dataset, place: Path, choices: WriteChoices) -> Written:
    """A project of VIA 2, which its newest versions open."""
    images = {}
    for image in choices.each(dataset.images):
        length = length_of(choices.images, image.filename)
        images[f"{image.filename}{length}"] = _entry(image, length)
    options = dict.fromkeys(dataset.classes, "")
    content = {
        "_via_settings": {"project": {"name": place.stem}},
        "_via_img_metadata": images,
        "_via_attributes": {"region": {_CLASS: {"type": "dropdown", "options": options}}, "file": {}},
        "_via_data_format_version": "2.0.10",
        "_via_image_id_list": list(images),
    }
    safe_files.write_text(place, json.dumps(content, ensure_ascii=False) + "\n")
    return Written((place,), tuple(losses(dataset, "VIA JSON", negatives=True, class_order=True, extras_of=NAME)))


def length_of(images: Path | None, filename: str) -> int:
    """Bytes of the file, by which VIA knows it again; -1 as VIA itself writes where it does not know."""
    try:
        return -1 if images is None else (images / filename).stat().st_size
    except OSError:
        return -1


def _entry(image: LabelledImage, length: int) -> dict[str, Any]:
    regions = [{"shape_attributes": shape_of(box), "region_attributes": attributes_of(box)} for box in image.boxes]
    return {
        "filename": image.filename,
        "size": length,
        "regions": regions,
        "file_attributes": file_attributes(image),
    }


def file_attributes(image: LabelledImage) -> Any:
    return unpacked(image.extra, NAME).get("file_attributes", {})


def shape_of(box: Box) -> dict[str, Any]:
    width, height = round(box.width, 4) or box.width, round(box.height, 4) or box.height
    return {"name": "rect", "x": round(box.xmin, 4), "y": round(box.ymin, 4), "width": width, "height": height}


def attributes_of(box: Box) -> dict[str, Any]:
    """The class first: of several names that may mean it, readers take the first."""
    return {_CLASS: box.label} | {key: value for key, value in unpacked(box.extra, NAME).items() if key != _CLASS}


FORMAT = Format(
    name=NAME,
    title="VIA JSON",
    recognise=recognise,
    read=read,
    write=write,
    file_name="via_project.json",
    suffixes=(".json",),
)
