"""The drawn pictures: what is on them, that the truth about them is true, and that they come out the same again."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from training.dataset import sample
from training.dataset.image_files import find_images, read_size, read_upright
from training.dataset.sample import CLASSES, draw_picture, draw_sample
from training.dataset.sample_art.composition import Piece, clear_of_each_other
from training.dataset.sample_art.scene import GROUNDS
from training.dataset.sample_plan import plan_pictures

COUNT, SEED = 40, 3


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    progress = []
    dataset = draw_sample(folder, COUNT, SEED, lambda done, total: progress.append((done, total)))
    return folder, dataset, progress


def test_the_dataset_names_exactly_the_files_that_were_written(drawn):
    folder, dataset, progress = drawn
    names = [image.filename for image in dataset.images]
    assert names == sorted(names)
    assert set(names) == set(find_images(folder))
    assert len(names) == COUNT
    assert progress == [(number, COUNT) for number in range(1, COUNT + 1)]


def test_every_picture_opens_upright_in_its_stated_size(drawn):
    folder, dataset, _ = drawn
    for image in dataset.images:
        assert read_size(folder / image.filename) == (image.width, image.height)
        assert read_upright(folder / image.filename).shape == (image.height, image.width, 3)
        assert image.split is None


def test_every_box_lies_inside_its_picture_and_has_a_reasonable_size(drawn):
    _, dataset, _ = drawn
    for image in dataset.images:
        for box in image.boxes:
            assert box.clipped(image.width, image.height) == box
            longer = max(box.width, box.height) / min(image.width, image.height)
            assert 0.13 <= longer <= 0.75


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_pictures(tmp_path, drawn):
    folder, dataset, _ = drawn
    plans = plan_pictures(COUNT, SEED)[::9]
    again, other = tmp_path / "again", tmp_path / "other"
    truth = {image.filename: image for image in dataset.images}
    for plan in plans:
        for target in (again, other):
            (target / plan.album).mkdir(parents=True, exist_ok=True)
        assert sample._draw_to_file(again, plan) == truth[plan.filename]
        sample._draw_to_file(other, replace(plan, seed=(SEED + 1, plan.seed[1])))
        bytes_before = (folder / plan.filename).read_bytes()
        assert (again / plan.filename).read_bytes() == bytes_before
        assert (other / plan.filename).read_bytes() != bytes_before


def test_classes_are_balanced_and_about_an_eighth_of_the_pictures_are_negatives():
    for count, seed in ((240, 7), (500, 2024)):
        labels = Counter(plan.label for plan in plan_pictures(count, seed))
        negatives = labels.pop(None)
        assert 0.10 <= negatives / count <= 0.14
        assert set(labels) == set(CLASSES)
        assert max(labels.values()) - min(labels.values()) <= 1


def test_every_ground_is_used_equally_and_has_toys_and_names_are_unique():
    plans = plan_pictures(240, 7)
    grounds = Counter(plan.ground for plan in plans)
    assert set(grounds) == set(GROUNDS)
    assert max(grounds.values()) - min(grounds.values()) <= 1
    assert {plan.ground for plan in plans if plan.label} == set(GROUNDS)
    assert len({plan.filename for plan in plans}) == 240
    assert [plan.filename for plan in plans] == sorted(plan.filename for plan in plans)


def test_a_sample_has_rotated_grey_png_portrait_and_landscape_pictures():
    for count in (40, 240):
        plans = plan_pictures(count, 7)
        assert {plan.orientation for plan in plans} >= {1, 6}
        assert {plan.filename[-4:] for plan in plans} == {".jpg", ".png"}
        assert {plan.grey for plan in plans} == {True, False}
        assert {plan.width > plan.height for plan in plans} == {True, False}
    assert {plan.orientation for plan in plan_pictures(240, 7)} == {1, 3, 6, 8}


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_small_samples_can_be_planned(count):
    assert len(plan_pictures(count, 0)) == count


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_rotated_pictures_are_stored_turned_and_read_upright(tmp_path, orientation):
    plan = replace(plan_pictures(8, 1)[0], filename="a.jpg", label="snail", grey=False, orientation=orientation)
    plan = replace(plan, width=300, height=200)
    image = sample._draw_to_file(tmp_path, plan)
    with Image.open(tmp_path / "a.jpg") as stored:
        assert stored.size == ((200, 300) if orientation in (6, 8) else (300, 200))
        assert stored.getexif().get(0x0112, 1) == orientation
    expected = draw_picture(plan.random_numbers(), 300, 200, "snail", plan.ground)
    assert image.boxes == (expected.box,)
    difference = np.abs(read_upright(tmp_path / "a.jpg").astype(int) - expected.pixels)
    assert difference.mean() < 8
    turned = np.abs(read_upright(tmp_path / "a.jpg")[::-1, ::-1].astype(int) - expected.pixels)
    assert turned.mean() > 2 * difference.mean()


def test_grey_pictures_are_stored_grey(drawn):
    folder, _, _ = drawn
    grey = next(plan for plan in plan_pictures(COUNT, SEED) if plan.grey)
    with Image.open(folder / grey.filename) as stored:
        assert stored.mode == "L"


@pytest.mark.parametrize("label", CLASSES)
@pytest.mark.parametrize("ground", ["sand", "evening", "cloth"])
def test_boxes_are_tight_around_the_toy(monkeypatch, label, ground):
    """Without its shadow and with nothing else about, a toy changes pixels up to its box's edges and none outside."""
    monkeypatch.setattr(sample, "scattered", lambda *_: [])
    monkeypatch.setitem(sample.GROUNDS, ground, replace(GROUNDS[ground], shadow=0.0))
    for seed in range(3):
        with_toy = draw_picture(np.random.default_rng(seed), 320, 240, label, ground)
        without = draw_picture(np.random.default_rng(seed), 320, 240, None, ground)
        assert without.box is None
        changed = np.abs(with_toy.pixels.astype(int) - without.pixels).max(axis=2) > 6
        columns, rows = np.flatnonzero(changed.any(axis=0)), np.flatnonzero(changed.any(axis=1))
        seen = np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1])
        inwards = (seen - with_toy.box.corners) * [1, 1, -1, -1]
        assert (inwards >= 0).all(), "something changed outside of the box"
        assert (inwards <= 2).all(), "the box is wider than the toy"


@pytest.mark.parametrize("label", CLASSES)
def test_outside_of_its_box_a_toy_only_throws_a_shadow(monkeypatch, label):
    monkeypatch.setattr(sample, "scattered", lambda *_: [])
    with_toy = draw_picture(np.random.default_rng(5), 320, 240, label, "wood")
    without = draw_picture(np.random.default_rng(5), 320, 240, None, "wood")
    lighter = with_toy.pixels.astype(int) - without.pixels
    xmin, ymin, xmax, ymax = map(int, with_toy.box.corners)
    lighter[ymin:ymax, xmin:xmax] = 0
    assert lighter.max() <= 0
    assert lighter.min() < -20, "there is a shadow"


def test_scattered_things_keep_away_from_the_toy_and_each_other():
    def piece(x):
        return Piece(np.zeros((10, 10, 3), np.float32), np.ones((10, 10), np.float32), x, 0)

    toy, close, free, on_free = piece(0), piece(5), piece(30), piece(35)
    assert clear_of_each_other([close, free, on_free], toy) == [free]
    assert clear_of_each_other([close, free, on_free], None) == [close, free]


def test_what_progress_raises_ends_the_drawing(tmp_path):
    def stop(done, total):
        if done == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        draw_sample(tmp_path, 40, 1, stop)
    assert len(find_images(tmp_path)) == 2
