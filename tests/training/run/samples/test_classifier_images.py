"""What a classifier is shown of an image, and that training and asking cut it in the same way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.dataset.box import Box, Rectangle
from training.dataset.dataset import LabelledImage
from training.dataset.image_files import read_upright
from training.run.samples.classifier_images import classifier_samples, crop_around, prepare_classifier_images
from training.run.samples.sample_reading import UnusableError, squares_of

CUP = Box(10, 10, 30, 20, "cup")
FORK = Box(50, 30, 70, 50, "fork")
SIZE = 32


def noise(folder: Path, name: str = "a.png") -> LabelledImage:
    pixels = np.random.default_rng(3).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(folder / name)
    return LabelledImage(name, 80, 60, (CUP, FORK))


def test_a_crop_is_wider_by_a_share_of_its_sides_and_ends_at_the_image():
    assert crop_around(CUP, 0.5, 80, 60) == Rectangle(0, 5, 40, 25)
    assert crop_around(CUP, 0.0, 80, 60) == Rectangle(10, 10, 30, 20)
    assert crop_around(FORK, 1.0, 80, 60) == Rectangle(30, 10, 80, 60)


def test_every_box_is_a_sample(tmp_path: Path):
    prepared = prepare_classifier_images([noise(tmp_path)], tmp_path, ("fork", "cup"), SIZE, "boxes", 0.5)
    assert [sample.box for sample in prepared.samples] == [CUP, FORK]
    assert prepared.class_indices.tolist() == [1, 0]
    assert [(one.width, one.height) for one in prepared.letterboxes] == [(40, 20), (40, 40)]


def test_in_memory_it_is_cut_as_from_the_file(tmp_path: Path):
    prepared = prepare_classifier_images([noise(tmp_path)], tmp_path, ("fork", "cup"), SIZE, "boxes", 0.3)
    again = squares_of(read_upright(tmp_path / "a.png"), prepared.samples, SIZE)
    assert np.array_equal(np.stack([square for square, _ in again]), prepared.squares)
    assert tuple(placed.letterbox for _, placed in again) == prepared.letterboxes


def test_a_whole_image_is_one_sample_of_its_own_class(tmp_path: Path):
    noise(tmp_path)
    image = LabelledImage("a.png", 0, 0, (CUP,), image_class="fork")
    prepared = prepare_classifier_images([image], tmp_path, ("cup", "fork"), SIZE, "images", 0.3)
    [sample] = prepared.samples
    assert (sample.crop, sample.box, sample.class_index) == (None, None, 1)
    assert (sample.image.width, sample.image.height) == (80, 60)  # as it is, not as somebody wrote


def test_an_image_without_boxes_gives_no_crops_and_is_no_problem(tmp_path: Path):
    noise(tmp_path)
    prepared = prepare_classifier_images([LabelledImage("a.png", 80, 60)], tmp_path, ("cup",), SIZE, "boxes", 0.3)
    assert len(prepared) == 0
    assert not prepared.problems


def test_a_box_that_reaches_out_is_cut_and_one_outside_left_out():
    samples_of = classifier_samples(("cup",), "boxes", 0.0)
    image = LabelledImage("a.png", 0, 0, (Box(60, 10, 90, 20, "cup"), Box(200, 10, 210, 20, "cup")))
    assert [sample.box for sample in samples_of(image, 80, 60)] == [Box(60, 10, 80, 20, "cup")]


@pytest.mark.parametrize(
    ("source", "image", "reason"),
    [
        ("images", LabelledImage("a.png", 8, 8, (CUP,)), "no class of its own"),
        ("images", LabelledImage("a.png", 8, 8, image_class="dog"), "'dog' is none of the classes"),
        ("boxes", LabelledImage("a.png", 8, 8, image_class="cup"), "but no box"),
        ("boxes", LabelledImage("a.png", 8, 8, (FORK,)), "'fork' is none of the classes"),
        ("boxes", LabelledImage("a.png", 8, 8, (Box(90, 1, 95, 2, "cup"),)), "outside the image of 80x60"),
    ],
)
def test_what_nothing_can_be_learned_from_says_why(source: str, image: LabelledImage, reason: str):
    with pytest.raises(UnusableError, match=reason):
        classifier_samples(("cup",), source, 0.0)(image, 80, 60)
