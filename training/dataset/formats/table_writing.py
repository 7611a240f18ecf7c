"""Writes tables in the forms that other programs read, and for spreadsheets with a decimal comma."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from training.dataset import safe_files
from training.dataset.dataset import Dataset, LabelledImage
from training.dataset.formats import boxwright_csv
from training.dataset.formats.boxwright_csv import written_filename
from training.dataset.formats.csv_cells import written_row
from training.dataset.formats.format import WriteChoices, Written
from training.dataset.formats.losses import losses, without_size
from training.dataset.formats.readings import stem_of
from training.dataset.formats.table_classes import CLASS_FILE, write_class_file
from training.dataset.formats.table_dialects import Dialect, ImageCells
from training.dataset.formats.table_without_header import is_image

SPREADSHEET = "CSV for spreadsheets with a decimal comma"


def writer(dialect: Dialect) -> Callable[[Dataset, Path, WriteChoices], Written]:
    return lambda dataset, place, choices: _write(dataset, place, choices, dialect)


def _write(dataset: Dataset, place: Path, choices: WriteChoices, dialect: Dialect) -> Written:
    unsized = without_size(dataset) if dialect.is_relative else {}
    images = [image for image in dataset.images if image.filename not in unsized]
    names = _names(images, dialect.has_ids)
    rows = (
        row
        for image in choices.each(images)
        for row in _rows(ImageCells(names[image.filename], image, choices.images), dialect)
    )
    safe_files.write_text(place, (dialect.header + "\n" if dialect.header else "") + "".join(map(written_row, rows)))
    said = [f"{name!r} is left out: its size is not known, and {dialect.title} holds shares of it." for name in unsized]
    files = [place]
    if dialect.has_class_file:
        files.append(place.with_name(CLASS_FILE))
        said += write_class_file(files[1], dataset.classes)
    said += losses(
        dataset,
        dialect.title,
        negatives=dialect.empty is not None,
        splits=dialect.holds_split,
        class_order=dialect.has_class_file,
        extras_of=dialect.extras_of,
    )
    return Written(tuple(files), tuple(said), frozenset(unsized))


def _names(images: Sequence[LabelledImage], are_ids: bool) -> dict[str, str]:
    """What stands for each file name. An id must not be that of another image, nor look like a name with its suffix."""
    stems = Counter(stem_of(image.filename) for image in images) if are_ids else Counter[str]()
    return {
        image.filename: written_filename(
            stem if image.filename == f"{stem}.jpg" and stems[stem] == 1 and not is_image(stem) else image.filename
        )
        for image in images
        for stem in [stem_of(image.filename)]
    }


def _rows(at: ImageCells, dialect: Dialect) -> Iterator[tuple[str, ...]]:
    if at.image.is_negative and dialect.empty is not None:
        yield dialect.empty(at)
    for nth, box in enumerate(at.image.boxes):
        yield dialect.box(at, box, nth)


def write_for_spreadsheet(dataset: Dataset, place: Path, choices: WriteChoices) -> Written:
    """Our own CSV with semicolons and decimal commas, and the mark at its start by which Excel knows UTF-8."""
    rows = boxwright_csv.rows(dataset, with_split=True, choices=choices)
    with_commas = ((*row[:4], *(cell.replace(".", ",") for cell in row[4:8]), *row[8:]) for row in rows)
    safe_files.write_text(place, "\ufeff" + "".join(written_row(row, ";") for row in with_commas))
    said = losses(dataset, SPREADSHEET, negatives=True, splits=True, own_classes=True)
    return Written((place,), tuple(said))
