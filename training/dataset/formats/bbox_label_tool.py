"""BBox-Label-Tool: a text for each image, the number of its boxes and then a line `x1 y1 x2 y2` in pixels for each.

Newer versions put the class behind; older ones have a folder for each class. Only read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from training.dataset.formats.annotation_rows import AnnotationFile, AnnotationRow
from training.dataset.formats.csv_cells import BadCell
from training.dataset.formats.format import NOT_THIS, Choices, Evidence, Format, Sureness
from training.dataset.formats.image_names import shortened
from training.dataset.formats.readings import ImageRows, class_name, files_below, number, stem_of, without_folder
from training.dataset.formats.split_names import split_of_folders
from training.dataset.plain_files import open_text, read_text

_LABELS = "Labels"
_UNNAMED = "object"
_LOOKED_AT = 50
_MOST_BYTES = 32 * 2**20
_MOST_AT_ONCE = 100_000  # characters of the beginning


def recognise(place: Path) -> Evidence:
    good = looked = 0
    for path, _ in files_below(place, (".txt",)):
        try:
            with open_text(path) as file:
                lines = file.read(_MOST_AT_ONCE).split("\n")
        except (OSError, UnicodeDecodeError):
            continue
        if lines[0].strip() == "0":  # of an image with nothing on it
            continue
        looked += 1
        good += _is_good(lines)
        if looked == _LOOKED_AT or (looked == 5 and not good):
            break
    if not good:
        return NOT_THIS
    reason = f"{good} of {looked} texts looked at begin with the number of their lines, which are four numbers each"
    return Evidence(Sureness.SURE if good * 2 >= looked else Sureness.LIKELY, (reason,))


def _is_good(lines: list[str]) -> bool:
    """Of a long file only its beginning is there, which may end within a line."""
    is_whole = sum(map(len, lines)) + len(lines) <= _MOST_AT_ONCE
    first, *rest = [line.split() for line in lines if line.strip()] or [[]]
    rest = rest if is_whole else rest[:-1]
    if len(first) != 1 or not _is_count(first[0]) or not rest:
        return False
    return (int(first[0]) == len(rest) or not is_whole) and all(
        len(words) >= 4 and all(map(_is_whole, words[:4])) for words in rest
    )


def _is_count(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) < 7


def _is_whole(word: str) -> bool:
    return word.isascii() and word.removeprefix("-").isdecimal()


def read(place: Path, file: AnnotationFile, choices: Choices) -> Iterator[AnnotationRow]:
    for path, name in files_below(place, (".txt",), file):
        own_name = stem_of(without_folder(name, _LABELS))
        rows = ImageRows(file, own_name, split=split_of_folders(name), file=name)
        unnamed = path.parent.name if path.parent.parent.name == _LABELS else _UNNAMED
        yield from _read_text(path, rows, choices.class_names[0] if choices.class_names else unnamed)


def _read_text(path: Path, rows: ImageRows, unnamed: str) -> Iterator[AnnotationRow]:
    try:
        lines = read_text(path, largest=_MOST_BYTES).split("\n")
        count = _count(lines[0])
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "expected text in UTF-8"
        rows.into.report_at(None, f"the file cannot be read: {reason}", rows.file)
        return
    except BadCell as error:
        rows.into.report_at(1, str(error), rows.file)
        return
    for line, content in enumerate(lines[1:], start=2):
        if not content.strip():
            continue
        try:
            yield _row(rows, line, content, unnamed)
        except BadCell as error:
            rows.refuse()
            rows.into.report_at(line, str(error), rows.file)
    if rows.count != count:
        rows.into.note_at(1, f"it says that it has {count} boxes, and {rows.count} lines follow", rows.file)
    elif not count:
        yield rows.nothing(1)


def _count(line: str) -> int:
    words = line.split()
    if len(words) != 1 or not _is_count(words[0]):
        raise BadCell(f"expected the number of boxes, got {shortened(line)}")
    return int(words[0])


def _row(rows: ImageRows, line: int, content: str, unnamed: str) -> AnnotationRow:
    words = content.split(maxsplit=4)
    if len(words) < 4:
        raise BadCell(f"expected four numbers, got {shortened(content)}")
    corners = [number("the box", word) for word in words[:4]]
    row = rows.in_order(line, class_name(words[4] if len(words) > 4 else unnamed), corners)
    if len(words) == 4:
        rows.into.note_often(row, f"the box has no class; it became {unnamed!r}")
    return row


FORMAT = Format(
    name="bbox-label-tool",
    title="BBox-Label-Tool",
    recognise=recognise,
    read=read,
    write=None,
    suffixes=(".txt",),
    in_folders=True,
)
