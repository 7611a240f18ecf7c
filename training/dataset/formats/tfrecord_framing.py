"""The frames of a TFRecord file, and their checksums.

A record is its length (64 bits), a checksum of these, the bytes, and a checksum of them; all little-endian. Checksums
are CRC-32C (Castagnoli, reflected polynomial 0x82F63B78), turned and shifted as TFRecord's format description says.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

_POLYNOMIAL = 0x82F63B78
_LANE = 256  # bytes that one lane of the vectorised sum has
LONGEST_RECORD = 256 * 2**20

Words = npt.NDArray[np.uint32]


class BadRecords(ValueError):  # noqa: N818 -- it becomes a problem of one file
    """Where a file stops being records."""


def records(file: BinaryIO) -> Iterator[bytes]:
    """Each record's bytes. Raises BadRecords where a length or a record is damaged, perhaps after some."""
    while head := file.read(12):
        if len(head) < 12:
            raise BadRecords("it ends inside a record")
        length, checksum = struct.unpack("<QI", head)
        if masked_checksum(head[:8]) != checksum:
            raise BadRecords("the length of a record is damaged, or it is no TFRecord file")
        if length > LONGEST_RECORD:
            raise BadRecords(f"a record is said to be {length} bytes long")
        content, tail = file.read(length), file.read(4)
        if len(content) < length or len(tail) < 4:
            raise BadRecords("it ends inside a record")
        if masked_checksum(content) != struct.unpack("<I", tail)[0]:
            raise BadRecords("a record is damaged: its checksum is another")
        yield content


def framed(content: bytes) -> bytes:
    length = struct.pack("<Q", len(content))
    return b"".join(
        (length, struct.pack("<I", masked_checksum(length)), content, struct.pack("<I", masked_checksum(content)))
    )


def masked_checksum(content: bytes) -> int:
    checksum = crc32c(content)
    return ((checksum >> 15 | checksum << 17) + 0xA282EAD8) & 0xFFFFFFFF


def crc32c(content: bytes) -> int:
    """Lanes of bytes side by side, then joined in pairs: a picture of a megabyte takes milliseconds."""
    whole = len(content) // _LANE
    value = 0xFFFFFFFF
    if whole:
        lanes = np.frombuffer(content, np.uint8, whole * _LANE).reshape(whole, _LANE)
        sums = np.zeros(whole, np.uint32)
        sums[0] = value
        table = _table()
        for column in lanes.T:
            sums = table[(sums ^ column) & 0xFF] ^ (sums >> 8)
        value = _joined(sums)
    for byte in content[whole * _LANE :]:
        value = int(_table()[(value ^ byte) & 0xFF]) ^ value >> 8
    return value ^ 0xFFFFFFFF


def _joined(sums: Words) -> int:
    """The sum of all lanes one after another: each is moved over the bytes behind it."""
    level = 0
    while len(sums) > 1:
        if len(sums) % 2:
            sums = np.concatenate((np.zeros(1, np.uint32), sums))  # zeros in front of a sum change nothing
        sums = _applied(_shift(level), sums[::2]) ^ sums[1::2]
        level += 1
    return int(sums[0])


def _applied(matrix: Words, values: Words) -> Words:
    """A linear map of 32 bits; `matrix` holds what becomes of each bit."""
    result = np.zeros_like(values)
    for bit in range(32):
        result ^= np.where(values >> np.uint32(bit) & 1, matrix[bit], np.uint32(0)).astype(np.uint32)
    return result


@functools.cache
def _table() -> Words:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(_POLYNOMIAL), table >> 1).astype(np.uint32)
    return table


@functools.cache
def _shift(level: int) -> Words:
    """What becomes of each bit of a sum when so many lanes follow: 1, 2, 4, ... of them."""
    if level:
        below = _shift(level - 1)
        return _applied(below, below)
    values = np.uint32(1) << np.arange(32, dtype=np.uint32)
    for _ in range(_LANE):
        values = _table()[values & 0xFF] ^ (values >> 8)
    return values.astype(np.uint32)
