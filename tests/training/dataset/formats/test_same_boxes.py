"""The same boxes in many formats of real tools. Such collections are no part of the project."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.helpers.real_data import REAL_DATA, WHY_SKIPPED
from tests.helpers.voc100 import VOC100, truth
from training.dataset.converting import convert, usual_place
from training.dataset.dataset import Dataset
from training.dataset.formats import registry

pytestmark = pytest.mark.skipif(not VOC100.is_dir(), reason=WHY_SKIPPED)
PLACES = {
    "pascalvoc_format": "voc",
    "imagenet_format": "voc",
    "coco_format_v1/instances_default.json": "coco",
    "coco_format_v2/instances_v2.json": "coco",
    "cvat_format/annotations.xml": "cvat",
    "labelme_format": "labelme",
    "openimages_format/all_bounding_boxes.csv": "table",
    "yolo_format": "yolo",
    "tfrecord_format/default.tfrecord": "tfrecord",
}


def boxes_of(dataset: Dataset) -> list[tuple[str, str, tuple[float, ...]]]:
    return sorted((image.filename, box.label, box.corners) for image in dataset.images for box in image.boxes)


def read_real(place: Path, out: Path, to: str = "csv") -> Dataset:
    found = registry.recognised(place)
    target = registry.WRITERS[to]
    done = convert(place, found.format, found.evidence.choices, target, usual_place(target, out), VOC100 / "images")
    assert done.problems == ()
    return done.dataset


def assert_same(found: Dataset, expected: Dataset) -> None:
    assert len(boxes_of(found)) == len(boxes_of(expected)) == 273
    for (name, label, corners), (other_name, other_label, others) in zip(
        boxes_of(found), boxes_of(expected), strict=True
    ):
        assert (name, label) == (other_name, other_label)
        assert corners == pytest.approx(others, abs=0.01)


@pytest.mark.parametrize(("place", "name"), PLACES.items())
def test_every_reader_gives_the_same_boxes(place: str, name: str, tmp_path: Path):
    assert registry.recognised(VOC100 / "gts" / place).format.name == name
    assert_same(read_real(VOC100 / "gts" / place, tmp_path), truth())


@pytest.mark.parametrize("to", registry.WRITERS)
def test_every_writer_writes_the_same_boxes(to: str, tmp_path: Path):
    read_real(VOC100 / "gts/pascalvoc_format", tmp_path, to)
    place = usual_place(registry.WRITERS[to], tmp_path)
    assert_same(read_real(place, tmp_path / "again"), truth())


@pytest.mark.parametrize(
    ("place", "boxes", "problems"),
    [
        ("raccoon/annotations", 217, 0),
        ("raccoon/csv/raccoon_labels.csv", 217, 0),
        ("bccd", 4886, 2),
        ("bccd/test.csv", 4886, 2),
        ("fruits", 532, 0),
        ("microcontrollers/train_labels.csv", 170, 0),
        ("microcontrollers", 177, 0),
        ("svhn_samples/voc_anns", 4, 0),
        ("svhn_samples/user_train/user_train.csv", 40, 0),
        ("format_zoo_dev/yolo_mark", 35, 0),
        ("format_zoo_dev/cvat_images_1.1/annotations.xml", 2, 0),
        ("format_zoo_dev/label_studio/test_import_yolo_data", 25, 0),
    ],
)
def test_real_collections_come_whole_with_their_defects_told(place: str, boxes: int, problems: int):
    found = registry.recognised(REAL_DATA / place)
    file = registry.read(REAL_DATA / place, found.format, found.evidence.choices)
    assert Counter(row.box is not None for row in file.rows)[True] == boxes
    assert len(file.problems) == problems
