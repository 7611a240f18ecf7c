"""TFRecord of tf.train.Example as the TensorFlow Object Detection API has them, with label_map.pbtxt beside.

Boxes are in shares of the image. TensorFlow is not needed: see `tfrecord_framing` and `tfrecord_example`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from training.dataset import safe_files
from training.dataset.dataset import AnnotationFileError, Dataset, LabelledImage
from training.dataset.formats.annotation_rows import AnnotationFile, AnnotationRow
from training.dataset.formats.csv_cells import BadCell
from training.dataset.formats.extras import packed, unpacked
from training.dataset.formats.format import NOT_THIS, Choices, Evidence, Format, Sureness, WriteChoices, Written
from training.dataset.formats.image_names import image_name
from training.dataset.formats.losses import losses, without_size
from training.dataset.formats.readings import ImageRows, class_name, number, size
from training.dataset.formats.split_names import split_in, split_of_folders
from training.dataset.formats.tfrecord_example import BadExample, Values, decoded, encoded
from training.dataset.formats.tfrecord_framing import BadRecords, framed, records
from training.dataset.plain_files import open_bytes, read_bytes, read_text

NAME = "tfrecord"
LABEL_MAP = "label_map.pbtxt"
_LABEL_MAPS = (LABEL_MAP, "labelmap.pbtxt", "label_map.pbtext")
_ITEM = re.compile(r"""item\s*\{((?:[^{}'"]|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")*)\}""")
_ID = re.compile(r"\bid\s*:\s*(\d{1,9})\b")
_NAMED = re.compile(r"""\b(?:display_name|name)\s*:\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")""")
_EDGES = ("xmin", "ymin", "xmax", "ymax")
_BOX = "image/object/bbox/"
_FLAGS = ("difficult", "truncated")
_FORMATS = {".jpg": b"jpeg", ".jpeg": b"jpeg", ".png": b"png", ".gif": b"gif", ".bmp": b"bmp"}


def recognise(place: Path) -> Evidence:
    for path in _files(place):
        try:
            with open_bytes(path) as file:
                features = decoded(next(records(file)))
        except (OSError, BadRecords, BadExample, StopIteration):
            continue
        if any(key.startswith("image/") for key in features):
            reason = f"{path.name} begins with a whole record of tf.train.Example about an image"
            return Evidence(Sureness.SURE, (reason,))
    return NOT_THIS


def read(place: Path, file: AnnotationFile, choices: Choices) -> Iterator[AnnotationRow]:
    file.unit = "record"
    names = _names(place if place.is_dir() else place.parent)
    if choices.class_names is not None:
        names = dict(enumerate(choices.class_names, start=1))
    file.classes.extend(dict.fromkeys(names.values()))
    for path in _files(place):
        yield from _read_file(path, file, names, is_alone=not place.is_dir())


def _read_file(path: Path, file: AnnotationFile, names: Mapping[int, str], is_alone: bool) -> Iterator[AnnotationRow]:
    """What is wrong with one of many files keeps none of the others out."""
    count = 0
    try:
        with open_bytes(path) as content:
            for count, record in enumerate(records(content), start=1):
                try:
                    yield from _read_record(decoded(record), count, file, path, names)
                except (BadExample, BadCell) as error:
                    file.report_at(count, str(error), path.name)
    except (BadRecords, OSError) as error:
        reason = f"the file cannot be read: {error.strerror or error}" if isinstance(error, OSError) else str(error)
        if not count and is_alone:
            raise AnnotationFileError(path, reason) from error
        file.report_at(None, f"{reason}; the {count} records before that are read", path.name)


def _files(place: Path) -> list[Path]:
    """Also the many parts that large sets come in: `train.record-00000-of-00010`."""
    if not place.is_dir():
        return [place]
    try:
        entries = sorted(place.iterdir())
    except OSError:
        return []
    found = (path for path in entries if ".tfrec" in path.name.lower() or ".record" in path.name.lower())
    return [path for path in found if path.is_file()]


def _read_record(
    features: Mapping[str, Values], line: int, file: AnnotationFile, path: Path, names: Mapping[int, str]
) -> Iterator[AnnotationRow]:
    filename = _text(features, "image/filename") or _text(features, "image/source_id")
    rows = ImageRows(
        file,
        image_name(filename),
        size(_first(features, "image/width")),
        size(_first(features, "image/height")),
        split_in(path.name) or split_of_folders(f"{path.parent.name}/x"),
        path.name,
    )
    edges = [features.get(_BOX + edge, ()) for edge in _EDGES]
    count = len(edges[0])
    if any(len(edge) != count for edge in edges):
        raise BadCell("the four edges of its boxes are not the same number")
    for at in range(count):
        try:
            corners = [number(_EDGES[edge], edges[edge][at]) for edge in range(4)]
            extra = {flag: 1 for flag in _FLAGS if _nth(features, f"image/object/{flag}", at) == 1}
            yield rows.in_order(line, _label(features, at, names), corners, packed(NAME, extra), is_relative=True)
        except BadCell as error:
            rows.refuse()
            file.report_at(line, str(error), path.name)
    if own := _text(features, "image/class/text"):
        yield rows.own_class(line, class_name(own))
    elif not rows.count:
        yield rows.nothing(line)


def _label(features: Mapping[str, Values], at: int, names: Mapping[int, str]) -> str:
    text = _nth(features, "image/object/class/text", at)
    if isinstance(text, bytes) and text:
        return class_name(text.decode("utf-8", "replace"))
    value = _nth(features, "image/object/class/label", at)
    if not isinstance(value, int):
        raise BadCell("the box has no class")
    return class_name(names.get(value, str(value)))


def _nth(features: Mapping[str, Values], key: str, at: int) -> bytes | int | float | None:
    values = features.get(key, ())
    return values[at] if at < len(values) else None


def _first(features: Mapping[str, Values], key: str) -> object:
    return _nth(features, key, 0)


def _text(features: Mapping[str, Values], key: str) -> str:
    value = _first(features, key)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def _names(folder: Path) -> dict[int, str]:
    """Of the label map, by its ids."""
    for name in _LABEL_MAPS:
        try:
            text = read_text(folder / name)
        except (OSError, UnicodeDecodeError):
            continue
        found = {}
        for item in _ITEM.findall(text):
            number_, named = _ID.search(item), _NAMED.search(item)
            if number_ and named:
                found[int(number_.group(1))] = _unquoted(named.group(1) or named.group(2) or "")
        return {key: found[key] for key in sorted(found) if found[key].strip()}
    return {}


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found.group(1) == "n" else found.group(1), text)


def write(dataset: Dataset, place: Path, choices: WriteChoices) -> Written:
    """With the pictures in it where their folder is known, as training programs expect."""
    numbers = {name: at for at, name in enumerate(dataset.classes, start=1)}
    unsized = without_size(dataset)
    said = [f"{name!r} is left out: its size is not known, and TFRecord holds shares of it." for name in unsized]
    missing = 0
    with safe_files.replacing(place) as beside, beside.open("wb") as file:
        for image in choices.each(dataset.images):
            if image.filename not in unsized:
                picture = _picture(choices.images, image.filename)
                missing += not picture
                file.write(framed(encoded(_features(image, numbers, picture))))
    label_map = place.with_name(LABEL_MAP)
    safe_files.write_text(label_map, "".join(map(_item, dataset.classes, range(1, len(dataset.classes) + 1))))
    if missing:
        said.append(f"{missing} pictures are not in the records, as their files are not known; programs may need them.")
    said += losses(dataset, "TFRecord", negatives=True, own_classes=True, class_order=True, extras_of=NAME)
    return Written((place, label_map), tuple(said), frozenset(unsized))


def _picture(images: Path | None, filename: str) -> bytes:
    try:
        return read_bytes(images / filename) if images is not None else b""
    except OSError:
        return b""


def _features(image: LabelledImage, numbers: Mapping[str, int], picture: bytes) -> dict[str, Values]:
    name, boxes = image.filename.encode(), image.boxes
    suffix = Path(image.filename).suffix.lower()
    features: dict[str, Values] = {
        "image/filename": [name],
        "image/source_id": [name],
        "image/width": [image.width],
        "image/height": [image.height],
        "image/object/class/text": [box.label.encode() for box in boxes],
        "image/object/class/label": [numbers[box.label] for box in boxes],
    }
    if boxes:
        for at, edge in enumerate(_EDGES):
            side = image.height if at % 2 else image.width
            features[_BOX + edge] = [box.corners[at] / side for box in boxes]
        extras = [unpacked(box.extra, NAME) for box in boxes]
        for flag in _FLAGS:
            features[f"image/object/{flag}"] = [int(extra.get(flag) == 1) for extra in extras]
    if image.image_class is not None:
        features["image/class/text"] = [image.image_class.encode()]
        features["image/class/label"] = [numbers[image.image_class]]
    if picture:
        features["image/encoded"] = [picture]
        features["image/format"] = [_FORMATS.get(suffix, suffix.removeprefix(".").encode())]
        features["image/key/sha256"] = [hashlib.sha256(picture).hexdigest().encode()]
    return features


def _item(name: str, at: int) -> str:
    quoted = name.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"item {{\n  id: {at}\n  name: '{quoted}'\n}}\n"


FORMAT = Format(
    name=NAME,
    title="TFRecord",
    recognise=recognise,
    read=read,
    write=write,
    file_name="dataset.tfrecord",
    in_folders=True,
)
