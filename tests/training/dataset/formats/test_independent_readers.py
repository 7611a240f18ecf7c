"""What is written here, others read: the same boxes come out of every file by a reader that is not ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.annotation_datasets import some_dataset
from tests.helpers.independent_readers import READERS, Boxes
from tests.helpers.real_data import WHY_SKIPPED
from tests.helpers.red_box_pictures import write_picture
from tests.helpers.voc100 import VOC100, truth
from training.dataset.converting import usual_place
from training.dataset.dataset import Dataset, LabelledImage
from training.dataset.formats import registry
from training.dataset.formats.format import WriteChoices

PAIRS = [
    pytest.param(name, reader, id=f"{name}-{reader}", marks=[pytest.mark.training] if name == "tfrecord" else [])
    for name, readers in READERS.items()
    for reader in readers
]


def test_each_format_that_is_written_has_a_reader_that_is_not_ours():
    assert READERS.keys() == registry.WRITERS.keys()
    assert all(READERS.values())


@pytest.mark.parametrize(("name", "reader"), PAIRS)
def test_others_read_what_is_written(name: str, reader: str, tmp_path: Path):
    """With an image on which nothing is; without sub-folders and own classes, which some of the others can't read."""
    images = tuple(
        image for image in (*some_dataset().images, LabelledImage("e.jpg", 30, 20)) if "/" not in image.filename
    )
    for image in images:
        write_picture(tmp_path / "images" / image.filename, (image.width, image.height))
    dataset = Dataset(images, ("dog", "cat"))
    found = read_by_others(name, reader, dataset, tmp_path)
    expected = boxes_by_image(dataset)
    if any("nothing is on an image" in loss for loss in losses_of(name, dataset, tmp_path)):
        del expected["e.jpg"]
    assert_alike(found, expected)


@pytest.mark.skipif(not VOC100.is_dir(), reason=WHY_SKIPPED)
@pytest.mark.parametrize(("name", "reader"), PAIRS)
def test_others_read_the_same_273_boxes(name: str, reader: str, tmp_path: Path):
    (tmp_path / "images").symlink_to(VOC100 / "images")
    found = read_by_others(name, reader, truth(), tmp_path)
    assert sum(map(len, found.values())) == 273
    assert_alike(found, boxes_by_image(truth()))


def boxes_by_image(dataset: Dataset) -> Boxes:
    return {image.filename: [(box.label, box.corners) for box in image.boxes] for image in dataset.images}


def read_by_others(name: str, reader: str, dataset: Dataset, folder: Path) -> Boxes:
    place = usual_place(registry.WRITERS[name], folder / "out")
    write = registry.WRITERS[name].write
    assert write is not None
    write(dataset, place, WriteChoices(folder / "images"))
    return READERS[name][reader](place, folder / "images")


def losses_of(name: str, dataset: Dataset, folder: Path) -> tuple[str, ...]:
    write = registry.WRITERS[name].write
    assert write is not None
    return write(dataset, usual_place(registry.WRITERS[name], folder / "again"), WriteChoices(folder / "images")).losses


def assert_alike(found: Boxes, expected: Boxes) -> None:
    assert found.keys() == expected.keys()
    for name, boxes in expected.items():
        assert [label for label, _ in found[name]] == [label for label, _ in boxes]
        for (_, corners), (_, others) in zip(found[name], boxes, strict=True):
            assert corners == pytest.approx(others, abs=0.01)
