"""Numbers, names and boxes out of files of other programs; what can't be used raises BadCell with what came."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.dataset.box import Rectangle
from training.dataset.dataset import Split
from training.dataset.formats.annotation_rows import AnnotationFile, AnnotationRow
from training.dataset.formats.csv_cells import BadCell, finite_number
from training.dataset.formats.image_names import is_text, shortened
from training.dataset.is_there import is_file

LARGEST_NUMBER = 1e9  # no edge of a box is so far away
LONGEST_NAME = 500
_MOST_FILES = 1_000_000
_FILES_AT_ONCE = 200


def number(what: str, value: object) -> float:
    """A finite number, also one written as text."""
    # Nearly all are so, and there may be millions.
    if type(value) in (int, float) and -LARGEST_NUMBER <= value <= LARGEST_NUMBER:  # type: ignore[operator]
        return float(value)  # type: ignore[arg-type]
    if isinstance(value, str):
        if len(value) > 400:
            raise BadCell(f"{what}: expected a number, got {shortened(value)}")
        value = finite_number(what, value)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise BadCell(f"{what}: expected a number, got {shortened(value)}")
    if not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
        raise BadCell(f"{what}: {shortened(value)} is no place in an image")
    return float(value)


def numbers(what: str, values: object, count: int) -> list[float]:
    if not isinstance(values, list | tuple) or len(values) != count:
        raise BadCell(f"{what}: expected {count} numbers, got {shortened(values)}")
    return [number(what, value) for value in values]


def size(value: object) -> int:
    """A width or a height in pixels; 0 for what is none: the image itself says it better."""
    try:
        pixels = number("size", value)
    except BadCell:
        return 0
    return int(pixels) if pixels >= 1 and pixels == int(pixels) else 0


def class_name(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
        value = str(value)
    name = value.strip() if isinstance(value, str) else ""
    if not name:
        raise BadCell("the box has no class")
    if len(name) > LONGEST_NAME or "\0" in name or not is_text(name):
        raise BadCell(f"{shortened(name)} is no name for a class")
    return name


def text_of(value: object) -> str:
    """Nothing where there is no text that can be written again."""
    return value if isinstance(value, str) and is_text(value) else ""


def rectangle(xmin: float, ymin: float, xmax: float, ymax: float) -> Rectangle:
    """Raises BadCell for a box without an inside."""
    box = Rectangle(xmin, ymin, xmax, ymax)
    if box.is_empty:
        edges = " ".join(f"{edge:g}" for edge in box.corners)
        raise BadCell(f"the box {edges} is empty: xmin must be less than xmax, and ymin less than ymax")
    return box


def rectangle_of_size(x: float, y: float, width: float, height: float) -> Rectangle:
    if not (width > 0 and height > 0 and x + width > x and y + height > y):
        raise BadCell(f"the box of {width:g} x {height:g} is empty")
    return Rectangle(x, y, x + width, y + height)


def rectangle_rotated(box: Rectangle, degrees: float, about: tuple[float, float]) -> Rectangle:
    """The box around one that is turned clockwise about a point."""
    turn = math.radians(degrees % 360)
    cosine, sine = math.cos(turn), math.sin(turn)
    corners = [(x - about[0], y - about[1]) for x in (box.xmin, box.xmax) for y in (box.ymin, box.ymax)]
    return rectangle_around([(about[0] + x * cosine - y * sine, about[1] + x * sine + y * cosine) for x, y in corners])


def rectangle_of_ellipse(x: float, y: float, across: float, down: float, radians: float = 0.0) -> Rectangle:
    """The box around an ellipse with these radii that is turned about its centre."""
    cosine, sine = math.cos(radians), math.sin(radians)
    wide, high = math.hypot(across * cosine, down * sine), math.hypot(across * sine, down * cosine)
    return rectangle(x - wide, y - high, x + wide, y + high)


def rectangle_of_circle_through(points: Sequence[Sequence[float]]) -> Rectangle:
    """The box around the one circle that goes through three points. Raises BadCell when they lie in a line."""
    (ax, ay), (bx, by), (cx, cy) = points
    bx, by, cx, cy = bx - ax, by - ay, cx - ax, cy - ay
    twice = 2 * (bx * cy - by * cx)
    if not twice:
        raise BadCell("the points of the circle lie in a line")
    b, c = bx * bx + by * by, cx * cx + cy * cy
    x, y = (cy * b - by * c) / twice, (bx * c - cx * b) / twice
    radius = math.hypot(x, y)
    return rectangle(ax + x - radius, ay + y - radius, ax + x + radius, ay + y + radius)


def rectangle_around(points: Sequence[Sequence[float]]) -> Rectangle:
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    if not xs:
        raise BadCell("the shape has no points")
    return rectangle(min(xs), min(ys), max(xs), max(ys))


@dataclass(slots=True)
class ImageRows:
    """Makes the rows of one image."""

    into: AnnotationFile
    filename: str
    width: int = 0
    height: int = 0
    split: Split | None = None
    file: str = ""
    second_name: str = ""
    extra: str = ""
    own_name: str = ""
    count: int = 0  # of what was said about it so far, usable or not

    def refuse(self) -> None:
        """Something is on the image that can't be read: it is no negative."""
        self.count += 1

    def box(
        self, line: int, label: str, box: Rectangle, extra: str = "", *, is_relative: bool = False
    ) -> AnnotationRow:
        return self._row(line, label, box, is_relative, extra)

    def in_order(
        self, line: int, label: str, corners: Sequence[float], extra: str = "", *, is_relative: bool = False
    ) -> AnnotationRow:
        """A box whose corners may be swapped, which is mended with a note."""
        x1, y1, x2, y2 = corners
        box = rectangle(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
        row = self._row(line, label, box, is_relative, extra)
        if x1 > x2 or y1 > y2:
            self.into.note(row, "the corners of the box were in the wrong order; they were swapped")
        return row

    def own_class(self, line: int, label: str) -> AnnotationRow:
        return self._row(line, label, None, False, "")

    def nothing(self, line: int) -> AnnotationRow:
        """Nothing is on the image."""
        return self._row(line, None, None, False, "")

    def _row(self, line: int, label: str | None, box: Rectangle | None, is_relative: bool, extra: str) -> AnnotationRow:
        self.count += 1
        return AnnotationRow(
            line,
            self.filename,
            self.width,
            self.height,
            label,
            box,
            self.split,
            is_relative,
            self.file,
            self.second_name,
            extra,
            self.extra,
            self.own_name,
        )


def files_below(
    place: Path, suffixes: tuple[str, ...], into: AnnotationFile | None = None
) -> Iterator[tuple[Path, str]]:
    """The file itself, or a folder's files with one of the suffixes, with their paths below it; no hidden folders.

    A photo's name may begin with a dot, and so does its annotation's; macOS leaves `._` files of its own behind.
    Opening what is no plain file could wait for ever. A name that is no text has marks where it is none. `into` is what
    is read: it is told when there are too many, and whoever waits for rows that don't come may stop it.
    """
    for count, (path, name) in enumerate(_files(place, suffixes)):
        if into is not None and count % _FILES_AT_ONCE == 0:
            into.still_reading(len(into.rows))
        if count == _MOST_FILES:
            if into is not None:
                into.report_at(None, f"there are more than {_MOST_FILES} files; from {name} on none is read")
            return
        yield path, name


def _files(place: Path, suffixes: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    if not place.is_dir():
        yield place, place.name
        return
    for folder, folders, names in os.walk(place):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        below = Path(folder).relative_to(place).as_posix()
        start = "" if below == "." else f"{below}/"
        for name in sorted(names):
            if name.lower().endswith(suffixes) and not name.startswith("._") and is_file(Path(folder, name)):
                yield Path(folder, name), (start + name).encode(errors="replace").decode()


def folder_of(name: str) -> str:
    """The `sub/` of `sub/a.xml`."""
    return name[: name.rfind("/") + 1]


def without_folder(name: str, folder: str) -> str:
    """The path without the one folder that a format keeps its files in, apart from the images."""
    parts = name.split("/")
    if folder in parts[:-1]:
        parts.remove(folder)
    return "/".join(parts)


def stem_of(name: str) -> str:
    """The `sub/a` of `sub/a.xml`."""
    base = name.rfind("/") + 1
    dot = name.rfind(".")
    return name[:dot] if dot > base else name
