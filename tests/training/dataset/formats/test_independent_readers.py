"""What is written here, other people's programs read: pycocotools, supervision and TensorFlow."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.annotation_datasets import some_dataset
from tests.helpers.red_box_pictures import write_picture
from training.dataset.dataset import Dataset
from training.dataset.formats import registry
from training.dataset.formats.format import WriteChoices

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
    print(json.dumps([name, size, labels, edges, len(features["image/encoded"].bytes_list.value)]))
"""


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """With all images of one size, which are there; without sub-folders and own classes, which supervision can't read."""
    images = tuple(image for image in some_dataset().images if "/" not in image.filename)
    for image in images:
        write_picture(tmp_path / "images" / image.filename, (image.width, image.height))
    return Dataset(images, ("dog", "cat"))


def expected_boxes(dataset: Dataset) -> dict[str, list[tuple[str, tuple[float, ...]]]]:
    return {image.filename: [(box.label, box.corners) for box in image.boxes] for image in dataset.images}


def assert_alike(found: dict[str, list[tuple[str, tuple[float, ...]]]], dataset: Dataset) -> None:
    expected = expected_boxes(dataset)
    assert found.keys() == expected.keys()
    for name, boxes in expected.items():
        assert [label for label, _ in found[name]] == [label for label, _ in boxes]
        for (_, corners), (_, others) in zip(found[name], boxes, strict=True):
            assert corners == pytest.approx(others, abs=0.01)


def test_pycocotools_reads_our_coco(dataset: Dataset, tmp_path: Path):
    from pycocotools.coco import COCO

    registry.WRITERS["coco"].write(dataset, tmp_path / "a.json", WriteChoices())
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO(str(tmp_path / "a.json"))
    names = {category["id"]: category["name"] for category in coco.loadCats(coco.getCatIds())}
    found = {}
    for image in coco.loadImgs(coco.getImgIds()):
        entries = coco.loadAnns(coco.getAnnIds(imgIds=[image["id"]]))
        found[image["file_name"]] = [
            (names[entry["category_id"]], (x, y, x + width, y + height))
            for entry in entries
            for x, y, width, height in [entry["bbox"]]
        ]
    assert_alike(found, dataset)
    assert list(names.values()) == ["dog", "cat"]


@pytest.mark.parametrize("name", ["coco", "yolo", "voc"])
@pytest.mark.filterwarnings("ignore")
def test_supervision_reads_ours(name: str, dataset: Dataset, tmp_path: Path):
    import supervision

    target = registry.WRITERS[name]
    place = tmp_path / "out" / target.file_name if target.file_name else tmp_path / "out"
    assert target.write is not None
    target.write(dataset, place, WriteChoices())
    images = str(tmp_path / "images")
    if name == "coco":
        read = supervision.DetectionDataset.from_coco(images, str(place))
    elif name == "yolo":
        read = supervision.DetectionDataset.from_yolo(images, str(place / "labels"), str(place / "data.yaml"))
        assert read.classes == ["dog", "cat"]
    else:
        read = supervision.DetectionDataset.from_pascal_voc(images, str(place / "Annotations"))
    found = {
        Path(path).name: [
            (read.classes[number], tuple(map(float, corners)))
            for corners, number in zip(detections.xyxy, detections.class_id, strict=True)
        ]
        for path, _, detections in read
    }
    if name == "voc":  # supervision takes one from xmin and ymin: it counts VOC's pixels from 1
        found = {
            image: [(label, (x1 + 1, y1 + 1, x2, y2)) for label, (x1, y1, x2, y2) in boxes]
            for image, boxes in found.items()
        }
    assert_alike(found, dataset)


@pytest.mark.training
def test_tensorflow_reads_our_records(dataset: Dataset, tmp_path: Path):
    import json

    target = registry.WRITERS["tfrecord"]
    assert target.write is not None
    target.write(dataset, tmp_path / "a.tfrecord", WriteChoices(tmp_path / "images"))
    command = [sys.executable, "-c", READ_RECORDS, str(tmp_path / "a.tfrecord")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=240)
    found = {}
    for line in done.stdout.splitlines():
        name, (width, height), labels, edges, pictures = json.loads(line)
        assert pictures == 1
        sizes = (width, height, width, height)
        corners = [
            tuple(edge * size for edge, size in zip(box, sizes, strict=True)) for box in zip(*edges, strict=True)
        ]
        found[name] = list(zip(labels, corners, strict=True))
    assert_alike(found, dataset)
