"""JPEGs that are decoded smaller than they are show the same as those that were decoded in full and shrunk."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.helpers.red_box_pictures import find_red, upright_box, write_picture
from training.dataset.image_files import ImageProblem, opened_upright, read_upright

SIZE = (1600, 1200)
BOX = (400, 240, 880, 720)


def read(path: Path, at_least: int) -> np.ndarray:
    with opened_upright(path) as image:
        return image.pixels(at_least=at_least)


def scene(size: tuple[int, int]) -> Image.Image:
    """Soft colours with a red box near the right lower corner."""
    random = np.random.default_rng(1)
    soft = cv2.resize(random.integers(60, 200, (9, 12, 3), np.uint8), size, interpolation=cv2.INTER_CUBIC)
    width, height = size
    soft[height - 400 : height - 100, width - 500 : width - 100] = (255, 0, 0)
    return Image.fromarray(soft)


def shrunk(pixels: np.ndarray, width: int, height: int) -> np.ndarray:
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)


@pytest.mark.parametrize(
    ("at_least", "width"), [(100, 200), (200, 200), (201, 400), (448, 800), (801, 1600), (1600, 1600), (5000, 1600)]
)
def test_no_more_is_decoded_than_is_needed_and_no_less(tmp_path: Path, at_least: int, width: int):
    path = write_picture(tmp_path / "picture.jpg", SIZE)
    assert read(path, at_least).shape == (width * 3 // 4, width, 3)


@pytest.mark.parametrize("scale", [1, 2, 4, 8])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_stands_upright_at_every_scale(tmp_path: Path, orientation: int, scale: int):
    path = write_picture(tmp_path / "picture.jpg", SIZE, BOX, orientation)
    pixels = read(path, SIZE[0] // scale)
    size = np.array(SIZE if orientation < 5 else SIZE[::-1]) // scale
    assert pixels.shape == (size[1], size[0], 3)
    assert pixels.flags.c_contiguous
    assert np.abs(np.subtract(np.multiply(find_red(pixels), scale), upright_box(BOX, SIZE, orientation))).max() <= scale


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:0"])
@pytest.mark.parametrize("at_least", [200, 400, 800])
def test_the_pixels_are_those_of_the_whole_picture_shrunk(
    tmp_path: Path, at_least: int, subsampling: str, progressive: bool
):
    path = tmp_path / "picture.jpg"
    scene(SIZE).save(path, quality=92, subsampling=subsampling, progressive=progressive)
    expected = shrunk(read_upright(path), at_least, at_least * 3 // 4)
    assert np.abs(read(path, at_least).astype(int) - expected).mean() < 1.0


@pytest.mark.parametrize("size", [(1600, 1200), (1601, 1207), (1606, 1203)])
@pytest.mark.parametrize("orientation", [1, 6])
def test_things_stay_in_their_place_where_the_sides_are_no_multiples_of_eight(
    tmp_path: Path, size: tuple[int, int], orientation: int
):
    """To a few hundredths of a pixel of the small picture, measured at the far end."""
    path = write_picture(tmp_path / "picture.jpg", size, (1100, 800, 1500, 1100), orientation)
    small, whole = (shrunk(pixels, 96, 96) for pixels in (read(path, 200), read_upright(path)))
    assert np.abs(np.subtract(middle_of_red(small), middle_of_red(whole))).max() < 0.05


def middle_of_red(pixels: np.ndarray) -> tuple[float, float]:
    weight = 200.0 - pixels[..., 1]
    rows, columns = np.indices(weight.shape)
    return float((rows * weight).sum() / weight.sum()), float((columns * weight).sum() / weight.sum())


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_other_colours_are_the_same_at_a_smaller_scale(tmp_path: Path, mode: str):
    path = tmp_path / "picture.jpg"
    scene(SIZE).convert(mode).save(path, quality=95)
    assert np.abs(read(path, 200).astype(int) - shrunk(read_upright(path), 200, 150)).mean() < 1.5


@pytest.mark.parametrize("suffix", [".png", ".webp", ".tif"])
def test_other_formats_are_read_in_full(tmp_path: Path, suffix: str):
    path = write_picture(tmp_path / f"picture{suffix}", (640, 480))
    assert np.array_equal(read(path, 64), read_upright(path))


def test_a_photo_that_breaks_off_is_refused_at_every_scale(tmp_path: Path):
    path = tmp_path / "picture.jpg"
    scene(SIZE).save(path, quality=92)
    path.write_bytes(path.read_bytes()[:-2000])
    for at_least in (200, 1600):
        with pytest.raises(ImageProblem, match="damaged"):
            read(path, at_least)


def test_a_picture_as_thin_as_a_line_keeps_its_pixel(tmp_path: Path):
    path = write_picture(tmp_path / "picture.jpg", (1600, 3), None)
    assert read(path, 200).shape[1] >= 200
    assert read(path, 200).shape[0] >= 1
