"""Where a format of many files puts the file of each image."""

from __future__ import annotations

import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

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


def of_one_file(filenames: Iterable[str], suffix: str, place: Path) -> dict[str, str]:
    """For formats that call an image's file like the image: those whose file would be an earlier image's, and which.

    Whether a folder tells letters' case and ways to write an accent apart is found out by trying, where `place` will
    be. Raises OSError.
    """
    alike: dict[str, list[str]] = {}
    for name in filenames:
        alike.setdefault(_spelling(stem_of(name)), []).append(name)
    groups = [names for names in alike.values() if len(names) > 1]
    if not groups:
        return {}
    there = next(folder for folder in (place, *place.absolute().parents) if folder.is_dir())
    with tempfile.TemporaryDirectory(prefix=".boxwright-", dir=there) as tried:
        return {name: other for names in groups for name, other in _tried(names, suffix, Path(tried))}


def _tried(filenames: Iterable[str], suffix: str, folder: Path) -> Iterator[tuple[str, str]]:
    for name in filenames:
        file = folder / f"{stem_of(name)}{suffix}"
        if file.exists():
            yield name, file.read_bytes().decode()
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(name.encode())


def check_names(dataset: Dataset) -> None:
    """Nothing is ever written outside the place, whatever a dataset calls its images. Raises AnnotationFileError."""
    for image in dataset.images:
        if leaves_folder(image.filename):
            raise AnnotationFileError(image.filename, "this is not a path inside a folder; nothing was written")


def that_xml_can_name(dataset: Dataset) -> tuple[Dataset, dict[str, str]]:
    """The dataset without images whose names XML can't hold, and a sentence for the name of each of those."""
    images = tuple(image for image in dataset.images if can_hold(image.filename))
    left_out = [image.filename for image in dataset.images if not can_hold(image.filename)]
    said = {name: f"{name!r} is left out: XML can't hold characters of its name." for name in left_out}
    return (replace(dataset, images=images), said) if left_out else (dataset, {})


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
