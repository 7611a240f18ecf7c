"""Every image upright, nothing that crashes or hangs, and a plain reason for what can't be read."""

from __future__ import annotations

import csv
import io
import os
import struct
import subprocess
import sys
import threading
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image, PngImagePlugin

from tests.helpers.red_box_pictures import RED_BOX, find_red, upright_box, write_picture
from training.dataset import image_files, image_modes, png_chunks
from training.dataset.image_files import ImageProblem, opened_upright_bytes, read_size, read_upright

ORIENTATIONS = range(1, 9)


def rows_of(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


# --- orientation


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
def test_a_picture_stands_upright_whatever_its_orientation(tmp_path: Path, suffix: str, orientation: int):
    path = write_picture(tmp_path / f"picture{suffix}", orientation=orientation)
    pixels = read_upright(path)
    width, height = read_size(path)
    assert pixels.shape == (height, width, 3)
    assert (width, height) == ((64, 48) if orientation < 5 else (48, 64))
    assert np.abs(np.subtract(find_red(pixels), upright_box(RED_BOX, (64, 48), orientation))).max() <= 1


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_the_shared_pictures_stand_upright(shared_data: Path, orientation: int):
    path = shared_data / f"hostile_dev/made_here/images/exif/orientation_{orientation}.jpg"
    assert np.abs(np.subtract(find_red(read_upright(path)), upright_box(RED_BOX, (64, 48), orientation))).max() <= 2


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_illegal_orientation_counts_as_upright(shared_data: Path, value: int):
    path = shared_data / f"hostile_dev/made_here/images/exif/orientation_{value}_invalid.jpg"
    assert read_size(path) == (64, 48)
    assert read_upright(path).shape == (48, 64, 3)


@pytest.mark.parametrize("kind", ["Landscape", "Portrait"])
def test_photos_taken_in_every_direction_look_the_same(shared_data: Path, kind: str):
    upright = read_upright(shared_data / f"exif_orientation/{kind}_1.jpg", 90).astype(int)
    for orientation in range(2, 9):
        turned = read_upright(shared_data / f"exif_orientation/{kind}_{orientation}.jpg", 90).astype(int)
        assert turned.shape == upright.shape
        assert np.abs(turned - upright).mean() < 12


def test_the_orientation_of_a_png_counts_even_behind_the_pixels(tmp_path: Path):
    path = write_picture(tmp_path / "picture.png", orientation=6)
    content = path.read_bytes()
    at = content.index(b"eXIf") - 4
    length = 12 + struct.unpack(">I", content[at : at + 4])[0]
    chunk, rest = content[at : at + length], content[:at] + content[at + length :]
    end = rest.index(b"IEND") - 4
    path.write_bytes(rest[:end] + chunk + rest[end:])
    assert read_size(path) == (48, 64)
    assert read_upright(path).shape == (64, 48, 3)


def test_damaged_metadata_does_not_hide_a_picture(tmp_path: Path):
    path = tmp_path / "picture.jpg"
    Image.new("RGB", (20, 10)).save(path, exif=b"Exif\0\0II*\0\xff\xff\xff\xff garbage")
    assert read_size(path) == (20, 10)
    assert read_upright(path).shape == (10, 20, 3)


# --- kinds of pictures


def test_phone_photos_open_under_their_own_and_under_a_wrong_name(tmp_path: Path):
    # In a process of its own, because the first photo of this kind is what registers the decoder.
    program = """
import sys
from pathlib import Path
from PIL import Image
from training.dataset.image_files import read_size, read_upright
assert "pi_heif" not in sys.modules
import pillow_heif
folder = Path(sys.argv[1])
pillow_heif.from_pillow(Image.new("RGB", (64, 48), (255, 0, 0))).save(folder / "photo.heic", quality=90)
(folder / "photo.jpg").write_bytes((folder / "photo.heic").read_bytes())
for name in ("photo.jpg", "photo.heic"):
    assert read_size(folder / name) == (64, 48)
    pixels = read_upright(folder / name)
    assert pixels.shape == (48, 64, 3) and pixels[..., 0].min() > 240 and pixels[..., 1].max() < 15
"""
    subprocess.run([sys.executable, "-W", "error", "-c", program, str(tmp_path)], check=True, timeout=60)


@pytest.mark.parametrize(
    ("mode", "value", "expected"),
    [
        ("L", 77, (77, 77, 77)),
        ("1", 1, (255, 255, 255)),
        ("RGBA", (255, 0, 0, 0), (255, 255, 255)),
        ("RGBA", (255, 0, 0, 255), (255, 0, 0)),
        ("LA", (0, 128), (127, 127, 127)),
    ],
)
def test_grey_and_transparent_pictures_become_colours_over_white(tmp_path: Path, mode: str, value, expected):
    path = tmp_path / "picture.png"
    Image.new(mode, (5, 4), value).save(path)
    assert np.abs(read_upright(path).astype(int) - expected).max() <= 1


def test_a_palette_with_a_transparent_colour_becomes_colours_over_white(tmp_path: Path):
    image = Image.new("P", (4, 4), 0)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((0, 0), 1)
    image.save(tmp_path / "picture.png", transparency=0)
    pixels = read_upright(tmp_path / "picture.png")
    assert pixels[0, 0].tolist() == [0, 0, 255]
    assert pixels[1, 1].tolist() == [255, 255, 255]


@pytest.mark.parametrize(("brightest", "expected"), [(65535, 128), (4095, 128), (255, 128)])
def test_sixteen_bits_are_scaled_by_the_range_they_use(tmp_path: Path, brightest: int, expected: int):
    values = np.array([[0, brightest, (brightest + 1) // 2]], dtype=np.uint16)
    Image.fromarray(values).save(tmp_path / "picture.png")
    assert np.abs(read_upright(tmp_path / "picture.png")[0, :, 1].astype(int) - [0, 255, expected]).max() <= 1


def test_sixteen_bit_grey_shows_neither_black_nor_white(shared_data: Path):
    pixels = read_upright(shared_data / "hostile_dev/made_here/images/modes/gray16.png")
    assert np.unique(pixels).tolist() == [round(40000 / 257)]


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("mode", ["RGB", "1", "RGBA", "I;16", "F"])
def test_a_picture_is_the_same_in_as_many_bands_as_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str, orientation: int
):
    random = np.random.default_rng(orientation)
    grey = random.integers(0, 60_000, (23, 40)).astype(np.uint16 if mode == "I;16" else np.float32)
    image = Image.fromarray(grey if mode in ("I;16", "F") else random.integers(0, 255, (23, 40, 4), np.uint8))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    path = tmp_path / ("picture.tif" if mode == "F" else "picture.png")
    (image if mode in ("I;16", "F") else image.convert(mode)).save(path, exif=exif)
    whole, reduced = read_upright(path), read_upright(path, 17)
    monkeypatch.setattr(image_modes, "BAND", 200)
    assert np.array_equal(read_upright(path), whole)
    assert np.array_equal(read_upright(path, 17), reduced)


def test_of_frames_and_pages_the_first_is_read(shared_data: Path):
    modes = shared_data / "hostile_dev/made_here/images/modes"
    for name in ("animated3.gif", "two_pages.tif"):
        assert read_upright(modes / name).shape == (48, 64, 3)


def test_fractions_are_scaled_from_zero_to_one(tmp_path: Path):
    Image.fromarray(np.array([[0.0, 0.5, 1.0]], dtype=np.float32)).save(tmp_path / "picture.tif")
    assert read_upright(tmp_path / "picture.tif")[0, :, 0].tolist() == [0, 128, 255]


# --- reduced


@pytest.mark.parametrize(("max_side", "shape"), [(32, (24, 32, 3)), (64, (48, 64, 3)), (500, (48, 64, 3))])
def test_a_reduced_picture_fits_and_is_never_enlarged(tmp_path: Path, max_side: int, shape: tuple[int, ...]):
    assert read_upright(write_picture(tmp_path / "picture.jpg"), max_side).shape == shape


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_a_reduced_picture_shows_things_at_the_reduced_place(tmp_path: Path, suffix: str, orientation: int):
    box = (801, 301, 1601, 901)
    path = write_picture(tmp_path / f"picture{suffix}", (2003, 1001), box, orientation)
    pixels = read_upright(path, 200)
    assert max(pixels.shape) == 200
    expected = np.array(upright_box(box, (2003, 1001), orientation)) * 200 / 2003
    assert np.abs(expected - find_red(pixels)).max() <= 1


def test_decoding_at_a_smaller_scale_shifts_nothing(tmp_path: Path):
    """137 pixels are 17.125 at an eighth; the 18 that come out of the decoder must not count as the whole."""
    ramp = np.tile(np.linspace(0, 255, 137).astype(np.uint8), (137, 1))
    Image.fromarray(ramp).save(tmp_path / "picture.jpg", quality=95)
    reduced = read_upright(tmp_path / "picture.jpg", 8)[4, :, 0].astype(int)
    assert np.abs(reduced - (np.arange(8) + 0.5) / 8 * 255).max() < 5


def test_the_pixels_are_ready_to_use(tmp_path: Path):
    pixels = read_upright(write_picture(tmp_path / "picture.jpg", orientation=6), 40)
    assert pixels.dtype == np.uint8
    assert pixels.flags.c_contiguous
    assert pixels.flags.writeable


# --- what can't be read


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("empty.jpg", "empty"),
        ("text_inside.jpg", "not an image"),
        ("html_error_page.png", "not an image"),
        ("only_jpeg_magic.jpg", "not an image"),
        ("cut_in_half.jpg", "truncated"),
        ("png_bad_crc.png", "broken data"),
        ("bomb_30000x30000_1bit.png", "too large"),
        ("claims_2e9x2e9.png", "too large"),
        ("zero_width.png", "not an image"),
        ("does_not_exist.png", "No such file"),
        ("exif", "not a file"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(shared_data: Path, name: str, reason: str):
    path = shared_data / "hostile_dev/made_here/images" / name
    with pytest.raises(ImageProblem, match=reason) as caught:
        read_upright(path)
    assert caught.value.path == path
    assert str(path) in str(caught.value)
    assert str(path) not in caught.value.reason


@pytest.mark.parametrize("table", ["hostile_dev", "exif_orientation"])
def test_the_hostile_collection_opens_or_is_refused(shared_data: Path, table: str):
    """Sizes agree with the pixels, and everything opens that the list says does; .ico is left out on purpose."""
    root = shared_data / table
    refused_by_us = {"pillow/hopper.ico", "pngsuite/png/xcsn0g01.png"}  # Pillow compares no checksums of pixels
    for row in rows_of(root / "PILLOW_13_RESULT.tsv"):
        path, is_good = root / row["path"], row["pixels_or_error"] == "ok" and "Error" not in row["orientation"]
        try:
            height, width, _ = read_upright(path, None if row["size"] != "8000x6000" else 512).shape
        except ImageProblem:
            assert not is_good or row["path"] in refused_by_us, row["path"]
            continue
        if row["size"] != "8000x6000":
            assert read_size(path) == (width, height), row["path"]


def test_the_largest_photos_of_today_open(tmp_path: Path):
    Image.new("1", (16_000, 12_500)).save(tmp_path / "200_million_pixels.png")
    assert read_size(tmp_path / "200_million_pixels.png") == (16_000, 12_500)


@pytest.mark.parametrize("block", [100, 2**20])
def test_a_png_whose_pixels_are_not_those_that_were_written_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
):
    """Stored without compression and a checksum of their own, so that a wrong colour decodes as well as a right one."""
    monkeypatch.setattr(png_chunks, "_AT_ONCE", block)
    path = tmp_path / "picture.png"
    row = b"\0" + b"\x80" * 300
    stored = b"\x78\x01\x01" + struct.pack("<HH", 20 * 301, 0xFFFF - 20 * 301) + row * 20
    content = stored + struct.pack(">I", zlib.adler32(row * 20))
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 100, 20, 8, 2, 0, 0, 0))
    whole = b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", content) + png_chunk(b"IEND", b"")
    path.write_bytes(whole)
    assert np.unique(read_upright(path)).tolist() == [128]
    sum_at = whole.index(b"IEND") - 8
    path.write_bytes(whole[:sum_at] + b"sums" + whole[sum_at + 4 :])
    with pytest.raises(ImageProblem, match="checksum of its pixels is wrong"):
        read_upright(path)


def test_a_photo_of_that_size_is_decoded_smaller_and_other_pictures_of_it_are_refused(tmp_path: Path):
    """Decoding them would take more than 1 GB."""
    for suffix in (".png", ".jpg"):
        Image.new("L", (16_000, 7_000)).save(tmp_path / f"picture{suffix}")
    assert read_upright(tmp_path / "picture.jpg", 1000).shape == (438, 1000, 3)
    for path, max_side in ((tmp_path / "picture.jpg", None), (tmp_path / "picture.png", 1000)):
        with pytest.raises(ImageProblem, match="too large: 16000 x 7000; 110,000,000 pixels"):
            read_upright(path, max_side)


@pytest.mark.parametrize("is_large", [True, False])
def test_large_pictures_are_decoded_one_after_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_large: bool):
    """However many threads there are: several at once would take several times the memory."""
    path = write_picture(tmp_path / "picture.png")
    two, real = threading.Barrier(2), image_files.upright_pixels
    met: list[int] = []

    def watched(picture: Image.Image, orientation: int) -> np.ndarray:
        with suppress(threading.BrokenBarrierError):
            met.append(two.wait(0.3 if is_large else 20))
        return real(picture, orientation)

    monkeypatch.setattr(image_files, "upright_pixels", watched)
    monkeypatch.setattr(image_files, "LARGE", 64 * 48 - is_large)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(read_upright, [path] * 2))
    assert bool(met) is not is_large


def test_a_bomb_is_refused_by_its_header_alone(tmp_path: Path):
    header = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 20000, 20000, 8, 2, 0, 0, 0))
    path = tmp_path / "bomb.png"
    path.write_bytes(header + png_chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + png_chunk(b"IEND", b""))
    for read in (read_size, read_upright):
        with pytest.raises(ImageProblem, match="too large"):
            read(path)


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "picture.jpg")
    with pytest.raises(ImageProblem, match="not a file"):
        read_size(tmp_path / "picture.jpg")


def test_files_that_would_start_other_programs_are_no_images(tmp_path: Path):
    path = tmp_path / "picture.jpg"
    Image.new("RGB", (8, 8)).save(path, format="EPS")
    with pytest.raises(ImageProblem, match="not an image"):
        read_upright(path)


def test_warnings_of_the_decoder_stay_inside_and_others_are_left_alone(tmp_path: Path):
    """In threads too, which is where images are decoded."""
    content = io.BytesIO()
    image = Image.new("P", (4, 4), 0)
    image.putpalette([1, 2, 3, 4, 5, 6])
    image.save(content, "PNG", transparency=b"\x00\x80")
    path = tmp_path / "picture.png"
    path.write_bytes(content.getvalue())
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(read_upright, [path] * 40))
        warnings.warn_explicit("from a decoder", UserWarning, "PngImagePlugin.py", 1, module="PIL.PngImagePlugin")
        warnings.warn("from somebody else", UserWarning, stacklevel=1)
    assert [str(warning.message) for warning in seen] == ["from somebody else"]


def test_text_bombs_in_a_png_are_refused(tmp_path: Path):
    info = PngImagePlugin.PngInfo()
    info.add_text("comment", "x" * (PngImagePlugin.MAX_TEXT_CHUNK + 1), zip=True)
    Image.new("RGB", (4, 4)).save(tmp_path / "picture.png", pnginfo=info)
    with pytest.raises(ImageProblem, match="too large"):
        read_upright(tmp_path / "picture.png")


# --- content that is no file


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
def test_bytes_are_read_as_their_file_would_be(tmp_path: Path, suffix: str):
    path = write_picture(tmp_path / f"picture{suffix}", orientation=6)
    with opened_upright_bytes(path.read_bytes()) as image:
        assert image.size() == read_size(path)
        assert np.array_equal(image.pixels(), read_upright(path))


@pytest.mark.parametrize("content", [b"", b"text", b"\x89PNG\r\n\x1a\n"])
def test_bytes_that_are_no_image_are_a_problem(content: bytes):
    with pytest.raises(ImageProblem), opened_upright_bytes(content) as image:
        image.pixels()
