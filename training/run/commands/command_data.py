"""What `--data`, `--validation` and `--images` name, as a dataset whose filenames are paths below one folder."""

from __future__ import annotations

import csv
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from training.dataset.dataset import AnnotationFileError, Dataset, LabelledImage, Problem, Split
from training.dataset.exporting import missing_splits, project_dataset
from training.dataset.folder_classes import folder_classes, folder_split
from training.dataset.formats import boxwright_csv
from training.dataset.formats.annotation_rows import to_dataset
from training.dataset.image_files import find_images
from training.dataset.image_matching import ImageMatcher
from training.dataset.import_classes import listed_classes
from training.dataset.splits import assign_splits, equal_contents
from training.dataset.store import ProjectError, ProjectStore
from training.run.failure import RunFailed
from training.run.settings import ClassEntry


@dataclass(frozen=True, slots=True)
class CommandData:
    """`classes` are those with boxes or of whole images; `problems` tells what was left out already."""

    dataset: Dataset
    classes: tuple[ClassEntry, ...]
    image_root: Path
    problems: tuple[Problem, ...] = ()


def data_for_training(data: Path, validation: Path | None, images: Path | None) -> CommandData:
    """With a split for every image: that of `validation`, of the `split` column, of the project, else the usual rule.

    `data` is a CSV file or a project. Raises RunFailed, AnnotationFileError, ProjectError.
    """
    found = read_data(data, images)
    if validation is None:
        return replace(found, dataset=_with_missing_splits(found))
    other = read_data(validation, found.image_root)
    return _joined(found, other)


def read_data(data: Path, images: Path | None) -> CommandData:
    """A CSV file or a project, as it stands, or a folder of folders that are called like the classes of their images.

    Raises RunFailed, AnnotationFileError, ProjectError.
    """
    if data.is_dir() or data.suffix == ".boxwright":
        return _read_project(data)
    folder = (images or data.parent).absolute()
    if not folder.is_dir():
        raise RunFailed(f"--images: expected a folder, got {folder}")
    return _read_csv(data, folder)


def check_boxes(found: CommandData, data: Path) -> None:
    """Raises RunFailed for what only a classifier can learn: images with classes of their own, and not one box."""
    images = found.dataset.images
    own = sum(image.image_class is not None for image in images)
    if own and not any(image.boxes for image in images):
        raise RunFailed(
            f"{data} has classes of {own} whole images, and no boxes for a localizer to learn from; a classifier can "
            "learn them: boxwright train classifier"
        )


def _read_project(path: Path) -> CommandData:
    with closing(ProjectStore.open(path, read_only=True)) as store:
        if not store.exists:
            return _read_class_folders(store.folder)
        images = project_dataset(store).images
        splits = missing_splits(store, images)
        images = tuple(replace(image, split=splits.get(image.filename, image.split)) for image in images)
        entries = tuple(ClassEntry(record.id, record.name) for record in store.classes())
        return _command_data(images, entries, store.folder, ())


def _read_class_folders(folder: Path) -> CommandData:
    """Images right inside the folder have no class, and are left out."""
    found = find_images(folder)
    classes = folder_classes(found)
    names = sorted(set(classes.values()))
    if not names:
        raise ProjectError(
            f"The folder {folder} has no project yet: draw boxes first, or name a CSV file or a folder that has a folder "
            "for each class."
        )
    images = tuple(
        LabelledImage(image, 0, 0, image_class=classes[image], split=folder_split(image))
        for image in found
        if image in classes
    )
    problems = tuple(Problem(image, None, "it lies in no folder of a class") for image in found if image not in classes)
    entries = tuple(ClassEntry(number, name) for number, name in enumerate(names, start=1))
    return CommandData(Dataset(images, tuple(names)), entries, folder.resolve(), problems)


def _read_csv(path: Path, folder: Path) -> CommandData:
    file = boxwright_csv.read_rows(path)
    names = listed_classes(path, file)
    dataset = to_dataset(file)
    entries = tuple(ClassEntry(number, name) for number, name in enumerate(names or dataset.classes, start=1))
    # A name like train.csv says little when this one file is all there is.
    images = dataset.images if _has_split_column(path) else [replace(image, split=None) for image in dataset.images]
    matched, unmatched = _matched(path, list(images), folder)
    if not matched:
        first = unmatched[0] if unmatched else f"{path}: there is no image in it"
        raise RunFailed(f"none of the {len(images)} images of {path} can be used; {first}")
    return _command_data(tuple(matched), entries, folder, (*file.problems, *file.notes, *unmatched))


def _command_data(
    images: tuple[LabelledImage, ...], entries: tuple[ClassEntry, ...], root: Path, problems: tuple[Problem, ...]
) -> CommandData:
    used = {box.label for image in images for box in image.boxes}
    used |= {image.image_class for image in images if image.image_class is not None}
    entries = tuple(entry for entry in entries if entry.name in used)
    return CommandData(Dataset(images, tuple(entry.name for entry in entries)), entries, root.resolve(), problems)


def _matched(path: Path, images: list[LabelledImage], folder: Path) -> tuple[list[LabelledImage], list[Problem]]:
    """The images under their paths in the folder, sorted; names that mean none or one already meant are problems."""
    matcher = ImageMatcher(find_images(folder))
    below = _folder_inside(path, folder)
    matched: dict[str, LabelledImage] = {}
    problems: list[Problem] = []
    for image in images:
        try:
            name = matcher.find(image.filename, below)
        except LookupError as error:
            problems.append(Problem(path.name, None, str(error.args[0])))
            continue
        if name in matched:
            problems.append(Problem(path.name, None, f"{image.filename!r} means {name!r}, which was named before"))
        else:
            matched[name] = replace(image, filename=name)
    return [matched[name] for name in sorted(matched)], problems


def _with_missing_splits(found: CommandData) -> Dataset:
    images = found.dataset.images
    if all(image.split is not None for image in images):
        return found.dataset
    contents = equal_contents(found.image_root, [image.filename for image in images])
    splits = assign_splits(images, contents=contents)
    return replace(
        found.dataset,
        images=tuple(replace(image, split=splits.get(image.filename, image.split)) for image in images),
    )


def _joined(training: CommandData, validation: CommandData) -> CommandData:
    """Images of both files are for validation only: judged on what it learned by heart, any model looks good."""
    held_out = {image.filename for image in validation.dataset.images}
    kept = [image for image in training.dataset.images if image.filename not in held_out]
    both = len(training.dataset.images) - len(kept)
    problems = [*training.problems, *validation.problems]
    if both:
        problems.append(Problem("--validation", None, f"{both} images are in --data too; they are not trained on"))
    images = [
        *(replace(image, split=Split.TEST if image.split is Split.TEST else Split.TRAIN) for image in kept),
        *(replace(image, split=Split.VALIDATION) for image in validation.dataset.images),
    ]
    images.sort(key=lambda image: image.filename)
    return CommandData(
        Dataset(tuple(images), training.dataset.classes), training.classes, training.image_root, tuple(problems)
    )


def _has_split_column(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = next(csv.reader(file), [])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise AnnotationFileError(path, f"the file cannot be read: {error}") from error
    return boxwright_csv.SPLIT_COLUMN in (cell.strip().lower() for cell in header)


def _folder_inside(path: Path, folder: Path) -> str:
    """The folder of the file as paths below the image folder begin; nothing when it lies elsewhere."""
    try:
        below = path.resolve().parent.relative_to(folder.resolve()).as_posix()
    except ValueError:
        return ""
    return "" if below == "." else f"{below}/"
