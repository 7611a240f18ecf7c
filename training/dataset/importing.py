"""Brings annotation files into a project: everything is checked before anything changes."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from training.dataset.bulk_memory import without_collecting
from training.dataset.dataset import AnnotationFileError, Problem
from training.dataset.formats import registry
from training.dataset.formats.annotation_rows import AnnotationFile, AnnotationRow
from training.dataset.formats.extras import joined
from training.dataset.formats.format import Choices, Format
from training.dataset.image_files import ImageProblem
from training.dataset.image_folder import images_in_any_order
from training.dataset.image_matching import (
    CALLED_LIKE_THE_FILE,
    ImageMatcher,
    NoSuchImage,
    has_other_name,
    has_other_suffix,
)
from training.dataset.image_sizes import read_sizes
from training.dataset.import_classes import ImportedClasses, listed_classes
from training.dataset.import_merging import Statement, Tally, merged
from training.dataset.import_plan import ImportCancelled, ImportPlan
from training.dataset.records import ImageRecord
from training.dataset.store import ProjectStore

__all__ = ["ImportCancelled", "ImportPlan", "plan_import"]

Progress = Callable[[int, int], bool | None]
Tell = Callable[[int, int], None]  # raises when nobody wants more
_MOST_NAMED = 10  # images that are missing
HowToRead = Mapping[Path, tuple[Format, Choices]]


@without_collecting()
def plan_import(
    store: ProjectStore,
    paths: Sequence[Path],
    replace: bool = False,
    progress: Progress | None = None,
    images: Iterable[str] | None = None,
    below: str = "",
    how: HowToRead | None = None,
) -> ImportPlan:
    """What importing annotation files or folders into a project would change; the project itself is only read.

    Names match by path in the folder or in `below` ("folder/", by default the file's own folder if it is inside), then
    by unique base name. What the project has stays and the rest is added; with `replace`, images that the files mention
    get the files' boxes, and their class and split where they state one. `images` are the paths in the folder, found
    if not given. `how` says the formats of paths for which somebody chose one; others are recognised.
    `progress(done, total)` counts images and is called from the calling thread; while files are read the total is 0. When
    it gives False (None goes on) or raises, the import stops. A file that can't be read is a problem among others;
    AnnotationFileError is raised when none can. Raises ProjectError, ImportCancelled, too.
    """
    tell = functools.partial(_tell, progress)
    files = _read_all(paths, how or {}, tell)
    matcher = ImageMatcher(_told(images_in_any_order(store.folder) if images is None else images, tell))
    classes = ImportedClasses(store)
    statements: dict[str, list[Statement]] = {}
    for path, file in zip(paths, files, strict=True):
        classes.make_all(listed_classes(path, file))
        _match(file, matcher, below or _folder_inside(path, store.folder), statements, tell)
    changes, tally = [], Tally()
    for done, (stored, sized) in enumerate(_records(store, statements, tell), start=1):
        tell(done, len(statements))
        if sized is not None:
            after = merged(sized, statements[sized.path], classes.id_of, replace, tally)
            if after != sized:
                changes.append((stored, after))
    for file in files:
        file.settle()
    return ImportPlan(
        changes=tuple(changes),
        classes_before=classes.before,
        classes_after=classes.after,
        problems=tuple(problem for file in files for problem in sorted(file.problems, key=_place)),
        notes=tuple(note for file in files for note in sorted(file.notes, key=_place)),
        extra=functools.reduce(joined, (file.extra for file in files), ""),
        **dataclasses.asdict(tally),
    )


def _tell(progress: Progress | None, done: int, total: int) -> None:
    if progress is not None and progress(done, total) is False:
        raise ImportCancelled


def _told(images: Iterable[str], tell: Tell) -> Iterator[str]:
    for image in images:
        tell(0, 0)
        yield image


def _read_all(paths: Sequence[Path], how: HowToRead, tell: Tell) -> list[AnnotationFile]:
    """One of several that can't be read keeps none of the others out."""
    files, refused = [], []
    for path in paths:
        try:
            files.append(_read(path, how, tell))
        except AnnotationFileError as error:
            refused.append(error)
            files.append(AnnotationFile(path.name, problems=[Problem(path.name, None, error.reason)]))
    if refused and len(refused) == len(files):
        raise refused[0]
    return files


def _read(path: Path, how: HowToRead, tell: Tell) -> AnnotationFile:
    if path in how:
        format_, choices = how[path]
    else:
        found = registry.recognised(path)
        format_, choices = found.format, found.evidence.choices
    return registry.read(path, format_, choices, lambda rows: tell(rows, 0))


def _match(
    file: AnnotationFile, matcher: ImageMatcher, below: str, statements: dict[str, list[Statement]], tell: Tell
) -> None:
    """Collects what a file says by the image that is meant; a name that means none is one problem."""
    missing: list[list[AnnotationRow]] = []
    only_beside = file.images_lie_beside and any(matcher.has(below + row.filename) for row in file.rows)
    for names, rows in file.by_names().items():
        tell(0, 0)
        name, second_name, own_name = names
        try:
            if only_beside:
                path = matcher.find_exactly(below + name)
            else:
                path = matcher.find(name, below, second_name, own_name)
        except NoSuchImage:
            missing.append(rows)
        except LookupError as error:
            more = f" ({len(rows)} rows)" if len(rows) > 1 else ""
            file.report(rows[0], f"{error.args[0]}{more}", len(rows))
        else:
            if own_name and has_other_name(name, path):
                file.note_often(rows[0], CALLED_LIKE_THE_FILE)
            elif has_other_suffix(name, path):
                file.note(rows[0], f"there is no image {name!r} in the folder; {path} is taken for it")
            statements.setdefault(path, []).extend((file, row) for row in rows)
    _report_missing(file, missing)
    file.settle()


def _report_missing(file: AnnotationFile, missing: list[list[AnnotationRow]]) -> None:
    """One by one, or in one line where they are many: part of a dataset is no long list of defects."""
    if len(missing) > _MOST_NAMED:
        names = ", ".join(repr(rows[0].filename) for rows in missing[:_MOST_NAMED])
        count = sum(map(len, missing))
        more = (
            f"{len(missing)} images are not in the folder ({count} rows): {names} and {len(missing) - _MOST_NAMED} more"
        )
        file.report(missing[0][0], more, count)
        return
    for rows in missing:
        more = f" ({len(rows)} rows)" if len(rows) > 1 else ""
        file.report(rows[0], f"there is no image {rows[0].filename!r} in the folder{more}", len(rows))


def _folder_inside(path: Path, folder: Path) -> str:
    """The folder of a place as the image folder's paths begin with it; nothing when it is not inside."""
    try:
        place = path.resolve()
        below = (place if place.is_dir() else place.parent).relative_to(folder.resolve()).as_posix()
    except (OSError, ValueError):
        return ""
    return "" if below == "." else f"{below}/"


def _records(
    store: ProjectStore, statements: dict[str, list[Statement]], tell: Tell
) -> Iterator[tuple[ImageRecord, ImageRecord | None]]:
    """Each image's record as it is stored and with its size; an image that can't be read is reported, without."""
    known = store.summaries()
    there = store.records([path for path in statements if path in known])
    stored = []
    for path in statements:
        tell(0, len(statements))
        stored.append(next(there) if path in known else ImageRecord(path))
    sizes = read_sizes(store.folder, [record.path for record in stored if record.width is None])
    for record in stored:
        if record.width is not None:
            yield record, record
            continue
        size = next(sizes)
        if isinstance(size, ImageProblem):
            _report_unreadable(size, record.path, statements[record.path])
            yield record, None
        elif record.path in known:
            yield record, dataclasses.replace(record, width=size[0], height=size[1])
        else:
            yield record, ImageRecord(record.path, *size)


def _report_unreadable(problem: ImageProblem, path: str, statements: list[Statement]) -> None:
    """One problem for each file that speaks of the image."""
    rows: dict[int, int] = {}
    for file, _ in statements:
        rows[id(file)] = rows.get(id(file), 0) + 1
    for file, row in statements:
        count = rows.pop(id(file), 0)
        if count:
            file.report(row, f"{path}: {problem.reason}", count)


def _place(problem: Problem) -> tuple[str, int]:
    return problem.file, problem.line or 0
