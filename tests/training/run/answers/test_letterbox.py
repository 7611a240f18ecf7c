from __future__ import annotations

import numpy as np
import pytest

from tests.helpers.red_box_pictures import find_red
from training.dataset.box import Box, Rectangle
from training.run.answers.letterbox import FILL, Letterbox, letterboxed, placed
from training.run.samples.input_pipeline import encoded

SIZES = [(800, 600), (600, 800), (1, 1), (6000, 1), (33, 77), (160, 160), (4032, 3024), (641, 479)]


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("size", [64, 160, 223])
def test_there_and_back_is_exact_to_a_hundredth_of_a_pixel(width: int, height: int, size: int):
    letterbox = Letterbox(width, height, size)
    random = np.random.default_rng(0)
    for xs, ys in zip(random.uniform(0, width, (50, 2)), random.uniform(0, height, (50, 2)), strict=True):
        box = Rectangle(min(xs), min(ys), max(xs), max(ys))
        square = letterbox.to_square(box)
        assert 0 <= square.xmin <= square.xmax <= size
        assert 0 <= square.ymin <= square.ymax <= size
        assert np.allclose(letterbox.to_image(square).corners, box.corners, atol=0.01)
        assert np.allclose(letterbox.decoded(*encoded(square, size)).corners, box.corners, atol=0.01)


def test_the_network_speaks_of_boxes_exactly_enough_for_any_image_and_square():
    """As it is trained and asked: shares of the square in 32 bits. Sizes are as likely small as large."""
    random = np.random.default_rng(3)
    sizes = np.exp(random.uniform(0, np.log(20_000), (400, 2))).round().astype(int).clip(1)
    for (width, height), size in zip(sizes.tolist(), random.integers(32, 1025, 400).tolist(), strict=True):
        letterbox = Letterbox(width, height, size)
        xs, ys = np.sort(random.uniform(0, width, (5, 2))), np.sort(random.uniform(0, height, (5, 2)))
        for box in (Rectangle(*map(float, (x[0], y[0], x[1], y[1]))) for x, y in zip(xs, ys, strict=True)):
            told = np.array(encoded(letterbox.to_square(box), size), np.float32)
            back = letterbox.decoded(*map(float, told))
            assert np.abs(np.subtract(back.corners, box.corners)).max() < 0.01, (width, height, size)


def test_places_are_what_one_works_out_by_hand():
    letterbox = Letterbox(800, 600, 160)  # a fifth; 160 x 120, 20 pixels above and below
    assert letterbox.to_square(Rectangle(0, 0, 800, 600)) == Rectangle(0, 20, 160, 140)
    assert letterbox.to_square(Box(100, 50, 400, 350, "cup")) == Box(20, 30, 80, 90, "cup")
    assert letterbox.decoded(0.5, 0.5, 0.25, 0.5) == Rectangle(300, 100, 500, 500)


def test_a_decoded_box_stays_inside_the_image():
    assert Letterbox(800, 600, 160).decoded(0.5, 0.0, 1.0, 1.0) == Rectangle(0, 0, 800, 300)


@pytest.mark.parametrize(("width", "height"), [(640, 480), (480, 640), (50, 50), (40, 90)])
def test_the_picture_lies_where_the_letterbox_says(width: int, height: int):
    image = np.full((height, width, 3), 200, np.uint8)
    red = Rectangle(width // 4, height // 5, width // 2, height // 2)
    image[int(red.ymin) : int(red.ymax), int(red.xmin) : int(red.xmax)] = (255, 0, 0)
    letterbox, square = Letterbox(width, height, 128), letterboxed(image, 128)
    assert np.abs(np.subtract(find_red(square), letterbox.to_square(red).corners)).max() <= 1
    outside = np.ones((128, 128), bool)
    outside[letterbox.top : letterbox.top + letterbox.content_height][
        :, letterbox.left : letterbox.left + letterbox.content_width
    ] = False
    assert (square[outside] == FILL).all()


def test_an_image_decoded_smaller_lies_in_the_same_place():
    image = np.random.default_rng(0).integers(0, 255, (30, 40, 3), np.uint8)
    large = image.repeat(16, axis=0).repeat(16, axis=1)
    half = image.repeat(8, axis=0).repeat(8, axis=1)
    place = Letterbox(640, 480, 80)
    assert np.array_equal(placed(half, place), placed(large, place))


def test_nothing_has_no_letterbox():
    with pytest.raises(ValueError, match="came image 0x5, square 64"):
        Letterbox(0, 5, 64)
