"""digitStruct.mat of the Street View House Numbers: boxes of digits in pixels, in a MATLAB file that is HDF5.

A process of its own opens it, as a file made for it could break the library that reads HDF5: see `svhn_reading`.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from training.dataset.dataset import AnnotationFileError, Split
from training.dataset.formats.annotation_rows import AnnotationFile, AnnotationRow
from training.dataset.formats.csv_cells import BadCell
from training.dataset.formats.format import NOT_THIS, Choices, Evidence, Format, Sureness
from training.dataset.formats.image_names import image_name
from training.dataset.formats.readings import ImageRows, number, rectangle_of_size
from training.dataset.formats.split_names import split_of_folders
from training.dataset.plain_files import open_bytes
from training.program_process import creation_flags, program_command, program_environment

COMMAND = "read-digits"
_MATLAB, _HDF5, _HDF5_AT = b"MATLAB 7.3 MAT-file", b"\x89HDF\r\n\x1a\n", 512
_NAME_WITHIN = 2**20  # bytes; the names of its parts stand at its beginning
_LONGEST_LINE = 4 * 2**20
_TEN_IS_ZERO = {10: 0}


def recognise(place: Path) -> Evidence:
    """By its first bytes: nothing is opened as HDF5."""
    try:
        with open_bytes(place) as file:
            head = file.read(_NAME_WITHIN)
    except OSError:
        return NOT_THIS
    if not (head.startswith(_MATLAB) and head.startswith(_HDF5, _HDF5_AT) and b"digitStruct\0" in head):
        return NOT_THIS
    return Evidence(Sureness.SURE, ("it is a MATLAB 7.3 file with a digitStruct, as SVHN has them",))


def read(place: Path, file: AnnotationFile, choices: Choices) -> Iterator[AnnotationRow]:  # noqa: ARG001
    file.unit = "image"
    file.images_lie_beside = True
    file.classes.extend(map(str, range(10)))
    split = split_of_folders(f"{place.parent.name}/x")
    at = 0
    try:
        with _told(place) as lines:
            for said in lines:
                at = int(said["image"])
                yield from _rows_of(said, file, split)
    except AnnotationFileError as error:
        if not at:
            raise
        file.report_at(None, f"{error.reason}; what stands before that is read")


def _rows_of(said: dict[str, Any], file: AnnotationFile, split: Split | None) -> Iterator[AnnotationRow]:
    at = int(said["image"])
    try:
        if "problem" in said:
            raise BadCell(str(said["problem"]))
        rows = ImageRows(file, image_name(said["name"]), split=split)
    except BadCell as error:
        file.report_at(at, str(error))
        return
    yield from _rows(rows, at, said["boxes"])


def _rows(rows: ImageRows, line: int, boxes: list[list[Any]]) -> Iterator[AnnotationRow]:
    for label, *edges in boxes:
        try:
            digit = number("the digit", label)
            if digit != int(digit):
                raise BadCell(f"the digit: expected a whole number, got {digit:g}")
            x, y, width, height = (number("the box", edge) for edge in edges)
            box = rectangle_of_size(x, y, width, height)
        except BadCell as error:
            rows.refuse()
            rows.into.report_at(line, str(error))
        else:
            yield rows.box(line, str(_TEN_IS_ZERO.get(int(digit), int(digit))), box)
    if not rows.count:
        yield rows.nothing(line)


@contextmanager
def _told(place: Path) -> Iterator[Iterator[dict[str, Any]]]:
    """What the process that opens the file says of each image. It ends with this."""
    try:
        open_bytes(place).close()
    except OSError as error:
        raise AnnotationFileError(place, f"the file cannot be read: {error.strerror or error}") from error
    try:
        process = subprocess.Popen(
            program_command(COMMAND, str(place)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=program_environment(),
            creationflags=creation_flags(),
        )
    except OSError as error:
        raise AnnotationFileError(place, f"the process that reads it could not start: {error}") from error
    with process:
        assert process.stdout is not None
        try:
            yield _lines(place, process.stdout)
        finally:
            process.kill()


def _lines(place: Path, stdout: IO[bytes]) -> Iterator[dict[str, Any]]:
    """Raises AnnotationFileError where the file can't be read, or the process ends before it has said so."""
    while (line := stdout.readline(_LONGEST_LINE)).endswith(
        b"\n"
    ):  # the last one of a process that died may be cut off
        said = json.loads(line)
        if "end" in said:
            if said["end"]:
                raise AnnotationFileError(place, said["end"])
            return
        yield said
    raise AnnotationFileError(place, "the file is broken, or made to break what reads it: reading it was given up")


FORMAT = Format(
    name="svhn", title="SVHN digitStruct.mat", recognise=recognise, read=read, write=None, suffixes=(".mat",)
)
