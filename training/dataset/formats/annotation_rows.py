"""What a reader of an annotation format hands on: one row a statement, with the line it stands on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from training.dataset.box import Box, Rectangle
from training.dataset.dataset import Dataset, LabelledImage, Problem, Split


@dataclass(slots=True)  # frozen ones take three times as long to make, and there may be millions; nobody changes them
class AnnotationRow:
    """One statement about one image: a box, a class of the whole image (no box), or that nothing is there (neither).

    `filename` starts from the place's folder (the place itself where that is a folder); it may lack the suffix, and is
    what the file says even where that begins elsewhere, as in `/home/somebody/a.jpg`: images are only looked up by it.
    `second_name` is tried when no image is called so. `own_name` is the path without suffix of a file that is one
    image's alone: such an image counts for more than what stands in the file, which stays when files are renamed. Width
    and height are what the file says, 0 where it says nothing.
    The box is as it stands in the file: its edges are in order, but it may reach out of the image. When `is_relative` it
    is in shares of the image's size, not in pixels.

    `extra` (of the box) and `image_extra` are what else the format says, a JSON object as text by names of formats, for
    a writer to give back.
    """

    line: int  # or what `AnnotationFile.unit` counts
    filename: str
    width: int
    height: int
    label: str | None = None
    box: Rectangle | None = None
    split: Split | None = None
    is_relative: bool = False
    file: str = ""  # the one of a place's many files that says so, relative to the place
    second_name: str = ""
    extra: str = ""
    image_extra: str = ""
    own_name: str = ""


@dataclass(slots=True)
class AnnotationFile:
    """The rows that could be read, the problems with the others, and notes about what was read differently.

    `classes` are the names that the file itself lists, in its order, used or not. `unit` is what the rows' `line` counts.
    `still_reading(rows)` is called by a reader that holds rows back for long, and raises when nobody wants them any more.
    """

    name: str
    rows: list[AnnotationRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    extra: str = ""  # of the dataset as a whole, as in AnnotationRow
    unit: str = "line"
    images_lie_beside: bool = False  # while some are in its own folder, its names are looked for nowhere else
    still_reading: Callable[[int], None] = field(default=lambda _rows: None, repr=False)
    _often: dict[str, list[AnnotationRow]] = field(default_factory=dict)
    _left_out: dict[str, list[tuple[str, int | None]]] = field(default_factory=dict)

    def report(self, row: AnnotationRow, reason: str, rows: int = 1) -> None:
        """`rows` of the file stay out for this reason, `row` being the first."""
        self.report_at(row.line, reason, row.file, rows)

    def report_at(self, line: int | None, reason: str, file: str = "", rows: int = 1) -> None:
        self.problems.append(Problem(file or self.name, line, reason, rows, self.unit))

    def note(self, row: AnnotationRow, reason: str) -> None:
        self.note_at(row.line, reason, row.file)

    def note_at(self, line: int | None, reason: str, file: str = "") -> None:
        self.notes.append(Problem(file or self.name, line, reason, unit=self.unit))

    def note_often(self, row: AnnotationRow, reason: str) -> None:
        """What may be so in every row becomes one note at the end, at the first place, with the number of rows."""
        self._often.setdefault(reason, []).append(row)

    def leave_out(self, line: int | None, reason: str, file: str = "") -> None:
        """What may stay out again and again becomes one problem at the end, in the same way."""
        self._left_out.setdefault(reason, []).append((file or self.name, line))

    def settle(self) -> None:
        """All rows are read."""
        for reason, places in self._left_out.items():
            more = f"; so it was with {len(places)} in all" if len(places) > 1 else ""
            name, line = places[0]
            self.problems.append(Problem(name, line, reason + more, len(places), self.unit))
        self._left_out.clear()
        for reason, rows in self._often.items():
            more = f"; so it was with {len(rows)} in all" if len(rows) > 1 else ""
            first = rows[0]
            self.notes.append(Problem(first.file or self.name, first.line, reason + more, len(rows), self.unit))
        self._often.clear()

    def by_image(self) -> dict[str, list[AnnotationRow]]:
        images: dict[str, list[AnnotationRow]] = {}
        for row in self.rows:
            images.setdefault(row.filename, []).append(row)
        return images

    def by_names(self) -> dict[tuple[str, str, str], list[AnnotationRow]]:
        """By all names to look an image up by: of many files with a wrong name in common each has one of its own."""
        images: dict[tuple[str, str, str], list[AnnotationRow]] = {}
        for row in self.rows:
            images.setdefault((row.filename, row.second_name, row.own_name), []).append(row)
        return images


def box_inside(file: AnnotationFile, row: AnnotationRow, width: int, height: int) -> Rectangle | None:
    """A row's box in pixels, cut to the image with a note; None with a problem when nothing of it is inside."""
    assert row.box is not None
    box = _in_pixels(row.box, width, height) if row.is_relative else row.box
    if 0 <= box.xmin < box.xmax <= width and 0 <= box.ymin < box.ymax <= height:
        return box  # as nearly all are, and there may be hundreds of thousands
    inside = box.clipped(width, height)
    if inside.is_empty:
        file.report(row, f"the box {_numbers(box)} is outside the image, which is {width} x {height}")
        return None
    if inside != box and not (row.is_relative and _nearly(inside, box)):
        file.note(row, f"the box {_numbers(box)} was cut to the image, which is {width} x {height}")
    return inside


def _in_pixels(box: Rectangle, width: int, height: int) -> Rectangle:
    """Shares are written with few digits: no more than thousandths of a pixel are believed."""
    edges = (box.xmin * width, box.ymin * height, box.xmax * width, box.ymax * height)
    rounded = Rectangle(*(round(edge, 3) for edge in edges))
    return Rectangle(*edges) if rounded.is_empty else rounded


def _nearly(first: Rectangle, second: Rectangle) -> bool:
    """So near that the few digits of shares explain it, and nobody needs to be told."""
    return all(abs(a - b) < 0.05 for a, b in zip(first.corners, second.corners, strict=True))


def own_class(file: AnnotationFile, rows: Iterable[AnnotationRow]) -> str | None:
    """The class that rows without box give to the image itself: the first one."""
    given = [row for row in rows if row.box is None and row.label is not None]
    for row in given[1:]:
        if row.label != given[0].label:
            file.report(row, f"the image has the class {given[0].label!r} already (line {given[0].line})")
    return given[0].label if given else None


def split_of(rows: Iterable[AnnotationRow]) -> Split | None:
    return next((row.split for row in rows if row.split is not None), None)


def stated_size(rows: Iterable[AnnotationRow]) -> tuple[int, int]:
    """Width and height as the file says; (0, 0) when it does not."""
    return next(((row.width, row.height) for row in rows if row.width and row.height), (0, 0))


def to_dataset(file: AnnotationFile) -> Dataset:
    """The images by the sizes that the file itself states, classes in the order of their first appearance."""
    images = [_to_image(file, filename, rows) for filename, rows in file.by_image().items()]
    labels = dict.fromkeys((*file.classes, *(row.label for row in file.rows if row.label is not None)))
    return Dataset(tuple(sorted(images, key=lambda image: image.filename)), tuple(labels), file.extra)


def _to_image(file: AnnotationFile, filename: str, rows: list[AnnotationRow]) -> LabelledImage:
    width, height = stated_size(rows)
    boxes = []
    for row in rows:
        if row.box is None or row.label is None:
            continue
        inside = box_inside(file, row, width, height) if width and height else _without_size(file, row)
        if inside is not None:
            boxes.append(Box(*inside.corners, row.label, row.extra))
    extra = next((row.image_extra for row in rows if row.image_extra), "")
    return LabelledImage(filename, width, height, tuple(boxes), own_class(file, rows), split_of(rows), extra)


def _without_size(file: AnnotationFile, row: AnnotationRow) -> Rectangle | None:
    if row.is_relative:
        file.report(row, "the box is in shares of its image, and the image's size is not known without the image")
        return None
    return row.box


def _numbers(box: Rectangle) -> str:
    return " ".join(f"{edge:g}" for edge in box.corners)
