"""All formats by name, and what the window and the command line do with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from training.dataset.dataset import AnnotationFileError
from training.dataset.formats import (
    bbox_label_tool,
    boxwright_csv,
    coco,
    createml,
    cvat,
    label_studio,
    labelme,
    mot,
    pascal_voc,
    svhn,
    table,
    tfrecord,
    via,
    via3,
    yolo,
)
from training.dataset.formats.annotation_rows import AnnotationFile
from training.dataset.formats.format import Choices, Evidence, Format, Sureness
from training.dataset.formats.json_stream import BadJson, members
from training.dataset.formats.safe_xml import BadXml, elements
from training.dataset.is_there import is_file
from training.dataset.plain_files import open_bytes

_MODULES = (
    boxwright_csv,
    pascal_voc,
    yolo,
    coco,
    labelme,
    via,
    via3,
    createml,
    cvat,
    label_studio,
    tfrecord,
    svhn,
    bbox_label_tool,
    mot,
    table,
)
FORMATS: dict[str, Format] = {module.FORMAT.name: module.FORMAT for module in _MODULES}
# Which are written: "table" itself only reads, as each of its dialects writes under its own name.
WRITERS: dict[str, Format] = {
    format_.name: format_
    for format_ in (*FORMATS.values(), *table.DIALECT_FORMATS)
    if format_.write is not None and format_ is not table.FORMAT
}

_ROWS_AT_ONCE = 1000
_LARGEST_LOOKED_AT = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Recognised:
    """A format that a place may have, and why."""

    format: Format
    evidence: Evidence


class ReadingStopped(Exception):  # noqa: N818 -- somebody wanted it
    """Whoever was told the progress did not want more."""


def recognise(place: Path) -> list[Recognised]:
    """What a file or a folder can be, the surest first; nothing when no format knows it. Never raises for a place."""
    place = Path(place)
    found = [Recognised(format_, _evidence(format_, place)) for format_ in FORMATS.values()]
    found = [one for one in found if one.evidence.sureness is not Sureness.NO]
    return sorted(found, key=lambda one: -one.evidence.sureness)


def read(
    place: Path,
    format_: Format,
    choices: Choices | None = None,
    progress: Callable[[int], bool | None] | None = None,
) -> AnnotationFile:
    """All that a place says. `progress(rows)` is told now and then how many rows there are; False stops the reading.

    Raises AnnotationFileError when nothing can be read, and ReadingStopped.
    """
    choices = choices or Choices()

    def tell(rows: int) -> None:
        if progress is not None and progress(rows) is False:
            raise ReadingStopped

    file = AnnotationFile(place.name, still_reading=tell)
    rows = format_.read(place, file, choices)
    while part := list(islice(rows, _ROWS_AT_ONCE)):
        kept = part
        if not choices.empty_is_negative:
            kept = [row for row in part if row.box is not None or row.label is not None]
        file.rows.extend(kept)
        if len(part) == _ROWS_AT_ONCE:
            tell(len(file.rows))
    file.settle()
    return file


def recognised(place: Path) -> Recognised:
    """The surest. Raises AnnotationFileError when no format knows the place, or a person has to say something first."""
    for format_ in FORMATS.values():
        evidence = _evidence(format_, place)
        if evidence.sureness is Sureness.SURE and not evidence.questions:
            return Recognised(format_, evidence)
    found = recognise(place)
    if not found and place.suffix.lower() == ".csv":
        boxwright_csv.read_rows(place)  # it says what is missing
    if not found and not place.exists():
        raise AnnotationFileError(place, "there is no such file or folder")
    if not found:
        raise AnnotationFileError(place, f"no format that is known here was recognised in it{_why(place)}")
    if found[0].evidence.questions:
        raise AnnotationFileError(place, "; ".join(found[0].evidence.questions))
    return found[0]


def _why(place: Path) -> str:
    """What keeps a file from being anything: it may be broken."""
    try:
        if place.suffix.lower() == ".json":
            for _ in islice(members(place), _ROWS_AT_ONCE):
                pass
        elif place.suffix.lower() == ".xml":
            for _ in elements(place, frozenset(), _LARGEST_LOOKED_AT):
                pass
        elif not place.is_dir():
            open_bytes(place).close()
            if place.suffix.lower() == ".txt" and (fault := yolo.fault_of(place)):
                return f": for a label file of YOLO, {fault}"
    except (BadJson, BadXml) as error:
        return f": {error}"
    except OSError as error:
        return f": {error.strerror or error}"
    return ""


def _evidence(format_: Format, place: Path) -> Evidence:
    if place.is_dir():
        return format_.recognise(place) if format_.in_folders else Evidence(Sureness.NO)
    if not is_file(place):
        return Evidence(Sureness.NO)
    if format_.suffixes and place.suffix.lower() not in format_.suffixes:
        return Evidence(Sureness.NO)
    return format_.recognise(place)
