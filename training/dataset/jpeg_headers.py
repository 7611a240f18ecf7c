"""The size of a plain JPEG out of its first bytes; whatever is not quite plain is left to who reads all images."""

from __future__ import annotations

from struct import Struct

AT_ONCE = 4096  # bytes: headers without a preview are shorter

_SEGMENT = Struct(">2H")
_FRAME = Struct(">B2HB")
_START = b"\xff\xd8"
_TABLE = 65  # bytes of an 8-bit quantization table with its number
_FRAMES = (0xFFC0, 0xFFC1, 0xFFC2)  # baseline, extended, progressive
_QUANTIZATION, _SCAN = 0xFFDB, 0xFFDA
_WITHOUT_MEANING_HERE = (0xFFC4, 0xFFDD, 0xFFE0, 0xFFFE)  # Huffman tables, restarts, JFIF, a comment


def plain_jpeg_size(head: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, stored and upright; `head` is how the file begins.

    None for what is no JPEG, goes on behind `head`, may be turned (EXIF, XMP) or has anything unusual.
    """
    if not head.startswith(_START):
        return None
    size, at = None, len(_START)
    while at + _SEGMENT.size <= len(head):
        marker, length = _SEGMENT.unpack_from(head, at)
        start, at = at + _SEGMENT.size, at + 2 + length
        if length < 2 or at > len(head):
            return None
        if marker in _FRAMES and size is None:
            size = _frame_size(head[start:at])
        elif marker == _SCAN:
            return size
        elif not (marker in _WITHOUT_MEANING_HERE or (marker == _QUANTIZATION and _are_tables(head[start:at]))):
            return None
    return None


def _frame_size(frame: bytes) -> tuple[int, int] | None:
    if len(frame) < _FRAME.size:
        return None
    bits, height, width, layers = _FRAME.unpack_from(frame)
    is_usual = bits == 8 and layers in (1, 3, 4) and len(frame) == _FRAME.size + 3 * layers
    return (width, height) if is_usual and width and height else None


def _are_tables(tables: bytes) -> bool:
    return len(tables) % _TABLE == 0 and max(tables[::_TABLE], default=0) < 4
