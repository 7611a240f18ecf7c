"""MOTChallenge: gt.txt or det.txt of a sequence, `frame, track, left, top, width, height, ...` in pixels; only read.

The images are `img1/000001.jpg` beside the folder of the text, or as seqinfo.ini says. In nine columns the seventh says
whether a box counts, the eighth is its class by number, from 1, in labels.txt where there is one; ten columns end with
places in space. Numbers are taken as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from training.dataset.dataset import AnnotationFileError
from training.dataset.formats.annotation_rows import AnnotationFile, AnnotationRow
from training.dataset.formats.csv_cells import BadCell
from training.dataset.formats.format import NOT_THIS, Choices, Evidence, Format, Sureness
from training.dataset.formats.image_names import shortened
from training.dataset.formats.readings import ImageRows, class_name, files_below, folder_of, number, rectangle_of_size
from training.dataset.formats.split_names import split_of_folders
from training.dataset.plain_files import open_text, read_text

_NAMES = ("gt.txt", "det.txt")
_LABELS = "labels.txt"
_ABOUT = "seqinfo.ini"
_IMAGES = re.compile(r"^\s*imDir\s*=\s*([\w.-]+)\s*$", re.MULTILINE)
_UNNAMED = "object"
_TAKEN_AS_IT_IS = "the box is taken as it is; MOTChallenge itself counts pixels from 1, other programs from 0"
_LOOKED_AT = 10_000  # characters
_LONGEST_LINE = 2000
_FEWEST, _MOST, _WITH_CLASS = 6, 10, 9
_MOST_OF_A_SEQUENCE = 1000  # sequences


def recognise(place: Path) -> Evidence:
    for path, name in _texts(place):
        if not _has_good_lines(path):
            continue
        if path.name.lower() in _NAMES and (path.parent.name in ("gt", "det") or _about(path) is not None):
            reason = f"{name} has lines of frame, track, left, top, width and height, and lies as MOTChallenge has them"
            return Evidence(Sureness.SURE, (reason,))
        if path.name.lower() in _NAMES:
            return Evidence(Sureness.LIKELY, (f"{name} has lines of frame, track, left, top, width and height",))
    return NOT_THIS


def _texts(place: Path, into: AnnotationFile | None = None) -> Iterator[tuple[Path, str]]:
    """Of a folder with one sequence or several, those that say what is there rather than what was found."""
    if not place.is_dir():
        yield place, place.name
        return
    named = [(path, name) for path, name in files_below(place, _NAMES, into) if path.name.lower() in _NAMES]
    said = {path.parent.parent for path, _ in named if path.name.lower() == _NAMES[0]}
    for path, name in named[:_MOST_OF_A_SEQUENCE]:
        if path.name.lower() == _NAMES[0] or path.parent.parent not in said:
            yield path, name


def _has_good_lines(path: Path) -> bool:
    try:
        with open_text(path) as file:
            lines = file.read(_LOOKED_AT).split("\n")
    except (OSError, UnicodeDecodeError):
        return False
    whole = [line for line in lines[:-1] or lines if line.strip()]
    return bool(whole) and all(map(_is_good, whole))


def _is_good(line: str) -> bool:
    try:
        values = [number("", word) for word in _words(line)]
    except BadCell:
        return False
    counted = all(value == int(value) for value in values[:2])
    return _FEWEST <= len(values) <= _MOST and counted and values[0] >= 0 and values[1] >= -1


def _words(line: str) -> list[str]:
    return [word.strip() for word in line.split(",")] if "," in line else line.split()


def _about(path: Path) -> Path | None:
    found = (folder / _ABOUT for folder in (path.parent, path.parent.parent))
    return next((one for one in found if one.is_file()), None)


def read(place: Path, file: AnnotationFile, choices: Choices) -> Iterator[AnnotationRow]:
    for path, name in _texts(place, file):
        try:
            yield from _read_text(path, name if place.is_dir() else "", file, choices.class_names or _labels(path))
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "expected text in UTF-8"
            if not place.is_dir():
                raise AnnotationFileError(place, f"the file cannot be read: {reason}") from error
            file.report_at(None, f"the file cannot be read: {reason}", name)


def _read_text(path: Path, name: str, file: AnnotationFile, names: Sequence[str]) -> Iterator[AnnotationRow]:
    file.classes.extend(one for one in names if one not in file.classes)
    rows = ImageRows(file, "", split=split_of_folders(path.as_posix()), file=name)
    folder = folder_of(folder_of(name).removesuffix("/")) + _image_folder(path)
    with open_text(path) as content:
        for line, text in enumerate(iter(lambda: content.readline(_LONGEST_LINE), ""), start=1):
            if len(text) == _LONGEST_LINE:
                file.report_at(line, "the line is too long; what stands before that is read", name)
                return
            try:
                if text.strip():
                    yield _row(rows, line, _words(text), folder, names)
            except BadCell as error:
                file.report_at(line, str(error), name)


def _row(rows: ImageRows, line: int, words: list[str], folder: str, names: Sequence[str]) -> AnnotationRow:
    if not _FEWEST <= len(words) <= _MOST:
        raise BadCell(f"expected frame, track, left, top, width and height, got {shortened(', '.join(words))}")
    frame, _, *edges = (number("the box", word) for word in words[:_FEWEST])
    if frame != int(frame) or frame < 0:
        raise BadCell(f"the frame: expected a whole number, got {words[0]}")
    rows.filename, rows.second_name = f"{folder}/{int(frame):06}", f"frame_{int(frame):06}"
    row = rows.box(line, _label(words, names), rectangle_of_size(*edges))
    if len(words) == _WITH_CLASS and number("whether it counts", words[6]) == 0:
        rows.into.note_often(row, "it says that the box does not count; it was taken all the same")
    elif len(words) == _MOST:
        rows.into.note_often(row, "its score is not kept")
    rows.into.note_often(row, _TAKEN_AS_IT_IS)
    return row


def _label(words: list[str], names: Sequence[str]) -> str:
    """Numbers from 1; there is none in other lines than those of nine numbers."""
    value = number("the class", words[7]) if len(words) == _WITH_CLASS else -1
    if value == -1:
        return names[0] if len(names) == 1 else _UNNAMED
    if value != int(value) or not 0 <= value <= (len(names) or value):
        raise BadCell(f"there is no class {words[7]}: the list names {len(names)}, from 1")
    return class_name(names[int(value) - 1] if names and value else str(int(value)))


def _image_folder(path: Path) -> str:
    about = _about(path)
    try:
        found = _IMAGES.search(read_text(about, largest=2**16)) if about is not None else None
    except (OSError, UnicodeDecodeError):
        found = None
    return found.group(1) if found else "img1"


def _labels(path: Path) -> list[str]:
    try:
        return [line.strip() for line in read_text(path.with_name(_LABELS), largest=2**20).split("\n") if line.strip()]
    except (OSError, UnicodeDecodeError):
        return []


FORMAT = Format(
    name="mot", title="MOTChallenge", recognise=recognise, read=read, write=None, suffixes=(".txt",), in_folders=True
)
