"""What is written here, others read: the same boxes come out of every file by a reader that is not ours."""

from __future__ import annotations

import shutil
from dataclasses import replace
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

EMPTY = LabelledImage("e.jpg", 30, 20)
PAIRS = [(name, reader) for name, readers in READERS.items() for reader in readers]
STARTS_LONG = pytest.mark.skipif(
    VOC100.is_dir(), reason="TensorFlow starts for seconds; below it reads the same and more"
)


def params(*marks: pytest.MarkDecorator):
    """Each format with each reader; the marks are for what takes long."""
    return [
        pytest.param(name, reader, id=f"{name}-{reader}", marks=marks if name == "tfrecord" else ())
        for name, reader in PAIRS
    ]


def test_each_format_that_is_written_has_a_reader_that_is_not_ours():
    assert READERS.keys() == registry.WRITERS.keys()
    assert all(READERS.values())


@pytest.mark.parametrize(("name", "reader"), params(pytest.mark.training, STARTS_LONG))
def test_others_read_what_is_written(name: str, reader: str, tmp_path: Path):
    """With an image on which nothing is; without sub-folders and own classes, which some of the others can't read."""
    images = tuple(image for image in (*some_dataset().images, EMPTY) if "/" not in image.filename)
    for image in images:
        write_picture(tmp_path / "images" / image.filename, (image.width, image.height))
    check_others_read(name, reader, Dataset(images, ("dog", "cat")), tmp_path)


@pytest.fixture(scope="module")
def images_of_voc100(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """And one on which nothing is. Copies: some programs follow no links out of the folder."""
    folder = tmp_path_factory.mktemp("voc100") / "images"
    shutil.copytree(VOC100 / "images", folder, copy_function=shutil.copyfile)
    folder.chmod(0o755)
    write_picture(folder / EMPTY.filename, (EMPTY.width, EMPTY.height))
    return folder


@pytest.mark.skipif(not VOC100.is_dir(), reason=WHY_SKIPPED)
@pytest.mark.parametrize(("name", "reader"), params(pytest.mark.training))
def test_others_read_the_same_273_boxes(name: str, reader: str, images_of_voc100: Path, tmp_path: Path):
    (tmp_path / "images").symlink_to(images_of_voc100)
    dataset = replace(truth(), images=(*truth().images, EMPTY))
    assert check_others_read(name, reader, dataset, tmp_path) == 273


def check_others_read(name: str, reader: str, dataset: Dataset, folder: Path) -> int:
    """The number of boxes; images without any are there where the format holds them."""
    place = usual_place(registry.WRITERS[name], folder / "out")
    write = registry.WRITERS[name].write
    assert write is not None
    losses = write(dataset, place, WriteChoices(folder / "images")).losses
    found = READERS[name][reader](place, folder / "images")
    expected = boxes_by_image(dataset)
    if any("nothing is on an image" in loss for loss in losses):
        del expected[EMPTY.filename]
    assert_alike(found, expected)
    return sum(map(len, found.values()))


def boxes_by_image(dataset: Dataset) -> Boxes:
    return {image.filename: [(box.label, box.corners) for box in image.boxes] for image in dataset.images}


def assert_alike(found: Boxes, expected: Boxes) -> None:
    assert found.keys() == expected.keys()
    for name, boxes in expected.items():
        assert [label for label, _ in found[name]] == [label for label, _ in boxes]
        for (_, corners), (_, others) in zip(found[name], boxes, strict=True):
            assert corners == pytest.approx(others, abs=0.01)
