"""Annotations from one format to another, without a project."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from training.dataset import safe_files
from training.dataset.dataset import Dataset, Problem
from training.dataset.formats import registry
from training.dataset.formats.annotation_rows import AnnotationFile, AnnotationRow, to_dataset
from training.dataset.formats.format import Choices, Format, WriteChoices, Written
from training.dataset.image_files import ImageProblem, find_images
from training.dataset.image_matching import CALLED_LIKE_THE_FILE, ImageMatcher, has_other_name, has_other_suffix
from training.dataset.image_sizes import read_sizes


@dataclass(frozen=True, slots=True)
class Converted:
    """What was written, and what was not: problems with the file that was read, losses of the format written.

    `replaced` files had been there with other contents.
    """

    dataset: Dataset  # as it was written, without images that the format had to leave out
    written: Written
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    replaced: tuple[Path, ...] = ()


def convert(
    place: Path,
    source: Format,
    choices: Choices,
    target: Format,
    out: Path,
    images: Path | None = None,
    progress: Callable[[int], bool | None] | None = None,
) -> Converted:
    """Read `place` and write all that could be read to `out`, whole or not at all.

    With `images`, names are looked up below that folder and sizes are the images' own; without, both are what the file
    says. Raises AnnotationFileError, OSError, and ValueError where `target` is only read.
    """
    if target.write is None:
        raise ValueError(f"{target.title} is only read here")
    file = registry.read(place, source, choices, progress)
    if images is not None:
        file.rows = list(_found(file, images))
    dataset = to_dataset(file)
    with safe_files.together(out.parent if target.file_name else out) as group:
        written = target.write(dataset, out, WriteChoices(images))
        replaced = tuple(group.would_replace())
    held = replace(dataset, images=tuple(one for one in dataset.images if one.filename not in written.left_out))
    return Converted(held, written, tuple(file.problems), tuple(file.notes), replaced)


def usual_place(target: Format, out: Path) -> Path:
    """Where to write: `out` itself, or the format's usual file in it where `out` is a folder."""
    if not target.file_name or (out.suffix and not out.is_dir()):
        return out
    return out / target.file_name


def _found(file: AnnotationFile, images: Path) -> Iterator[AnnotationRow]:
    """The rows of images that are there, by their paths and with their sizes."""
    matcher = ImageMatcher(find_images(images))
    rows_of: dict[str, list[AnnotationRow]] = {}
    for (name, second_name, own_name), rows in file.by_names().items():
        try:
            path = matcher.find(name, second_name=second_name, own_name=own_name)
        except LookupError as error:
            file.report(rows[0], str(error.args[0]), len(rows))
            continue
        if own_name and has_other_name(name, path):
            file.note_often(rows[0], CALLED_LIKE_THE_FILE)
        elif has_other_suffix(name, path):
            file.note(rows[0], f"there is no image {name!r}; {path} is taken for it")
        rows_of.setdefault(path, []).extend(rows)
    file.settle()
    for (path, rows), size in zip(rows_of.items(), read_sizes(images, list(rows_of)), strict=True):
        if isinstance(size, ImageProblem):
            file.report(rows[0], f"{path}: {size.reason}", len(rows))
            continue
        for row in rows:
            yield replace(row, filename=path, width=size[0], height=size[1])
