"""Writes Pascal VOC: Annotations/*.xml, and ImageSets/Main where there are splits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from training.dataset import safe_files
from training.dataset.box import Box
from training.dataset.dataset import AnnotationFileError, Dataset, LabelledImage, Split
from training.dataset.formats.csv_cells import BadCell, written_number
from training.dataset.formats.extras import unpacked
from training.dataset.formats.file_places import check_names, one_line_each, one_place_each, that_xml_can_name
from training.dataset.formats.format import WriteChoices, Written
from training.dataset.formats.losses import between_pixels, losses
from training.dataset.formats.safe_xml import escaped

ANNOTATIONS = "Annotations"
IMAGE_SETS = "ImageSets/Main"
_NAME = "voc"
_TITLE = "Pascal VOC"
_LISTS = {Split.TRAIN: "train.txt", Split.VALIDATION: "val.txt", Split.TEST: "test.txt"}


def write(dataset: Dataset, place: Path, choices: WriteChoices) -> Written:
    """All texts are made before the first file is written, so that what can't be held stops it."""
    check_names(dataset)
    dataset, unnamed = that_xml_can_name(dataset)
    places = one_place_each((image.filename for image in dataset.images), ".xml")
    texts = {f"{ANNOTATIONS}/{places[image.filename]}": _text(image) for image in dataset.images}
    for image in choices.each(dataset.images):
        name = f"{ANNOTATIONS}/{places[image.filename]}"
        safe_files.write_text(place / name, texts[name])
    lists, unlisted = _image_sets(dataset, places)
    for name, content in lists.items():
        safe_files.write_text(place / name, content)
    said = [*unnamed.values(), *unlisted, *losses(dataset, _TITLE, negatives=True, splits=True, extras_of=_NAME)]
    if count := between_pixels(dataset):
        said.append(f"{count} boxes have edges between pixels; programs that expect whole numbers may not read them.")
    return Written(tuple(place / name for name in (*texts, *lists)), tuple(said), frozenset(unnamed))


def _image_sets(dataset: Dataset, places: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    sets, said = {}, []
    for split, name in _LISTS.items():
        images, unlisted = one_line_each(image for image in dataset.images if image.split is split)
        said.extend(unlisted)
        if images:
            members = (places[image.filename].removesuffix(".xml") for image in images)
            sets[f"{IMAGE_SETS}/{name}"] = "".join(f"{member}\n" for member in members)
    return sets, said


def _text(image: LabelledImage) -> str:
    try:
        return "\n".join(_lines(image)) + "\n"
    except BadCell as error:
        raise AnnotationFileError(image.filename, f"{error}; nothing was written") from error


def _lines(image: LabelledImage) -> Iterable[str]:
    fields = unpacked(image.extra, _NAME)
    verified = fields.pop("verified", None)
    yield f'<annotation verified="{escaped(str(verified))}">' if verified else "<annotation>"
    folder, _, name = image.filename.rpartition("/")
    if folder:
        yield _element("folder", folder, 1)
    yield _element("filename", name, 1)
    yield from _fields({"source": {"database": "Unknown"}} | fields | {"segmented": fields.get("segmented", "0")}, 1)
    yield "\t<size>"
    for tag, value in (("width", image.width), ("height", image.height), ("depth", 3)):
        yield _element(tag, str(value), 2)
    yield "\t</size>"
    for box in image.boxes:
        yield from _object(box)
    yield "</annotation>"


def _object(box: Box) -> Iterable[str]:
    usual = {"pose": "Unspecified", "truncated": "0", "difficult": "0"}
    yield "\t<object>"
    yield _element("name", box.label, 2)
    yield from _fields(usual | unpacked(box.extra, _NAME), 2)
    yield "\t\t<bndbox>"
    for tag, edge in zip(("xmin", "ymin", "xmax", "ymax"), box.corners, strict=True):
        yield _element(tag, written_number(edge), 3)
    yield "\t\t</bndbox>"
    yield "\t</object>"


def _fields(fields: Mapping[str, Any], depth: int) -> Iterable[str]:
    for tag, value in fields.items():
        if not tag.isidentifier() or not tag.isascii():
            continue
        if isinstance(value, dict):
            yield "\t" * depth + f"<{tag}>"
            yield from _fields(value, depth + 1)
            yield "\t" * depth + f"</{tag}>"
        else:
            yield _element(tag, str(value), depth)


def _element(tag: str, content: str, depth: int) -> str:
    return "\t" * depth + f"<{tag}>{escaped(content)}</{tag}>"
