"""Names for the numbers that some tables have in place of classes: a list beside, as `name,number` or line by line."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from training.dataset import safe_files
from training.dataset.formats.boxwright_csv import label_in, written_label
from training.dataset.formats.csv_cells import written_row
from training.dataset.formats.readings import LONGEST_NAME
from training.dataset.formats.yolo_names import LISTS, read_names
from training.dataset.plain_files import open_text

CLASS_FILE = "classes.csv"  # of keras-retinanet
_OPEN_IMAGES = ("class-descriptions-boxable.csv", "class-descriptions.csv", "oidv6-class-descriptions.csv")
_NAMED = (*_OPEN_IMAGES, CLASS_FILE, "class.csv", "class_list.csv", "class_mapping.csv", "mapping.csv", "labels.csv")
_MOST_CLASSES = 100_000


def class_numbers(place: Path, class_names: Sequence[str] | None) -> Mapping[str, str]:
    """Names by the numbers as they are written; empty where there is no list. The order is the list's."""
    if class_names is not None:
        return {str(number): name for number, name in enumerate(class_names)}
    for name in _NAMED:
        found = _pairs(place.with_name(name)) if place.name != name else {}
        if found:
            return found
    for name in LISTS:
        listed = read_names(place.with_name(name)) if place.name != name else None
        if listed is not None and listed.names:
            return {str(number): name for number, name in enumerate(listed.names)}
    return {}


def write_class_file(path: Path, classes: Sequence[str]) -> list[str]:
    """`name,number` line by line. Classes that had a number before keep it, which is said. Raises OSError."""
    numbers = {name: int(number) for number, name in _pairs(path).items() if number.isdecimal()}
    before = len(numbers)
    for name in classes:
        numbers.setdefault(name, max(numbers.values(), default=-1) + 1)
    safe_files.write_text(path, "".join(written_row((written_label(name), str(at))) for name, at in numbers.items()))
    if list(numbers) == list(classes) or not before:
        return []
    return [f"{path.name} was there: its {before} classes keep their numbers, and new ones come after them."]


def _pairs(path: Path) -> dict[str, str]:
    """The list of keras-retinanet, `name,number`, or of Open Images, `/m/code,name`."""
    pairs: dict[int, str] = {}
    codes: dict[str, str] = {}
    try:
        with open_text(path, newline="") as file:
            for record in csv.reader(file):
                if len(record) == 2 and record[1].strip().isdecimal() and len(pairs) < _MOST_CLASSES:
                    pairs[int(record[1])] = (label_in(record[0]) or "")[:LONGEST_NAME]
                elif len(record) == 2 and record[0].startswith("/m/") and len(codes) < _MOST_CLASSES:
                    codes[record[0].strip()] = record[1].strip()[:LONGEST_NAME]
    except (OSError, UnicodeDecodeError, csv.Error, ValueError):
        return {}
    return codes or {str(number): pairs[number] for number in sorted(pairs) if pairs[number]}
