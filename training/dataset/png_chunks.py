"""What Pillow does not look at in a PNG: metadata behind the pixels, and whether the pixels are those that were written."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO

_LATE_METADATA = (b"eXIf", b"iTXtXML:com.adobe.xmp", b"tEXtRaw profile type exif", b"zTXtRaw profile type exif")
_SIGNATURE = 8  # bytes before the first chunk
_AT_ONCE = 2**20


def has_orientation(file: BinaryIO) -> bool:
    """Whether there is metadata, before or behind the pixels, that can say how a PNG is turned."""
    return any(start.startswith(_LATE_METADATA) for start, _, _ in _chunks(file))


def check_pixels(file: BinaryIO) -> None:
    """Raises ValueError where a part of the pixels is not what was written: it may still decode, to another picture."""
    for start, position, length in _chunks(file):
        if start.startswith(b"IDAT") and not _has_its_sum(file, position, length):
            raise ValueError("the checksum of its pixels is wrong")


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Of each chunk its kind with the first bytes behind it, where that stands, and the length of its content."""
    position = file.seek(_SIGNATURE)
    while len(head := file.read(40)) >= 8:
        length = int.from_bytes(head[:4], "big")
        yield head[4:], position + 4, length
        position = file.seek(position + 12 + length)


def _has_its_sum(file: BinaryIO, position: int, length: int) -> bool:
    file.seek(position)
    total, left = 0, 4 + length
    while left and (part := file.read(min(left, _AT_ONCE))):
        total = zlib.crc32(part, total)
        left -= len(part)
    return total.to_bytes(4, "big") == file.read(4)
