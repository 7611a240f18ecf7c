"""The quick way to a JPEG's size says what Pillow says, or nothing."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image

from training.dataset.image_files import ImageProblem, opened_upright_bytes
from training.dataset.jpeg_headers import AT_ONCE, plain_jpeg_size


def _jpeg(mode: str = "RGB", **options: object) -> bytes:
    content = io.BytesIO()
    Image.new(mode, (37, 21)).save(content, "JPEG", **options)
    return content.getvalue()


@pytest.mark.parametrize(
    "options", [{}, {"progressive": True}, {"quality": 30, "dpi": (72, 72)}, {"comment": b"hello"}]
)
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_plain_one_is_read_quickly(mode: str, options: dict[str, object]):
    assert plain_jpeg_size(_jpeg(mode, **options)[:AT_ONCE]) == (37, 21)


def test_what_may_be_turned_or_goes_on_is_left_to_others():
    exif = Image.Exif()
    exif[0x0112] = 6
    plain = _jpeg()
    unusual = (_jpeg(exif=exif), _jpeg(xmp=b"<x/>"), _jpeg(comment=b"x" * AT_ONCE), plain[:150], b"", b"\xff\xd8")
    assert [plain_jpeg_size(content[:AT_ONCE]) for content in unusual] == [None] * len(unusual)


def test_damaged_ones_get_no_other_answer_than_before():
    chance = random.Random(3)
    answers = 0
    for _ in range(3000):
        content = bytearray(_jpeg())
        for _ in range(chance.randint(1, 3)):
            content[chance.randrange(620)] = chance.choice((0, 255, chance.randrange(256)))
        quick = plain_jpeg_size(bytes(content[:AT_ONCE]))
        if quick is None:
            continue
        answers += 1
        assert _size(bytes(content)) == quick
    assert answers > 1000


def _size(content: bytes) -> tuple[int, int] | None:
    try:
        with opened_upright_bytes(content) as image:
            return image.size()
    except ImageProblem:
        return None
