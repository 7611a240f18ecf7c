"""The cells of any table: its encoding, its separator, its rows."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from training.dataset.dataset import AnnotationFileError
from training.dataset.plain_files import open_bytes, open_text

SEPARATORS = (",", ";", "\t", "|")
_LOOKED_AT = 200
_LONGEST_FILE = 4 * 2**30
_LONGEST_LINE = 20
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", re.ASCII)
_BETWEEN_NUMBERS = re.compile(r"[\s,;]+")
_SEPARATOR_LINE = re.compile(r"sep=(.)[\r\n]*", re.IGNORECASE)  # Excel's own first line, which is no row
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?", re.ASCII)
_THOUSANDS_AND_COMMA = re.compile(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+,[0-9]+", re.ASCII)
_COMMA_NUMBER = re.compile(r"[+-]?[0-9]*,[0-9]+", re.ASCII)


def encoding_of(path: Path) -> str:
    """By its first bytes, or by reading it: old spreadsheets write Windows-1252. Raises AnnotationFileError."""
    try:
        if path.stat().st_size > _LONGEST_FILE:
            raise AnnotationFileError(path, f"the file is larger than {_LONGEST_FILE} bytes")
        with open_bytes(path) as file:
            if file.read(2) in (b"\xff\xfe", b"\xfe\xff"):
                return "utf-16"
        for encoding in ("utf-8-sig", "cp1252"):
            if _decodes(path, encoding):
                return encoding
    except OSError as error:
        raise AnnotationFileError(path, f"the file cannot be read: {error.strerror or error}") from error
    raise AnnotationFileError(path, "its text is neither UTF-8 nor Windows-1252")


def _decodes(path: Path, encoding: str) -> bool:
    try:
        with open_text(path, encoding) as text:
            while text.read(2**20):
                pass
    except UnicodeDecodeError:
        return False
    return True


def cells(path: Path, encoding: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins on; empty ones are left out. Raises AnnotationFileError, also after some."""
    line = 1
    try:
        with open_text(path, encoding, newline="") as file:
            if not _SEPARATOR_LINE.fullmatch(file.readline(_LONGEST_LINE)):
                file.seek(0)
            else:
                line = 2
            before, reader = line, csv.reader(file, delimiter=separator)
            for record in reader:
                if any(cell.strip() for cell in record):
                    yield line, record
                line = reader.line_num + before
    except csv.Error as error:
        raise AnnotationFileError(path, f"line {line} cannot be read as a table: {error}") from error
    except UnicodeDecodeError as error:
        raise AnnotationFileError(path, f"its text is no {encoding}") from error
    except OSError as error:
        raise AnnotationFileError(path, f"the file cannot be read: {error.strerror or error}") from error


def separator_of(path: Path, encoding: str) -> str | None:
    """The one that Excel's first line says, else the one that gives the first rows the most columns, all of them the same
    number; None where there are too few.
    """
    if said := _said_separator(path, encoding):
        return said
    widths = {separator: [len(record) for _, record in _first(path, encoding, separator)] for separator in SEPARATORS}
    rows = max(map(len, widths.values()))
    best, most = None, 1.0
    for separator, counts in widths.items():
        if not counts or 2 * len(counts) < rows:  # a quotation mark behind it would make one row of many
            continue
        usual = max(set(counts), key=counts.count)
        agreement = counts.count(usual) / len(counts)
        if usual >= 2 and usual * agreement > most:
            best, most = separator, usual * agreement
    return best


def _said_separator(path: Path, encoding: str) -> str | None:
    with open_text(path, encoding, newline="") as file:
        found = _SEPARATOR_LINE.fullmatch(file.readline(_LONGEST_LINE))
    return found.group(1) if found and found.group(1) in SEPARATORS else None


def _first(path: Path, encoding: str, separator: str) -> list[tuple[int, list[str]]]:
    found = []
    try:
        for row in cells(path, encoding, separator):
            found.append(row)
            if len(found) == _LOOKED_AT:
                break
    except AnnotationFileError:
        pass
    return found


def is_number(cell: str) -> bool:
    cell = cell.strip()
    return bool(_NUMBER.fullmatch(cell) or _COMMA_NUMBER.fullmatch(cell))


def has_decimal_comma(cell: str) -> bool:
    return bool(_COMMA_NUMBER.fullmatch(cell.strip()))


def may_be_thousands(cell: str) -> bool:
    """1,024 can be a thousand, or a little more than one."""
    return bool(_THOUSANDS.fullmatch(cell.strip()))


def plain_number(cell: str, decimal_comma: bool) -> float | None:
    """None for what is no number."""
    text = cell.strip()
    if "," in text:
        text = _with_point(text, decimal_comma)
    return float(text) if _NUMBER.fullmatch(text) else None


def _with_point(text: str, decimal_comma: bool) -> str:
    """And without what parts its thousands."""
    if _THOUSANDS_AND_COMMA.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    if _THOUSANDS.fullmatch(text) and ("." in text or not decimal_comma):
        return text.replace(",", "")
    return text.replace(",", ".", 1) if decimal_comma and "." not in text else text


def numbers_in_cell(cell: str) -> list[str]:
    """The texts of several numbers in one cell, as in [1, 2, 3, 4]."""
    return [part for part in _BETWEEN_NUMBERS.split(cell.strip().strip("[](){} ")) if part]


def column_cells(records: Sequence[Sequence[str]], at: int) -> list[str]:
    """Those that hold something."""
    return [record[at].strip() for record in records if at < len(record) and record[at].strip()]


def parsed(cell: str | None) -> Any:
    """JSON in a cell; nothing where there is none that can be read."""
    try:
        return json.loads(cell) if cell else None
    except (ValueError, RecursionError):
        return None
