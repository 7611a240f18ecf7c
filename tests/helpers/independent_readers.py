"""Readers of annotations that are not ours: other people's programs, and where there is none that is kept up, a few lines
by the format's own documentation with nothing but the standard library.

Each takes what was written and the folder of its images, and gives labels and corners by image.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

Corners = tuple[float, float, float, float]
Boxes = dict[str, list[tuple[str, Corners]]]
Reader = Callable[[Path, Path], Boxes]

READ_RECORDS = """
import sys, json
import tensorflow as tf
for record in tf.data.TFRecordDataset(sys.argv[1]):
    features = tf.train.Example.FromString(record.numpy()).features.feature
    sides = ("xmin", "ymin", "xmax", "ymax")
    edges = [list(features["image/object/bbox/" + side].float_list.value) for side in sides]
    labels = [text.decode() for text in features["image/object/class/text"].bytes_list.value]
    size = [features["image/" + side].int64_list.value[0] for side in ("width", "height")]
    name = features["image/filename"].bytes_list.value[0].decode()
    assert len(features["image/encoded"].bytes_list.value) == 1
    print(json.dumps([name, size, labels, edges]))
"""


def pycocotools(place: Path, images: Path) -> Boxes:
    from pycocotools.coco import COCO

    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO(str(place))
    names = {category["id"]: category["name"] for category in coco.loadCats(coco.getCatIds())}
    found: Boxes = {}
    for image in coco.loadImgs(coco.getImgIds()):
        entries = coco.loadAnns(coco.getAnnIds(imgIds=[image["id"]]))
        found[image["file_name"]] = [(names[one["category_id"]], _of_size(*one["bbox"])) for one in entries]
    return found


def tensorflow(place: Path, images: Path) -> Boxes:
    command = [sys.executable, "-c", READ_RECORDS, str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=240)
    found: Boxes = {}
    for line in done.stdout.splitlines():
        name, size, labels, edges = json.loads(line)
        corners = [_in_pixels(box, size) for box in zip(*edges, strict=True)]
        found[name] = list(zip(labels, corners, strict=True))
    return found


# --- supervision


def _supervision(read: Callable[[Any, Path, Path], Any], shift: int = 0) -> Reader:
    """`shift` is what it takes from xmin and ymin: it counts VOC's pixels from 1."""

    def reader(place: Path, images: Path) -> Boxes:
        import supervision

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its own
            dataset = read(supervision.DetectionDataset, place, images)
            return {
                Path(path).name: [
                    (dataset.classes[number], (x1 + shift, y1 + shift, x2, y2))
                    for (x1, y1, x2, y2), number in zip(detections.xyxy.tolist(), detections.class_id, strict=True)
                ]
                for path, _, detections in dataset
            }

    return reader


# --- globox


def _globox(read: Callable[[Any, Path, Path], Iterable[Any]]) -> Reader:
    """Image by image where it can: its readers of whole folders leave threads behind."""

    def reader(place: Path, images: Path) -> Boxes:
        import globox

        rows: list[tuple[str, str, Corners | None]] = []
        for found in read(globox, place, images):
            name = Path(found.image_id).name  # labelme's lead from its own file to the image
            rows += [(name, box.label, (box.xmin, box.ymin, box.xmax, box.ymax)) for box in found.boxes]
            rows += [] if found.boxes else [(name, "", None)]
        return _by_image(rows, images, has_ids=True)

    return reader


def _named_as_ids(images: Path) -> Path:
    """The images under their ids: globox looks for files that are called as the table calls them."""
    folder = images.parent / "by id"
    folder.mkdir(exist_ok=True)
    for path in images.iterdir():
        name = path.stem if path.suffix == ".jpg" else path.name
        if not (folder / name).exists():
            (folder / name).symlink_to(path)
    return folder


# --- by the documentation


def label_studio(place: Path, images: Path) -> Boxes:
    """labelstud.io/guide/export: percent of the image, from its left upper corner."""
    found: Boxes = {}
    for task in json.loads(place.read_text(encoding="utf-8")):
        (annotation,) = task["annotations"]
        boxes = found[unquote(task["data"]["image"].removeprefix("/data/local-files/?d="))] = []
        for result in annotation["result"]:
            assert result["type"] == "rectanglelabels"
            value, size = result["value"], (result["original_width"], result["original_height"])
            corners = _of_size(*(value[key] / 100 for key in ("x", "y", "width", "height")))
            boxes.append((value["rectanglelabels"][0], _in_pixels(corners, size)))
    return found


def via_csv(place: Path, images: Path) -> Boxes:
    found: Boxes = {}
    for row in _records(place):
        boxes = found.setdefault(row["filename"], [])
        if row["region_count"] != "0":
            shape = json.loads(row["region_shape_attributes"])
            corners = _of_size(*(shape[key] for key in ("x", "y", "width", "height")))
            boxes.append((json.loads(row["region_attributes"])["label"], corners))
            assert (shape["name"], len(boxes)) == ("rect", int(row["region_id"]) + 1)
    return found


def kaggle(place: Path, images: Path) -> Boxes:
    rows = ((row["image_id"], row["class"], _of_size(*json.loads(row["bbox"]))) for row in _records(place))
    return _by_image(rows, images, has_ids=True)


def makesense(place: Path, images: Path) -> Boxes:
    keys = ("bbox_x", "bbox_y", "bbox_width", "bbox_height")
    rows = ((row["image_name"], row["label_name"], _of_size(*_values(row, keys))) for row in _records(place))
    return _by_image(rows, images)


def automl(place: Path, images: Path) -> Boxes:
    """set,path,label,x_min,y_min,,,x_max,y_max,, in shares of the image."""
    found: Boxes = {}
    with place.open(encoding="utf-8", newline="") as file:
        for _, name, label, x1, y1, _, _, x2, y2, _, _ in csv.reader(file):
            boxes = found.setdefault(name, [])
            if label:
                boxes.append((label, _in_pixels(map(float, (x1, y1, x2, y2)), _size_of(images / name))))
    return found


def retinanet(place: Path, images: Path) -> Boxes:
    """path,x1,y1,x2,y2,class and a second file class,number that has all of the classes."""
    with place.with_name("classes.csv").open(encoding="utf-8", newline="") as file:
        numbers = {name: int(number) for name, number in csv.reader(file)}
    assert sorted(numbers.values()) == list(range(len(numbers)))
    found: Boxes = {}
    with place.open(encoding="utf-8", newline="") as file:
        for name, *edges, label in csv.reader(file):
            boxes = found.setdefault(name, [])
            if label:
                assert label in numbers
                boxes.append((label, _corners(map(float, edges))))
    return found


def spreadsheet(place: Path, images: Path) -> Boxes:
    """As a spreadsheet in a language with decimal commas splits it."""
    assert place.read_bytes().startswith(b"\xef\xbb\xbf")
    found: Boxes = {}
    for row in _records(place, ";"):
        boxes = found.setdefault(row["filename"], [])
        edges = [row[edge] for edge in ("xmin", "ymin", "xmax", "ymax")]
        assert not any("." in edge for edge in edges)
        if all(edges):
            boxes.append((row["class"], _corners(float(edge.replace(",", ".")) for edge in edges)))
    return found


def _table(image: str, label: str, edges: str, *, is_relative: bool = False, has_ids: bool = False) -> Reader:
    """By the names of its columns; `edges` are those of xmin, ymin, xmax, ymax."""

    def reader(place: Path, images: Path) -> Boxes:
        rows = []
        for row in _records(place):
            name = f"{row['folder']}/{row[image]}" if row.get("folder") else row[image]
            corners = _corners(_values(row, edges.split())) if row[edges.split()[0]] else None
            if corners and is_relative:
                file = next(path for path in (images / name, images / f"{name}.jpg") if path.is_file())
                corners = _in_pixels(corners, _size_of(file))
            rows.append((name, row[label], corners))
        return _by_image(rows, images, has_ids)

    return reader


def _records(place: Path, separator: str = ",") -> list[dict[str, str]]:
    with place.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=separator))


def _by_image(rows: Iterable[tuple[str, str, Corners | None]], images: Path, has_ids: bool = False) -> Boxes:
    found: Boxes = {}
    for name, label, corners in rows:
        boxes = found.setdefault(f"{name}.jpg" if has_ids and not (images / name).is_file() else name, [])
        if corners is not None:
            boxes.append((label, corners))
    return found


def _values(row: Mapping[str, str], keys: Iterable[str]) -> list[float]:
    return [float(row[key]) for key in keys]


def _of_size(x: float, y: float, width: float, height: float) -> Corners:
    return x, y, x + width, y + height


def _corners(edges: Iterable[float]) -> Corners:
    xmin, ymin, xmax, ymax = edges
    return xmin, ymin, xmax, ymax


def _in_pixels(edges: Iterable[float], size: Iterable[int]) -> Corners:
    (xmin, ymin, xmax, ymax), (width, height) = edges, size
    return xmin * width, ymin * height, xmax * width, ymax * height


def _size_of(path: Path) -> tuple[int, int]:
    from PIL import Image

    with Image.open(path) as image:
        return image.size


# At least one for each format that is written.
READERS: dict[str, dict[str, Reader]] = {
    "csv": {"standard library": _table("filename", "class", "xmin ymin xmax ymax")},
    "voc": {
        "supervision": _supervision(lambda d, place, i: d.from_pascal_voc(str(i), str(place / "Annotations")), shift=1),
        "globox": _globox(lambda g, place, _: map(g.Annotation.from_pascal_voc, place.glob("Annotations/*.xml"))),
    },
    "yolo": {
        "supervision": _supervision(
            lambda d, place, i: d.from_yolo(str(i), str(place / "labels"), str(place / "data.yaml"))
        ),
    },
    "coco": {
        "pycocotools": pycocotools,
        "supervision": _supervision(lambda d, place, i: d.from_coco(str(i), str(place))),
        "globox": _globox(lambda g, place, _: g.AnnotationSet.from_coco(place)),
    },
    "labelme": {
        "supervision": _supervision(lambda d, place, i: d.from_labelme(str(i), str(place))),
        "globox": _globox(lambda g, place, _: map(g.Annotation.from_labelme, place.glob("*.json"))),
    },
    "via": {"globox": _globox(lambda g, place, _: g.AnnotationSet.from_via_json(place, label_key="label"))},
    "createml": {"supervision": _supervision(lambda d, place, i: d.from_createml(str(i), str(place)))},
    "cvat": {
        "globox": _globox(lambda g, place, _: map(g.Annotation.from_cvat, ElementTree.parse(place).iter("image")))
    },
    "label-studio": {"standard library": label_studio},
    "tfrecord": {"TensorFlow": tensorflow},
    "vott": {"standard library": _table("image", "label", "xmin ymin xmax ymax")},
    "retinanet": {"standard library": retinanet},
    "makesense": {"standard library": makesense},
    "bccd": {"standard library": _table("filename", "cell_type", "xmin ymin xmax ymax")},
    "simple-annotator": {"standard library": _table("image", "name", "xMin yMin xMax yMax")},
    "banana": {"standard library": _table("img_name", "label", "xmin ymin xmax ymax")},
    "snacks": {
        "standard library": _table("image_id", "class_name", "x_min y_min x_max y_max", is_relative=True, has_ids=True),
    },
    "kaggle": {"standard library": kaggle},
    "via-csv": {"standard library": via_csv},
    "automl": {"standard library": automl},
    "open-images": {
        "globox": _globox(lambda g, place, i: g.AnnotationSet.from_openimage(place, image_folder=_named_as_ids(i))),
        "standard library": _table("ImageID", "LabelName", "XMin YMin XMax YMax", is_relative=True, has_ids=True),
    },
    "spreadsheet": {"standard library": spreadsheet},
}
