"""Where a format of many files puts the file of each image."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from training.dataset.dataset import AnnotationFileError, Dataset, LabelledImage
from training.dataset.formats.readings import stem_of
from training.dataset.formats.safe_xml import can_hold
from training.dataset.relative_paths import leaves_folder


def one_place_each(filenames: Iterable[str], suffix: str) -> dict[str, str]:
    """`sub/a.xml` for `sub/a.jpg`; where others differ in their suffix or in letters' case only, `sub/a.jpg.xml`.

    No two places are the same file, whatever system they are written on.
    """
    filenames = list(filenames)
    counts = Counter(_spelling(stem_of(name)) for name in filenames)
    taken: set[str] = set()
    places: dict[str, str] = {}
    for name in filenames:
        start = name if counts[_spelling(stem_of(name))] > 1 else stem_of(name)
        place, number = start + suffix, 2
        while _spelling(place) in taken:
            place, number = f"{start}~{number}{suffix}", number + 1
        taken.add(_spelling(place))
        places[name] = place
    return places


def same_but_for_suffix(filenames: Iterable[str]) -> dict[str, str]:
    """For formats that know images by their name without suffix: those that can't be told from an earlier one."""
    first: dict[str, str] = {}
    return {name: first[key] for name in filenames if first.setdefault(key := _spelling(stem_of(name)), name) != name}


def check_names(dataset: Dataset) -> None:
    """Nothing is ever written outside the place, whatever a dataset calls its images. Raises AnnotationFileError."""
    for image in dataset.images:
        if leaves_folder(image.filename):
            raise AnnotationFileError(image.filename, "this is not a path inside a folder; nothing was written")


def that_xml_can_name(dataset: Dataset) -> tuple[Dataset, list[str]]:
    """The dataset without images whose names XML can't hold, and a sentence for each of those."""
    images = tuple(image for image in dataset.images if can_hold(image.filename))
    left_out = [image.filename for image in dataset.images if not can_hold(image.filename)]
    said = [f"{name!r} is left out: XML can't hold characters of its name." for name in left_out]
    return (replace(dataset, images=images), said) if left_out else (dataset, [])


def one_line_each(images: Iterable[LabelledImage]) -> tuple[list[LabelledImage], list[str]]:
    """The images of a split that a list of lines can name, and a sentence for each of the others."""
    images = list(images)
    broken = [image.filename for image in images if len(image.filename.splitlines()) > 1]
    said = [
        f"{name!r} loses its split: its name has a line break, and the list has one name a line." for name in broken
    ]
    return [image for image in images if image.filename not in broken], said


def _spelling(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()
