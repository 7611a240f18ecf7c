"""YOLO: a text for each image with `class x y width height` in shares of the image, centre first.

The place is a folder with the texts and the names of the classes in it, or data.yaml, obj.data or one text. Longer lines
are read, too: a score behind the box is left out, and points become the box around them.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from pathlib import Path, PurePosixPath

from training.dataset.box import Rectangle
from training.dataset.dataset import AnnotationFileError, Split
from training.dataset.formats.annotation_rows import AnnotationFile, AnnotationRow
from training.dataset.formats.csv_cells import BadCell
from training.dataset.formats.format import NOT_THIS, Choices, Evidence, Format, Sureness
from training.dataset.formats.image_names import shortened
from training.dataset.formats.readings import (
    ImageRows,
    class_name,
    files_below,
    number,
    rectangle_around,
    rectangle_of_size,
    stem_of,
    without_folder,
)
from training.dataset.formats.split_names import split_named, split_of_folders
from training.dataset.formats.yolo_names import LISTS, YoloNames, find_names, read_names
from training.dataset.formats.yolo_shapes import are_points, lengths_with_keypoints
from training.dataset.formats.yolo_writing import LABELS, write
from training.dataset.image_folder import IMAGE_SUFFIXES
from training.dataset.is_there import is_file
from training.dataset.plain_files import open_bytes, open_text, read_bytes

_MOST_BYTES = 32 * 2**20
_LOOKED_AT = 50
_MOST_AT_ONCE = 2**16  # bytes of a text, to see how its lines are
_OTHER_TEXTS = (*LISTS, "readme.txt", "license.txt", "licence.txt", "notes.txt", "requirements.txt", "source.txt")
_LARGEST_SHARE = 1.5  # what is larger is in pixels


def recognise(place: Path) -> Evidence:
    folder = place if place.is_dir() else place.parent
    names = read_names(place) if place.suffix in (".yaml", ".yml", ".data") else find_names(folder)
    if (
        not place.is_dir()
        and place.suffix != ".txt"
        and (names is None or (not names.splits and place.suffix != ".data"))
    ):
        return NOT_THIS
    good, looked = _good_texts(place if place.suffix == ".txt" else folder, names.names if names else ())
    if not good:
        return NOT_THIS
    reasons = [f"{good} of {looked} texts looked at have lines of a class and four shares from 0 to 1"]
    if names is None:
        question = "what are the names of the classes 0, 1, 2, ...? There is no data.yaml, obj.names or classes.txt"
        return Evidence(Sureness.MAYBE if good < looked else Sureness.LIKELY, tuple(reasons), (question,))
    reasons.append(f"{names.file.name} names {len(names.names)} classes")
    return Evidence(Sureness.SURE if good * 2 >= looked else Sureness.LIKELY, tuple(reasons))


def read(place: Path, file: AnnotationFile, choices: Choices) -> Iterator[AnnotationRow]:
    folder = place if place.is_dir() else place.parent
    found = read_names(place) if place.suffix in (".yaml", ".yml", ".data") else find_names(folder)
    names = choices.class_names or (found.names if found else None)
    file.classes.extend(dict.fromkeys(names or ()))
    lists = _image_lists(folder, found)
    texts = place if place.suffix == ".txt" else folder
    keypoints = lengths_with_keypoints(_some_lines(texts), found.keypoints if found else None)
    for path, name in files_below(texts, (".txt",), file):
        if path == place or not (path in lists.files or _is_other(path)):
            own_name = stem_of(without_folder(name, LABELS))
            image, split = lists.about(own_name)
            rows = ImageRows(file, image or own_name, split=split or split_of_folders(name), file=name)
            yield from _read_text(path, rows, names, keypoints)


def _read_text(
    path: Path, rows: ImageRows, names: Sequence[str] | None, keypoints: Collection[int] = ()
) -> Iterator[AnnotationRow]:
    try:
        text = _text(path)
    except AnnotationFileError as error:
        rows.into.report_at(None, error.reason, rows.file)
        return
    is_empty = True
    for line, content in enumerate(text.splitlines(), start=1):
        words = content.split()
        if not words:
            continue
        is_empty = False
        try:
            yield _row(rows, line, words, names, keypoints)
        except BadCell as error:
            rows.into.report_at(line, str(error), rows.file)
    if is_empty:
        yield rows.nothing(1)


def _row(
    rows: ImageRows, line: int, words: list[str], names: Sequence[str] | None, keypoints: Collection[int]
) -> AnnotationRow:
    if len(words) < 5:
        raise BadCell(f"expected a class and four numbers, got {shortened(' '.join(words))}")
    label = _label(words[0], names)
    values = [number("the box", word) for word in words[1:]]
    if max(map(abs, values[:4])) > _LARGEST_SHARE:
        raise BadCell(f"expected shares of the image from 0 to 1, got {' '.join(words[1:5])}; these look like pixels")
    if are_points(values, _LARGEST_SHARE, keypoints):
        around = rectangle_around(list(zip(values[::2], values[1::2], strict=True)))
        row = rows.box(line, label, around, is_relative=True)
        kind = "four corners" if len(values) == 8 else "an outline"
        rows.into.note_often(row, f"{kind}: the box around it was taken")
        return row
    row = rows.box(line, label, _box(values), is_relative=True)
    if len(values) in keypoints:
        rows.into.note_often(row, "its keypoints are not kept; the box is")
    elif len(values) == 5:
        rows.into.note_often(row, "a fifth number behind the class was left out: it looks like a score")
    elif len(values) > 5:
        rows.into.note_often(
            row, "numbers behind the box were left out: they look like a score and a track, or keypoints"
        )
    return row


def _some_lines(place: Path) -> Iterator[list[float]]:
    """The numbers behind the class, as they stand in the first label files."""
    for path, _ in islice(files_below(place, (".txt",)), _LOOKED_AT):
        try:
            with open_bytes(path) as file:
                content = file.read(_MOST_AT_ONCE)
        except OSError:
            continue
        lines = _decoded(content, "replace").split("\n")
        for line in lines if len(content) < _MOST_AT_ONCE else lines[:-1]:
            with contextlib.suppress(BadCell):
                yield [number("", word) for word in line.split()[1:]]


def _box(values: Sequence[float]) -> Rectangle:
    x, y, width, height = values[:4]
    return rectangle_of_size(x - width / 2, y - height / 2, width, height)


def _label(word: str, names: Sequence[str] | None) -> str:
    try:
        value = number("the class", word)
    except BadCell:
        if names and word in names:
            return word
        raise
    if value != int(value) or value < 0:
        raise BadCell(f"the class: expected a whole number from 0, got {word}")
    if names is None:
        return str(int(value))
    if value >= len(names):
        raise BadCell(f"there is no class {int(value)}: the list names {len(names)}, from 0")
    return class_name(names[int(value)])


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise AnnotationFileError(path, f"the file is larger than {_MOST_BYTES} bytes")
        return _decoded(read_bytes(path))
    except OSError as error:
        raise AnnotationFileError(path, f"the file cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise AnnotationFileError(path, "expected text in UTF-8") from error


def _decoded(content: bytes, errors: str = "strict") -> str:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    return content.decode(encoding, errors)


def fault_of(path: Path) -> str:
    """Why a text is no label file, as the end of a sentence; nothing if it may be one."""
    file = AnnotationFile(path.name)
    for _ in islice(_read_text(path, ImageRows(file, path.stem), None, frozenset()), _LOOKED_AT):
        pass
    return str(file.problems[0]).removeprefix(path.name).lstrip(",: ") if file.problems else ""


def _good_texts(place: Path, names: Sequence[str]) -> tuple[int, int]:
    """Of the first label files how many have a line as it should be, or are empty beside such."""
    counts: Counter[bool] = Counter()
    for path, _ in files_below(place, (".txt",)):
        words = _first_words(path)
        if words and not _is_other(path, words):
            counts[_is_good(words, names)] += 1
        if counts.total() == _LOOKED_AT:
            break
    return counts[True], counts.total()


def _is_good(words: list[str], names: Sequence[str]) -> bool:
    try:
        values = [number("", word) for word in ["0" if words[0] in names else words[0], *words[1:]]] if words else []
    except BadCell:
        return False
    return len(values) >= 5 and values[0] >= 0 and values[0] == int(values[0]) and max(values[1:5]) <= _LARGEST_SHARE


def _is_other(path: Path, words: list[str] | None = None) -> bool:
    """Lists of classes and the like; but an image may be called classes.png, too."""
    return path.name.lower() in _OTHER_TEXTS and not _is_good(_first_words(path) if words is None else words, ())


def _first_words(path: Path) -> list[str]:
    try:
        with open_bytes(path) as file:
            return _decoded(file.read(2000), "replace").partition("\n")[0].split()
    except OSError:
        return ["?"]


class _ImageLists:
    """The texts that list images: whose names they have, with their suffix, and whose split."""

    def __init__(self) -> None:
        self.files: set[Path] = set()
        self._by_path: dict[str, tuple[str, Split | None]] = {}
        self._by_stem: dict[str, list[str]] = {}

    def add(self, path: Path, lines: Sequence[str], split: Split | None) -> None:
        self.files.add(path)
        for line in lines:
            image = line.strip().replace("\\", "/").removeprefix("./").lstrip("/")
            if image and ".." not in image.split("/"):
                key = stem_of(without_folder(image, "images"))
                if key not in self._by_path:
                    self._by_path[key] = (without_folder(image, "images"), split)
                    self._by_stem.setdefault(key.rpartition("/")[2], []).append(key)

    def about(self, name: str) -> tuple[str, Split | None]:
        """The image of a text and its split, by path or else by base name, if that is one image's only."""
        keys = [name] if name in self._by_path else self._by_stem.get(name.rpartition("/")[2], [])
        return self._by_path[keys[0]] if len(keys) == 1 else ("", None)


def _image_lists(folder: Path, found: YoloNames | None) -> _ImageLists:
    lists = _ImageLists()
    places = dict.fromkeys((folder, found.file.parent if found else folder))
    for path in (path for place in places for path in sorted(place.glob("*.txt"))[:100] if is_file(path)):
        try:
            with open_text(path) as file:
                first = file.readline(4000).strip()
                if os.path.splitext(first)[1].lower() in IMAGE_SUFFIXES:  # noqa: PTH122 -- it is a text
                    lists.add(path, [first, *file.read(_MOST_BYTES).splitlines()], _split_of_list(path, found))
        except (OSError, UnicodeDecodeError):
            continue
    return lists


def _split_of_list(path: Path, found: YoloNames | None) -> Split | None:
    for value, split in found.splits if found else ():
        if PurePosixPath(value).name == path.name:
            return split
    return split_named(path.stem)


FORMAT = Format(
    name="yolo",
    title="YOLO",
    recognise=recognise,
    read=read,
    write=write,
    suffixes=(".txt", ".yaml", ".yml", ".data"),
    in_folders=True,
)
