"""Files as disks, transfers, other programs and ill will leave them: cut, flipped, mixed up, of other types and depths."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

NUMBERS = (
    b"9" * 400, b"-1e999", b"1e308", b"5e-324", b"nan", b"NaN", b"-Infinity", b"-1", b"0", b"-0.0", b"0x10", b"1_000",
    b"1,5", b"\xd9\xa1\xd9\xa2", b"null", b"true", b'"7"', b'"cat"', b"[]", b"{}", b"", b"99999999999999999999", b"1e9",
)  # fmt: skip
TOKENS = (
    b'"', b"'", b"<", b">", b"]", b"}", b"[", b"{", b"\0", b"\n", b"\r", b",,", b";", b"\t", b"&#0;", b"&x;", b"\\",
    b"\\ud800", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"<!--", b"<![CDATA[", b"<?xml?>", b"names:", b"- ", b"item {",
    b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>', b"../../", b"\xed\xa0\x80", "\u2028".encode(),
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 10**400, 1e308, 5e-324, float("nan"), float("-inf"), "", "x" * 10_000, "\0", "\ud800", "../../x",
    "http://127.0.0.1:9/x.png", [], {}, [[]], [None], {"": None}, [1, 2, 3, 4], "1", "nan",
)  # fmt: skip
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_BORDER = re.compile(rb"[<>{}\[\],:\"\n ;=]")
_TAG = re.compile(rb"<(/?\w+)")


def spoiled(content: bytes, chance: random.Random) -> bytes:
    """One of many ways; `chance` says which, the same each time for the same seed."""
    return chance.choice(WAYS)(content, chance)


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _cut_at_a_border(content: bytes, chance: random.Random) -> bytes:
    return content[: _border(content, chance)]


def _flipped(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8) if changed else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _without_a_piece(content: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(content) + 1)
    return content[:start] + content[start + chance.choice((1, 3, 20, 400)) :]


def _twice(content: bytes, chance: random.Random) -> bytes:
    """Keys, entries and ends that come again."""
    first, second = sorted((_border(content, chance), _border(content, chance)))
    return content[:second] + content[first:second] * chance.choice((1, 1, 5)) + content[second:]


def _with_tokens(content: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 4)):
        at = chance.choice((_border(content, chance), chance.randrange(len(content) + 1)))
        content = content[:at] + chance.choice(TOKENS) + content[at:]
    return content


def _other_numbers(content: bytes, chance: random.Random) -> bytes:
    found = list(_NUMBER.finditer(content))
    for match in sorted(chance.sample(found, min(len(found), chance.randint(1, 4))), key=lambda one: -one.start()):
        content = content[: match.start()] + chance.choice(NUMBERS) + content[match.end() :]
    return content


def _deep(content: bytes, chance: random.Random) -> bytes:
    at, depth = _border(content, chance), chance.choice((10, 60, 1000, 20_000))
    opening, closing = chance.choice(((b"[", b"]"), (b'{"a":', b"}"), (b"<a>", b"</a>"), (b"(", b")"), (b'"', b'"')))
    return content[:at] + opening * depth + closing * chance.choice((0, depth)) + content[at:]


def _other_encoding(content: bytes, chance: random.Random) -> bytes:
    text = content.decode("utf-8", "replace")
    marks = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"+/v8", b"\x1f\x8b")
    encodings = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp1252", "shift_jis")
    made = text.encode(chance.choice(encodings), "replace")
    return chance.choice((made, chance.choice(marks) + content, chance.choice(marks) + made, b"\0".join([content] * 2)))


def _other_values(content: bytes, chance: random.Random) -> bytes:
    """JSON whose values are of other types; for other files, tags or lines that changed places."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return _mixed_up(content, chance)
    for _ in range(chance.randint(1, 3)):
        value = _replaced(value, chance)
    return json.dumps(value).encode()


def _replaced(value: Any, chance: random.Random) -> Any:
    if not isinstance(value, dict | list) or not value or chance.random() < 0.1:
        return chance.choice(VALUES)
    changed = value.copy()
    key = chance.choice(list(changed)) if isinstance(changed, dict) else chance.randrange(len(changed))
    if isinstance(changed, dict) and chance.random() < 0.1:
        del changed[key]
    else:
        changed[key] = _replaced(changed[key], chance)
    return changed


def _mixed_up(content: bytes, chance: random.Random) -> bytes:
    tags = list(_TAG.finditer(content))
    if tags:
        match, other = chance.choice(tags), chance.choice(tags)
        return content[: match.start(1)] + other[1] + content[match.end(1) :]
    lines = content.split(b"\n")
    chance.shuffle(lines)
    return b"\n".join(lines)


def _border(content: bytes, chance: random.Random) -> int:
    borders = [match.end() for match in _BORDER.finditer(content[:200_000])]
    return chance.choice(borders) if borders else 0


WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _cut, _cut_at_a_border, _flipped, _without_a_piece, _twice, _with_tokens, _other_numbers, _deep, _other_encoding,
    _other_values, _other_values,
)  # fmt: skip
