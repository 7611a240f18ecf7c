"""Writes COCO JSON, one entry a line; ids that came with a file stay."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from training.dataset import safe_files
from training.dataset.box import Box
from training.dataset.dataset import Dataset, LabelledImage
from training.dataset.formats.extras import OF_CLASSES, unpacked
from training.dataset.formats.format import WriteChoices, Written
from training.dataset.formats.losses import losses

NAME = "coco"
OWN_OF_IMAGES = frozenset({"id", "file_name", "width", "height"})
OWN_OF_ANNOTATIONS = frozenset(
    {"id", "image_id", "category_id", "bbox", "area", "iscrowd", "segmentation", "score", "keypoints", "num_keypoints"}
)


def write(dataset: Dataset, place: Path, choices: WriteChoices) -> Written:
    fields = unpacked(dataset.extra, NAME)
    categories = _categories(dataset.classes, fields.pop(OF_CLASSES, {}))
    with safe_files.replacing(place) as beside, beside.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_text(dataset, fields, categories, choices))
    return Written((place,), tuple(losses(dataset, "COCO JSON", negatives=True, class_order=True, extras_of=NAME)))


def _text(
    dataset: Dataset, fields: dict[str, Any], categories: list[dict[str, Any]], choices: WriteChoices
) -> Iterator[str]:
    """`info` and `licenses` first: pycocotools wants info to be there."""
    yield '{"info": ' + _json(fields.pop("info", {"description": "boxes drawn with Boxwright"}))
    yield ',\n"licenses": ' + _json(fields.pop("licenses", []))
    for key, value in fields.items():
        if key not in ("images", "annotations", "categories"):
            yield f",\n{_json(key)}: {_json(value)}"
    ids = _image_ids(dataset.images)
    yield from _list("categories", categories)
    yield from _list("images", (_image(image, number) for image, number in zip(dataset.images, ids, strict=True)))
    numbers = {category["name"]: category["id"] for category in categories}
    yield from _list("annotations", _annotations(choices.each(dataset.images), ids, numbers))
    yield "\n}\n"


def _list(key: str, entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield f',\n"{key}": ['
    for count, entry in enumerate(entries):
        yield (",\n" if count else "\n") + _json(entry)
    yield "\n]"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _categories(names: Iterable[str], known: Any) -> list[dict[str, Any]]:
    """In the dataset's order, with the ids they came with; others get the next ones."""
    known = known if isinstance(known, dict) else {}
    entries = {name: fields for name, fields in known.items() if isinstance(fields, dict)}
    names = list(names)
    ids = _distinct([entries.get(name, {}).get("id") for name in names])
    return [
        {"id": number, "name": name, **{key: value for key, value in entries.get(name, {}).items() if key != "id"}}
        for name, number in zip(names, ids, strict=True)
    ]


def _image_ids(images: Iterable[LabelledImage]) -> list[int]:
    return _distinct([unpacked(image.extra, NAME).get("id") for image in images])


def _distinct(wanted: list[Any]) -> list[int]:
    """The first that wants a number gets it, the others the next ones after the largest."""
    numbers = [number if isinstance(number, int) and not isinstance(number, bool) else None for number in wanted]
    taken: set[int] = set()
    following = max((number for number in numbers if number is not None), default=0) + 1
    given = []
    for number in numbers:
        if number is None or number in taken:
            number, following = following, following + 1
        taken.add(number)
        given.append(number)
    return given


def _image(image: LabelledImage, number: int) -> dict[str, Any]:
    entry = {"id": number, "file_name": image.filename, "width": image.width, "height": image.height}
    return entry | {key: value for key, value in unpacked(image.extra, NAME).items() if key not in entry}


def _annotations(
    images: Iterable[LabelledImage], ids: list[int], categories: Mapping[str, int]
) -> Iterator[dict[str, Any]]:
    count = 0
    for image, image_id in zip(images, ids, strict=True):
        for box in image.boxes:
            count += 1
            yield _annotation(box, count, image_id, categories[box.label])


def _annotation(box: Box, count: int, image_id: int, category_id: int) -> dict[str, Any]:
    bbox = [_plain(box.xmin), _plain(box.ymin), _plain(box.width), _plain(box.height)]
    entry: dict[str, Any] = {"id": count, "image_id": image_id, "category_id": category_id, "bbox": bbox}
    entry |= {"area": _plain(box.area), "iscrowd": 0, "segmentation": []}
    return entry | unpacked(box.extra, NAME) if box.extra else entry


def _plain(value: float) -> float:
    """At most three decimals, and none for a whole number; but a box always has an inside."""
    rounded = round(value, 3) or value
    return int(rounded) if rounded == int(rounded) else rounded
