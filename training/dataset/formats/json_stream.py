"""JSON element by element: what a list holds is never in memory all at once, and a break keeps what stands before it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from training.dataset.formats.image_names import shortened
from training.dataset.plain_files import open_bytes, open_text

_AT_ONCE = 2**20  # characters
_LARGEST_VALUE = 2**24
_MOST_PARTS = 6_000_000  # of a file that is read whole: lists, objects and values; each takes some hundred bytes
_LONGEST_WORD = 20  # "-Infinity", escapes: shorter than that
_TOGETHER = 2**16  # characters of a list that are decoded in one go
_SPACE = re.compile(r"[ \t\n\r]*")
_BETWEEN = re.compile(r"\}[ \t\n\r]{0,100},[ \t\n\r]{0,100}\{")
_DECODER = json.JSONDecoder()


class BadJson(ValueError):  # noqa: N818 -- it becomes a problem of one file
    """Why a file can't be read (further)."""


def whole(path: Path, most_bytes: int) -> Any:
    """All of a file that is not large. Raises BadJson."""
    try:
        with open_bytes(path) as file:
            content = file.read(most_bytes + 1)
    except OSError as error:
        raise BadJson(f"the file cannot be read: {error.strerror or error}") from error
    if len(content) > most_bytes:
        raise BadJson(f"the file is larger than {most_bytes} bytes")
    if sum(map(content.count, (b"[", b"{", b","))) > _MOST_PARTS:
        raise BadJson(f"it has more than {_MOST_PARTS} parts")
    try:
        return json.loads(content.decode(json.detect_encoding(content)).removeprefix("\ufeff"))
    except UnicodeDecodeError as error:
        raise BadJson(f"expected text in UTF-8, but byte {error.start} is not") from error
    except (ValueError, RecursionError) as error:
        raise BadJson(_in_words(error)) from error


def members(path: Path) -> Iterator[tuple[str, Any]]:
    """Of the object or list that a file is: each element of a list with the name of the list (nothing for the file's
    own), and each other value with its key; what is neither has the key `""` too.

    Raises BadJson, perhaps after some of them.
    """
    try:
        with open_bytes(path) as head:
            encoding = json.detect_encoding(head.read(4))
        with open_text(path, encoding) as file:
            yield from _Stream(file).members()
    except OSError as error:
        raise BadJson(f"the file cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise BadJson(f"expected text in UTF-8: {error.reason}") from error


class _Stream:
    """A window that moves over the text."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self._ended = False

    def members(self) -> Iterator[tuple[str, Any]]:
        opening = self._peek()
        if opening == "\ufeff":
            self._at += 1
            opening = self._peek()
        if opening == "[":
            for value in self._elements():
                yield "", value
        elif opening == "{":
            yield from self._object()
        else:
            yield "", self._value()
        if self._peek():
            raise BadJson("expected the end of the file after the JSON in it")

    def _object(self) -> Iterator[tuple[str, Any]]:
        self._at += 1
        if self._peek() == "}":
            self._at += 1
            return
        while True:
            key = self._value()
            if not isinstance(key, str):
                raise BadJson(f"expected a key in quotes, got {shortened(key)}")
            self._expect(":")
            if self._peek() == "[":
                yield key, LIST_BEGINS
                for value in self._elements():
                    yield key, value
            else:
                yield key, self._value()
            if self._next_is("}"):
                return

    def _elements(self) -> Iterator[Any]:
        self._at += 1
        if self._peek() == "]":
            self._at += 1
            return
        between: str | None = ""
        while True:
            yield self._value()
            if between == "" and (found := _BETWEEN.match(self._text, self._at - 1)):
                between = found.group()
            if self._next_is("]"):
                return
            if between:
                together = self._together(between)
                yield from together or ()
                between = between if together is not None else None

    def _together(self, between: str) -> list[Any] | None:
        """Objects of a list that are decoded in one go, for speed; None where they must be taken one by one.

        Cut at what stands `between` two of them. Where that is inside of one or behind the list, decoding fails.
        """
        self._peek()
        end = self._text.rfind(between, self._at, self._at + _TOGETHER)
        if end < 0:
            return []
        try:
            values: list[Any] = _DECODER.decode(f"[{self._text[self._at : end + 1]}]")
        except (ValueError, RecursionError):
            return None
        self._at = end + len(between) - 1
        return values

    def _next_is(self, closing: str) -> bool:
        """Whether it ends here; a comma goes on."""
        letter = self._peek()
        if letter not in (closing, ","):
            raise BadJson(f"expected a comma or {closing}, got {letter or 'the end of the file'}")
        self._at += 1
        return letter == closing

    def _expect(self, letter: str) -> None:
        if self._peek() != letter:
            raise BadJson(f"expected {letter}, got {self._peek() or 'the end of the file'}")
        self._at += 1

    def _peek(self) -> str:
        """The next letter that is no space; nothing at the end."""
        if self._at < len(self._text) and self._text[self._at] not in " \t\n\r":
            return self._text[self._at]  # as mostly, and there may be millions
        while True:
            found = _SPACE.match(self._text, self._at)
            assert found is not None
            self._at = found.end()
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _value(self) -> Any:
        self._peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except RecursionError as error:
                raise BadJson(_in_words(error)) from error
            except ValueError as error:
                if not self._may_go_on(error) or not self._more():
                    raise BadJson(_in_words(error)) from error
                continue
            if end < len(self._text) or not self._more():  # a number may go on behind the window
                self._at = end
                return value

    def _may_go_on(self, error: ValueError) -> bool:
        """Whether it may be no more than the end of the window that breaks a value."""
        if not isinstance(error, json.JSONDecodeError):
            return False
        return error.msg.startswith("Unterminated") or error.pos > len(self._text) - _LONGEST_WORD

    def _more(self) -> bool:
        """Move the window on, doubling what does not fit."""
        if self._ended:
            return False
        kept = self._text[self._at :]
        if len(kept) > _LARGEST_VALUE:
            raise BadJson("one value in it is too large")
        new = self._file.read(max(_AT_ONCE, len(kept)))
        self._ended = not new
        self._text, self._at = kept + new, 0
        return bool(new)


class _ListBegins:
    def __repr__(self) -> str:
        return "LIST_BEGINS"


LIST_BEGINS = _ListBegins()  # told before a list's first element, also of an empty list


def _in_words(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "its values lie too deep in each other"
    if isinstance(error, json.JSONDecodeError):
        return f"expected JSON, but {error.msg[:1].lower()}{error.msg[1:]}"
    return "a number in it has too many digits"
