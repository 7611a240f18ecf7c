"""XML of others, element by element: no entities, nothing from elsewhere, bounded depth and size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from training.dataset.formats.csv_cells import BadCell
from training.dataset.plain_files import open_bytes

_DEEPEST = 50
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.-]{1,20})["'][^>]*\?>""")
_LONGEST_DECLARATION = 200
_OF_EAST_ASIA = frozenset(
    {
        "gb2312",
        "gbk",
        "gb18030",
        "big5",
        "shift_jis",
        "shift-jis",
        "euc-jp",
        "euc-kr",
        "cp936",
        "cp949",
        "ks_c_5601-1987",
    }
)
_MOST_DECODED = 64 * 2**20
_MOST_AT_ONCE = 1_000_000  # elements that have to be kept, each some hundred bytes
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
_ESCAPED = re.compile('[&<>"\r\n\t]')


class BadXml(ValueError):  # noqa: N818 -- it becomes a problem of one file
    """Why a file can't be read (further)."""


def elements(path: Path, tags: frozenset[str], most_bytes: int) -> Iterator[Element]:
    """The root as it begins, then each element of these tags when it is complete; it is emptied afterwards.

    Raises BadXml, perhaps after some elements.
    """
    try:
        length = path.stat().st_size
        if length > most_bytes:
            raise BadXml(f"the file is {length} bytes long; expected no more than {most_bytes}")
        with open_bytes(path) as file:
            yield from _elements(iterparse(_in_utf_8(file), ("start", "end"), forbid_dtd=False), tags)
    except OSError as error:
        raise BadXml(f"the file cannot be read: {error.strerror or error}") from error
    except ParseError as error:
        raise BadXml(f"expected XML, but it is broken: {error}") from error
    except DefusedXmlException as error:
        raise BadXml("it defines entities, which may hide anything; such files are not read") from error
    except (UnicodeError, LookupError) as error:
        raise BadXml(f"its text cannot be decoded: {error}") from error


def _in_utf_8(file: BufferedReader) -> BinaryIO:
    """The file itself, or its text where it is in an encoding of East Asia, which the parser does not know.

    Raises BadXml, UnicodeError.
    """
    declared = _DECLARED.match(file.peek(_LONGEST_DECLARATION)[:_LONGEST_DECLARATION])
    if declared is None or declared.group(1).decode().lower() not in _OF_EAST_ASIA:
        return file
    content = file.read(_MOST_DECODED + 1)
    if len(content) > _MOST_DECODED:
        raise BadXml(f"in {declared.group(1).decode()} no more than {_MOST_DECODED} bytes are read")
    return BytesIO(content[declared.end() :].decode(declared.group(1).decode()).encode())


@dataclass(slots=True)
class _Open:
    """An element that has begun, how many there were before it, and how many are kept in it that have ended.

    Its next one stands behind those, whatever was read ahead: searching for it would take long among many.
    """

    element: Element
    before: int
    kept: int = 0


def _check_bounds(depth: int, count: int) -> None:
    if depth > _DEEPEST:
        raise BadXml(f"its elements are more than {_DEEPEST} deep in each other")
    if count > _MOST_AT_ONCE:
        raise BadXml(f"more than {_MOST_AT_ONCE} of its elements belong to one thing, or to nothing that is known here")


def _elements(events: Iterator[tuple[str, Element]], tags: frozenset[str]) -> Iterator[Element]:
    above: list[_Open] = []
    count = 0  # of elements that are kept
    try:
        for event, element in events:
            if event == "start":
                above.append(_Open(element, count))
                count += 1
                _check_bounds(len(above), count)
                if len(above) == 1:
                    yield element
                continue
            begun = above.pop()
            if above and element.tag in tags:
                yield element
                element.clear()
                del above[-1].element[above[-1].kept]
                count = begun.before
            elif above:
                above[-1].kept += 1
    except ValueError as error:
        if isinstance(error, BadXml | DefusedXmlException | UnicodeError):
            raise
        raise BadXml(f"it cannot be read as XML: {error}") from error


def root_tag(path: Path) -> str:
    """Of a file that may be XML; nothing if it is not."""
    try:
        with open_bytes(path) as file:
            head = file.read(200).lstrip(b"\xef\xbb\xbf \r\n\t")
        if not head.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
            return ""
        return str(next(elements(path, frozenset(), 2**40)).tag)
    except (BadXml, StopIteration, OSError):
        return ""


def text(element: Element, path: str) -> str | None:
    """Of the element below; None if there is none."""
    found = element.find(path)
    return None if found is None else (found.text or "")


def can_hold(content: str) -> bool:
    return not _ILLEGAL.search(content)


def escaped(content: str) -> str:
    """As text or attribute, so that it comes back as it is. Raises BadCell for what XML can't hold."""
    if not can_hold(content):
        raise BadCell(f"{content!r} has characters that XML can't hold")
    return _ESCAPED.sub(lambda found: _ESCAPES[found.group()], content)
