"""A project as files that others read: our CSV and the list of classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from training.dataset import safe_files
from training.dataset.bulk_memory import without_collecting
from training.dataset.dataset import AnnotationFileError, Dataset, LabelledImage, Problem, Split
from training.dataset.formats import boxwright_csv, class_list
from training.dataset.formats.format import Format, WriteChoices, Written
from training.dataset.formats.losses import lost_by_csv
from training.dataset.image_files import ImageProblem, read_size
from training.dataset.import_plan import kept_extra
from training.dataset.project_errors import ProjectError, WouldReplaceError
from training.dataset.records import ImageRecord, ImageState
from training.dataset.splits import assign_splits, equal_contents, moved_to_validation
from training.dataset.store import ProjectStore

SEED_SETTING = "split_seed"
Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What was written, and the images that had to stay out. `replaced` files had been there with other contents."""

    files: tuple[Path, ...]
    images: int
    boxes: int
    splits: Counter[Split]
    newly_assigned: int
    problems: tuple[Problem, ...] = ()
    losses: tuple[str, ...] = ()  # what the format can't hold, each a sentence
    replaced: tuple[Path, ...] = ()


@without_collecting()
def export_project(
    store: ProjectStore,
    folder_out: Path,
    per_split: bool = False,
    target: Format = boxwright_csv.FORMAT,
    progress: Progress | None = None,
    may_replace: Collection[Path] | None = None,
) -> ExportResult:
    """Write dataset.csv, or train.csv, validation.csv and test.csv, and classes.txt; unlabelled images stay out.

    Another format's files are called as it usually has them, or by their split. Images without a split get one first,
    and the project keeps it. All files take their places at the end, together. `progress(done, total)` counts images,
    with a total of 0 while they are read; when it raises, no file is written. Of files that are there with other
    contents only those of `may_replace` are replaced, or all with None. Raises WouldReplaceError, ProjectError.
    """
    images, problems = _labelled_images(store, progress)
    if not images:
        unread = f"; {problems[0]}" if problems else ""
        raise ProjectError(f"No image is labelled or reviewed that could be exported{unread}.")
    assigned = assign_missing_splits(store, images)
    if assigned:
        images = [replace(image, split=assigned.get(image.filename, image.split)) for image in images]
    dataset = _dataset(store, images)
    choices = WriteChoices(store.folder, progress)
    written, replaced = _write(target, dataset, Path(folder_out), per_split, choices, may_replace)
    images = [image for image in images if image.filename not in written.left_out]
    return ExportResult(
        files=written.files,
        images=len(images),
        boxes=sum(len(image.boxes) for image in images),
        splits=Counter(image.split for image in images if image.split is not None),
        newly_assigned=len(assigned),
        problems=tuple(problems),
        losses=written.losses,
        replaced=tuple(replaced),
    )


def project_dataset(store: ProjectStore, progress: Progress | None = None) -> Dataset:
    """The labelled and reviewed images with their class names; those whose size nobody can read stay out."""
    return _dataset(store, _labelled_images(store, progress)[0])


def assign_missing_splits(store: ProjectStore, images: Iterable[LabelledImage]) -> dict[str, Split]:
    """Give a split to those of the images that have none, by the project's seed, and store it. Raises ProjectError."""
    assigned = missing_splits(store, images)
    if assigned:
        store.write(replace(record, split=assigned[record.path]) for record in store.records(assigned))
    return assigned


def missing_splits(
    store: ProjectStore, images: Iterable[LabelledImage], progress: Progress | None = None
) -> dict[str, Split]:
    """The splits that `assign_missing_splits` would store; nothing is written."""
    images = list(images)
    if all(image.split is not None for image in images):
        return {}
    contents = equal_contents(store.folder, (image.filename for image in images), progress)
    return assign_splits(images, int(store.get_setting(SEED_SETTING) or 0), contents)


def validation_splits(store: ProjectStore, images: Iterable[LabelledImage]) -> dict[str, Split]:
    """Training images that could validate instead, if none of `images` does; nothing is written."""
    images = list(images)
    if any(image.split is Split.VALIDATION for image in images):
        return {}
    contents = equal_contents(store.folder, (image.filename for image in images))
    return moved_to_validation(images, contents, int(store.get_setting(SEED_SETTING) or 0))


def _labelled_images(
    store: ProjectStore, progress: Progress | None = None
) -> tuple[list[LabelledImage], list[Problem]]:
    names = {record.id: record.name for record in store.classes()}
    images: list[LabelledImage] = []
    problems: list[Problem] = []
    for done, record in enumerate(store.records()):
        if progress is not None:
            progress(done, 0)
        if record.state is not ImageState.UNLABELLED:
            try:
                images.append(_labelled_image(record, names, store.folder))
            except ImageProblem as problem:
                problems.append(Problem(record.path, None, problem.reason))
    return images, problems


def _labelled_image(record: ImageRecord, names: dict[int, str], folder: Path) -> LabelledImage:
    size = (record.width, record.height)
    width, height = read_size(folder / record.path) if None in size else size
    assert width is not None
    assert height is not None
    boxes = tuple(box.labelled(names[box.class_id]) for box in record.boxes)
    own_class = None if record.class_id is None else names[record.class_id]
    return LabelledImage(record.path, width, height, boxes, own_class, record.split, record.extra)


def _dataset(store: ProjectStore, images: list[LabelledImage]) -> Dataset:
    classes = store.classes()
    return Dataset(
        tuple(sorted(images, key=lambda image: image.filename)),
        tuple(record.name for record in classes),
        kept_extra(store, classes),
    )


def _write(
    target: Format,
    dataset: Dataset,
    folder: Path,
    per_split: bool,
    choices: WriteChoices,
    may_replace: Collection[Path] | None,
) -> tuple[Written, list[Path]]:
    """With `per_split` each split has a file, or a folder for a format of many files. And which files were replaced."""
    suffix = Path(target.file_name).suffix
    parts = {f"{split.value}{suffix}": dataset.of_split(split) for split in Split} if per_split else {}
    written: list[Written] = []
    done = 0
    try:
        with safe_files.together(folder) as group:
            for name, part in (parts or {target.file_name: dataset}).items():
                shifted = replace(choices, progress=_shifted(choices.progress, done, len(dataset.images)))
                written.append(_write_part(target, part, folder / name, per_split, shifted))
                done += len(part.images)
            if target is boxwright_csv.FORMAT:
                class_list.write(dataset.classes, folder / class_list.FILE_NAME)
                written.append(Written((folder / class_list.FILE_NAME,), tuple(lost_by_csv(dataset))))
            files = tuple(file for one in written for file in one.files)
            tell = partial(choices.progress or _no_progress, done, done)
            replaced = group.would_replace(tell)
            if may_replace is not None and not set(replaced) <= set(may_replace):
                raise WouldReplaceError(replaced)
            tell()
    except OSError as error:
        raise ProjectError(f"The export to {folder} failed: {error.strerror or error}.") from error
    except AnnotationFileError as error:
        raise ProjectError(f"The export to {folder} failed: {error.reason}.") from error
    losses = _told_once(list(parts), [one.losses for one in written])
    left_out = frozenset(name for one in written for name in one.left_out)
    return Written(files, tuple(losses), left_out), replaced


def _told_once(parts: Sequence[str], losses: Sequence[Sequence[str]]) -> list[str]:
    """What is lost in some of the parts only says in which."""
    where: dict[str, list[str]] = {}
    for at, said in enumerate(losses):
        for loss in said:
            where.setdefault(loss, []).extend(parts[at : at + 1])
    return [
        f"{', '.join(names)}: {loss}" if names and len(names) < len(parts) else loss for loss, names in where.items()
    ]


def _write_part(target: Format, part: Dataset, place: Path, per_split: bool, choices: WriteChoices) -> Written:
    if target is boxwright_csv.FORMAT:  # a file of one split says so by its name
        boxwright_csv.write(part, place, not per_split, choices)
        return Written((place,))
    if target.write is None:
        raise ProjectError(f"{target.title} can't be written here.")
    return target.write(part, place, choices)


def _no_progress(_done: int, _total: int) -> None:
    """Nobody wants to know."""


def _shifted(progress: Progress | None, before: int, total: int) -> Progress | None:
    """Of a part of the images, as progress of all."""
    return None if progress is None else lambda done, _of_part: progress(before + done, total)
