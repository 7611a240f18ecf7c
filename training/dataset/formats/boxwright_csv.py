"""Our own CSV: `filename,width,height,class,xmin,ymin,xmax,ymax`, optionally `split`.

UTF-8, comma, point, line feed; one row a box, in pixels of the upright image, at most three decimals. An image without
anything on it is a row with empty class and box; a class of the whole image is a row with an empty box.

A class whose name begins with `=`, `+`, `-` or `@` is written with an apostrophe before it, which keeps spreadsheets
from running it as a formula; so is a name where such a character follows apostrophes. Reading takes one away again.
File names must stay names that other programs can open: the few that a spreadsheet would run begin with `./`.
"""

from __future__ import annotations

import csv
import functools
import io
import operator
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from training.dataset import safe_files
from training.dataset.box import Rectangle
from training.dataset.dataset import AnnotationFileError, Dataset, LabelledImage, Problem, Split
from training.dataset.formats.annotation_rows import AnnotationFile, AnnotationRow, to_dataset
from training.dataset.formats.csv_cells import BadCell, finite_number, written_number, written_row
from training.dataset.formats.format import NOT_THIS, Choices, Evidence, Format, Sureness, WriteChoices, Written
from training.dataset.formats.losses import lost_by_csv
from training.dataset.formats.table_cells import has_decimal_comma, may_be_thousands
from training.dataset.plain_files import open_text, read_bytes
from training.dataset.relative_paths import leaves_folder

COLUMNS = ("filename", "width", "height", "class", "xmin", "ymin", "xmax", "ymax")
EDGES = COLUMNS[4:]
SPLIT_COLUMN = "split"
_LOOKED_AT = 200
_THIN = 0.002  # pixels: a box so thin may have no inside in three decimals

_FORMULA = re.compile(r"'*[=+\-@]")
_ESCAPED_FORMULA = re.compile(r"'+[=+\-@]")
_FORMULA_THAT_RUNS = re.compile(r"\s*[=+\-@].*[(|!]", re.DOTALL)
_PLAIN_EDGES = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,15})?(?:,[0-9]{1,15}(?:\.[0-9]{1,15})?){3}", re.ASCII)
_SPLIT_NAMES = {"training": Split.TRAIN, "val": Split.VALIDATION, "valid": Split.VALIDATION, "testing": Split.TEST}
_SPLIT_NAMES |= {split.value: split for split in Split}


def read(path: Path) -> tuple[Dataset, list[Problem]]:
    """The dataset that a file states, and a problem for every row or part of a row that can't be used as it is.

    Boxes are cut to the stated image size; where that is missing or 0 they are taken as they are. Raises
    AnnotationFileError when the file as a whole can't be read.
    """
    file = read_rows(path)
    dataset = to_dataset(file)
    return dataset, sorted(file.problems + file.notes, key=lambda problem: problem.line or 0)


def write(dataset: Dataset, path: Path, with_split: bool, choices: WriteChoices | None = None) -> None:
    """Rows sorted by filename, then in the order of the boxes. Raises OSError; the old file stays then."""
    safe_files.write_text(path, "".join(map(written_row, rows(dataset, with_split, choices or WriteChoices()))))


def rows(dataset: Dataset, with_split: bool, choices: WriteChoices) -> Iterator[tuple[str, ...]]:
    """The cells of the header, then those of each row."""
    yield (*COLUMNS, SPLIT_COLUMN) if with_split else COLUMNS
    for image in choices.each(sorted(dataset.images, key=lambda image: image.filename)):
        yield from _rows_of(image, with_split)


def read_rows(path: Path) -> AnnotationFile:
    """Every row that makes sense by itself, whatever the size of its image. Raises AnnotationFileError."""
    path = Path(path)
    file = AnnotationFile(path.name)
    file.rows.extend(iterate(path, file))
    return file


def iterate(path: Path, file: AnnotationFile, choices: Choices | None = None) -> Iterator[AnnotationRow]:  # noqa: ARG001
    """The same, row by row; problems and notes go into `file`."""
    lines = _lines(path)
    header = _checked_header(path, next(lines, (1, []))[1])
    at = {column: place for place, column in enumerate(header)}
    wanted = operator.itemgetter(*(at[column] for column in COLUMNS))
    at_split = at.get(SPLIT_COLUMN)
    split = split_of_file_name(path) if at_split is None else None
    for line, cells in lines:
        try:
            if len(cells) != len(header):
                raise BadCell(f"expected {len(header)} fields, got {len(cells)}")
            statement = _statement(wanted(cells))
        except BadCell as error:
            file.report_at(line, str(error))
        else:
            yield AnnotationRow(line, *statement, split if at_split is None else _split_in(file, line, cells[at_split]))


def split_of_file_name(path: Path) -> Split | None:
    """Files called train*, valid* or test* say where their images belong; so does val, alone or before a mark."""
    found = re.match(r"train|valid|val(?![a-z])|test", path.name.lower())
    return _SPLIT_NAMES[found.group()] if found else None


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of the line it begins on; empty lines are left out."""
    reader = csv.reader(io.StringIO(_text(path), newline=""))
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise AnnotationFileError(path, f"line {line} cannot be read as CSV: {error}") from error


def _text(path: Path) -> str:
    try:
        content = read_bytes(path)
    except OSError as error:
        raise AnnotationFileError(path, f"the file cannot be read: {error.strerror or error}") from error
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise AnnotationFileError(path, "expected text in UTF-8, got UTF-16; save it as CSV UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise AnnotationFileError(
            path, f"expected text in UTF-8, but line {line} is not; save it as CSV UTF-8"
        ) from error


def _checked_header(path: Path, cells: list[str]) -> list[str]:
    header = [cell.strip().lower() for cell in cells]
    missing = [column for column in COLUMNS if column not in header]
    if missing and cells and cells[0].count(";") >= len(COLUMNS) - 1:
        raise AnnotationFileError(path, "the columns are separated by semicolons; save it with commas")
    if missing:
        found = ",".join(cells)[:120]
        raise AnnotationFileError(
            path,
            f"missing in the first line: {', '.join(missing)}; expected {','.join(COLUMNS)}, got {found!r}",
        )
    return header


def _statement(cells: Sequence[str]) -> tuple[str, int, int, str | None, Rectangle | None]:
    """File name, width, height, label and box out of the cells of COLUMNS."""
    name, width, height, label_cell, *edges = cells
    filename, size = filename_in(name), (_size("width", width), _size("height", height))
    label, box = label_in(label_cell), _box(edges)
    if box is not None and label is None:
        raise BadCell("the box has no class")
    return filename, *size, label, box


def _split_in(file: AnnotationFile, line: int, cell: str) -> Split | None:
    split = _SPLIT_NAMES.get(cell)
    if split is not None:
        return split
    name = cell.strip().lower()
    if name and name not in _SPLIT_NAMES:
        file.note_at(line, f"split: expected train, validation or test, got {cell!r}; it is left open")
    return _SPLIT_NAMES.get(name)


@functools.lru_cache(maxsize=16)  # an image's rows follow each other
def filename_in(cell: str) -> str:
    """The file's name that `written_filename` wrote. Raises BadCell for one that is no path inside a folder."""
    name = cell.removeprefix("./")
    if not name:
        raise BadCell("the file name is empty")
    if leaves_folder(name):
        raise BadCell(f"{cell!r} is not a path inside the image folder")
    return name


@functools.lru_cache(maxsize=1024)
def _size(column: str, cell: str) -> int:
    """0 for an empty cell: some files do not say. Kept, as each row says it again."""
    size = finite_number(column, cell) if cell.strip() else 0
    if size < 0 or size != int(size):
        raise BadCell(f"{column}: expected a whole number of pixels, got {cell!r}")
    return int(size)


@functools.lru_cache(maxsize=1024)
def label_in(cell: str) -> str | None:
    """The name that `written_label` wrote; None where there is none."""
    name = cell.strip()
    return (name[1:] if _ESCAPED_FORMULA.match(name) else name) or None


def _box(cells: list[str]) -> Rectangle | None:
    """Nearly all are plain numbers in order, and there may be hundreds of thousands: those are taken at once."""
    if _PLAIN_EDGES.fullmatch(",".join(cells)):
        xmin, ymin, xmax, ymax = map(float, cells)
        if xmin < xmax and ymin < ymax:
            return Rectangle(xmin, ymin, xmax, ymax)
    return _checked_box(dict(zip(EDGES, cells, strict=True)))


def _checked_box(cells: dict[str, str]) -> Rectangle | None:
    empty = [column for column in EDGES if not cells[column].strip()]
    if len(empty) == len(EDGES):
        return None
    if empty:
        raise BadCell(f"the box has no {', '.join(empty)}")
    box = Rectangle(*(finite_number(column, _with_point(cells[column])) for column in EDGES))
    for low, high in (("xmin", "xmax"), ("ymin", "ymax")):
        if not getattr(box, low) < getattr(box, high):
            raise BadCell(f"{low} must be less than {high}, got {cells[low]} and {cells[high]}")
    return box


def _with_point(cell: str) -> str:
    """Spreadsheets of many languages write a decimal comma; one that may part thousands stays, and is told."""
    return cell.replace(",", ".") if has_decimal_comma(cell) and not may_be_thousands(cell) else cell


def _rows_of(image: LabelledImage, with_split: bool) -> Iterator[tuple[str, ...]]:
    name = written_filename(image.filename)
    start = (name, str(image.width), str(image.height))
    end = (image.split.value if image.split else "",) if with_split else ()
    if image.image_class is not None or image.is_negative:
        yield (*start, written_label(image.image_class or ""), "", "", "", "", *end)
    for box in image.boxes:
        yield (*start, written_label(box.label), *written_edges(box), *end)


def written_filename(name: str) -> str:
    return "./" + name if _FORMULA_THAT_RUNS.match(name) else name


def written_label(label: str) -> str:
    return "'" + label if _FORMULA.match(label) else label


def written_edges(box: Rectangle) -> tuple[str, str, str, str]:
    """A box thinner than the decimals can tell is written one thousandth wide, or it could not be read again."""
    xmin, ymin, xmax, ymax = box.corners
    if xmax - xmin < _THIN or ymax - ymin < _THIN:
        xmin, ymin, xmax, ymax = _thick_enough(*(round(edge, 3) for edge in box.corners))
    return written_number(xmin), written_number(ymin), written_number(xmax), written_number(ymax)


def _thick_enough(xmin: float, ymin: float, xmax: float, ymax: float) -> tuple[float, float, float, float]:
    if xmin >= xmax:
        xmin, xmax = (xmin - 0.001, xmax) if xmin >= 0.001 else (xmin, xmax + 0.001)
    if ymin >= ymax:
        ymin, ymax = (ymin - 0.001, ymax) if ymin >= 0.001 else (ymin, ymax + 0.001)
    return xmin, ymin, xmax, ymax


def _recognise(path: Path) -> Evidence:
    try:
        with open_text(path, newline="") as file:
            rows = csv.reader(file)
            header = [cell.strip().lower() for cell in next(rows, [])]
            some = list(islice(rows, _LOOKED_AT))
    except (OSError, UnicodeDecodeError, csv.Error):
        return NOT_THIS
    if not set(header).issuperset(COLUMNS):
        return NOT_THIS
    reason = f"the first line names the columns {', '.join(COLUMNS)}"
    edges = [header.index(column) for column in EDGES]
    if any(has_decimal_comma(row[at]) for row in some if len(row) == len(header) for at in edges):
        return Evidence(Sureness.MAYBE, (reason, "but its numbers have commas, as a spreadsheet writes them"))
    at = header.index("filename")
    names = [row[at] for row in some if len(row) > at]
    if names and all(leaves_folder(name) for name in names):
        return Evidence(Sureness.MAYBE, (reason, "but its files have paths of another computer"))
    return Evidence(Sureness.SURE, (reason,))


def _write(dataset: Dataset, path: Path, choices: WriteChoices) -> Written:
    write(dataset, path, any(image.split is not None for image in dataset.images), choices)
    return Written((path,), tuple(lost_by_csv(dataset)))


FORMAT = Format(
    name="csv",
    title="CSV of Boxwright and TensorFlow",
    recognise=_recognise,
    read=iterate,
    write=_write,
    file_name="dataset.csv",
    suffixes=(".csv", ".txt"),
)
