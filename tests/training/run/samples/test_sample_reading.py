from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.helpers.red_box_pictures import find_red, write_picture
from training.dataset.box import Box, Rectangle
from training.dataset.dataset import LabelledImage
from training.dataset.image_files import UprightImage
from training.run.samples import prepared_room, sample_reading
from training.run.samples.prepared_images import PreparedImages, Sample, UnusableError, prepare_samples

SIZE = 64
PHOTO, RED = (1600, 1200), (800, 600, 1200, 800)


def prepared(folder: Path, names: list[str], *crops: Rectangle | None, class_index: int = 0) -> PreparedImages:
    """Every image cut into the same parts, with the red box as the object."""

    def samples_of(image: LabelledImage, width: int, height: int) -> list[Sample]:
        assert (width, height) == PHOTO
        return [Sample(image, crop, Box(*RED, "red"), class_index) for crop in crops]

    images = [LabelledImage(name, *PHOTO) for name in names]
    return prepare_samples(images, folder, SIZE, samples_of, len(names) * len(crops))


def test_an_image_gives_as_many_samples_as_it_is_cut_into(tmp_path: Path):
    names = [write_picture(tmp_path / name, PHOTO, RED).name for name in ("a.jpg", "b.png")]
    crops = (None, Rectangle(700, 500, 1300, 1100), Rectangle(799.6, 600, 1200, 800.4))
    made = prepared(tmp_path, names, *crops)
    assert len(made) == 6
    assert [image.filename for image in made.images] == ["a.jpg"] * 3 + ["b.png"] * 3
    assert [sample.crop for sample in made.samples] == [*crops] * 2
    assert [letterbox.width for letterbox in made.letterboxes] == [1600, 600, 401] * 2
    for index in range(6):
        assert np.abs(np.subtract(find_red(made.squares[index]), made.boxes[index])).max() <= 1


def test_a_part_decoded_smaller_is_the_same_as_one_cut_from_the_whole_photo(tmp_path: Path):
    rng = np.random.default_rng(2)
    soft = cv2.resize(rng.integers(0, 255, (30, 40, 3), np.uint8), PHOTO, interpolation=cv2.INTER_CUBIC)
    cv2.imwrite(str(tmp_path / "a.jpg"), soft, [cv2.IMWRITE_JPEG_QUALITY, 95])
    large, small = Rectangle(203, 101, 1197, 1004), Rectangle(520, 333, 560, 370)
    (alone,) = prepared(tmp_path, ["a.jpg"], large).squares  # decoded at a quarter
    beside, _ = prepared(tmp_path, ["a.jpg"], large, small).squares  # in full, for the sake of the small one
    assert np.abs(alone.astype(int) - beside).mean() < 1.5


def test_each_file_is_opened_once_and_decoded_as_its_smallest_part_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    opened, sides = [], []
    real = sample_reading.opened_upright

    def watched(path: Path) -> object:
        opened.append(path.name)
        return real(path)

    def pixels(self: object, max_side: int | None = None, at_least: int | None = None) -> np.ndarray:
        sides.append(at_least)
        return read(self, max_side, at_least)

    read = UprightImage.pixels
    monkeypatch.setattr(sample_reading, "opened_upright", watched)
    monkeypatch.setattr(UprightImage, "pixels", pixels)
    names = [write_picture(tmp_path / "a.jpg", PHOTO, RED).name]
    prepared(tmp_path, names, None, Rectangle(0, 0, 800, 400), Rectangle(0, 0, 200, 400))
    assert opened == ["a.jpg"]
    assert sides == [2 * SIZE * 1600 // 400]


def test_a_part_outside_of_the_image_is_a_problem_of_its_file(tmp_path: Path):
    names = [write_picture(tmp_path / "a.jpg", PHOTO, RED).name]
    made = prepared(tmp_path, names, Rectangle(1700, 0, 1800, 100))
    assert len(made) == 0
    assert str(made.problems[0]) == "a.jpg: a part to be cut out lies outside the image of 1600x1200 pixels"


def test_an_image_may_give_nothing_or_be_refused(tmp_path: Path):
    names = [write_picture(tmp_path / name, PHOTO).name for name in ("a.jpg", "b.jpg")]

    def samples_of(image: LabelledImage, width: int, height: int) -> list[Sample]:
        if image.filename == "b.jpg":
            raise UnusableError("it is not wanted")
        return []

    made = prepare_samples([LabelledImage(name, *PHOTO) for name in names], tmp_path, SIZE, samples_of, 2)
    assert len(made) == 0
    assert [str(problem) for problem in made.problems] == ["b.jpg: it is not wanted"]


def test_squares_on_disk_are_those_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    names = [write_picture(tmp_path / f"{number}.jpg", PHOTO, RED).name for number in range(5)]
    crops = (None, Rectangle(700, 500, 1300, 1100))
    in_memory = prepared(tmp_path, names, *crops)
    monkeypatch.setattr(prepared_room, "memory_and_free", lambda: (2**30, 1000))
    on_disk = prepared(tmp_path, names, *crops)
    assert isinstance(on_disk.squares, np.memmap)
    assert not isinstance(in_memory.squares, np.memmap)
    assert np.array_equal(on_disk.squares, in_memory.squares)
    assert np.array_equal(on_disk.boxes, in_memory.boxes)


def test_no_more_is_read_ahead_than_a_few_images_for_each_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sample_reading, "usable_cores", lambda: 2)
    name = write_picture(tmp_path / "a.png").name
    begun: list[LabelledImage] = []

    def samples_of(image: LabelledImage, width: int, height: int) -> list[Sample]:
        begun.append(image)
        return [Sample(image)]

    coming = sample_reading.in_threads([LabelledImage(name, 64, 48)] * 100, tmp_path, SIZE, samples_of)
    next(coming)
    most = 2 * sample_reading.READ_AHEAD + 1
    assert len(begun) <= most
    next(coming)
    coming.close()
    assert len(begun) <= most + 1
