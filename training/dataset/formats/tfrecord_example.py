"""tf.train.Example in bytes: lists of texts, numbers and whole numbers by names.

The message is small (`Example.features` = 1, a map of names to `Feature`, which is one of three lists) and its encoding
is protobuf's, so that TensorFlow is not needed to read or write one.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence

Values = Sequence[bytes] | Sequence[int] | Sequence[float]
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MOST_VALUES = 1_000_000


class BadExample(ValueError):  # noqa: N818 -- it becomes a problem of one record
    """These bytes are no tf.train.Example."""


def decoded(content: bytes) -> dict[str, Values]:
    """The lists by their names. Raises BadExample."""
    features: dict[str, Values] = {}
    for number, value in _fields(content):
        if number == 1 and isinstance(value, bytes):
            for inner, entry in _fields(value):
                if inner == 1 and isinstance(entry, bytes):
                    key, values = _entry(entry)
                    features[key] = values
    return features


def encoded(features: Mapping[str, Values]) -> bytes:
    """Names in order, as TensorFlow writes them when asked to be repeatable."""
    entries = b"".join(
        _framed(1, _framed(1, key.encode()) + _framed(2, _feature(features[key]))) for key in sorted(features)
    )
    return _framed(1, entries)


def _entry(content: bytes) -> tuple[str, Values]:
    key = ""
    values: Values = ()
    for number, value in _fields(content):
        if number == 1 and isinstance(value, bytes):
            key = value.decode("utf-8", "replace")
        elif number == 2 and isinstance(value, bytes):
            values = _list(value)
    return key, values


def _list(content: bytes) -> Values:
    for kind, value in _fields(content):
        if not isinstance(value, bytes):
            continue
        if kind == 1:
            return [item for number, item in _fields(value) if number == 1 and isinstance(item, bytes)]
        if kind == 2:
            return [number for at, item in _fields(value) if at == 1 for number in _floats(item)]
        if kind == 3:
            return [number for at, item in _fields(value) if at == 1 for number in _whole_numbers(item)]
    return ()


def _floats(item: bytes | int) -> Iterator[float]:
    """Packed, or one by one."""
    content = struct.pack("<I", item) if isinstance(item, int) else item
    if len(content) % 4:
        raise BadExample("a list of numbers is cut off")
    _check_count(len(content) // 4)
    yield from (value[0] for value in struct.iter_unpack("<f", content))


def _whole_numbers(item: bytes | int) -> Iterator[int]:
    if isinstance(item, int):
        yield _signed(item)
        return
    at = count = 0
    while at < len(item):
        value, at = _varint(item, at)
        count += 1
        _check_count(count)
        yield _signed(value)


def _signed(value: int) -> int:
    return value - 2**64 if value >= 2**63 else value


def _fields(content: bytes) -> Iterator[tuple[int, bytes | int]]:
    at, count = 0, 0
    while at < len(content):
        key, at = _varint(content, at)
        kind, number = key & 7, key >> 3
        count += 1
        _check_count(count)
        if kind == _VARINT:
            value, at = _varint(content, at)
            yield number, value
            continue
        length = {_FIXED64: 8, _FIXED32: 4}.get(kind)
        if kind == _BYTES:
            length, at = _varint(content, at)
        if length is None or at + length > len(content):
            raise BadExample("it is no tf.train.Example")
        part, at = content[at : at + length], at + length
        yield number, struct.unpack("<I", part)[0] if kind == _FIXED32 else part


def _check_count(count: int) -> None:
    if count > _MOST_VALUES:
        raise BadExample("it holds more values than an image can need")


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(content):
            break
        byte = content[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, at
    raise BadExample("it is no tf.train.Example")


def _feature(values: Values) -> bytes:
    if values and isinstance(values[0], bytes):
        return _framed(1, b"".join(_framed(1, value) for value in values if isinstance(value, bytes)))
    if values and isinstance(values[0], int):
        packed = b"".join(_written_varint(int(value)) for value in values)
        return _framed(3, _framed(1, packed))
    packed = struct.pack(f"<{len(values)}f", *(float(value) for value in values))
    return _framed(2, _framed(1, packed) if values else b"")


def _framed(number: int, content: bytes) -> bytes:
    return _written_varint(number << 3 | _BYTES) + _written_varint(len(content)) + content


def _written_varint(value: int) -> bytes:
    value &= 0xFFFFFFFFFFFFFFFF
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)
