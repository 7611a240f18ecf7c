"""Opens a project that somebody handed in as a zip: checked like anything that comes from elsewhere, then unpacked."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from training.dataset import store_copy
from training.dataset.archives.safe_archive import ArchiveLimits, SafeArchive, open_regular_file, opened_archive
from training.dataset.dataset import Problem
from training.dataset.image_folder import is_named_like_image
from training.dataset.image_kinds import LOOKED_AT, kind_of_beginning
from training.dataset.new_folder import new_folder
from training.dataset.project_errors import ProjectError
from training.dataset.project_place import PROJECT_NAME
from training.dataset.project_zip import MOST_FILES, RUN_FILES, RUNS, Progress, is_hidden
from training.dataset.store import ProjectStore

LARGEST_ZIP = 2**40
LARGEST_DIRECTORY = 64 * 2**20
LARGEST_IMAGE = 2 * 2**30
LARGEST_PROJECT = 8 * 2**30
LARGEST_RUN_FILE = 4 * 2**30
_BY_MACOS = ("__MACOSX/", ".DS_Store")
_KIB = 1024

CheckRun = Callable[[Path], str]
"""Looks at the folder of a run from elsewhere; why its models are not kept, or nothing."""


class ProjectZipError(ProjectError):
    """A zip is not opened as a project; the message says why."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path.name} is not opened as a project: {reason}")


@dataclass(frozen=True, slots=True)
class ZippedProject:
    """What a zip holds that can be unpacked. `foreign` counts files that are neither photo nor project."""

    images: tuple[str, ...]
    run_files: tuple[str, ...]
    foreign: int
    size: int  # bytes of photos and project
    runs_size: int

    @property
    def runs(self) -> tuple[str, ...]:
        """Names of the runs."""
        return tuple(dict.fromkeys(name.split("/")[1] for name in self.run_files))


@dataclass(frozen=True, slots=True)
class Unpacked:
    folder: Path
    images: int
    runs: int
    foreign: int
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectArchive:
    """An open zip with a project in it."""

    path: Path
    archive: SafeArchive
    top: str  # the folder that somebody packed around it, with `/`
    content: ZippedProject

    def copy(self, name: str, target: Path, largest: int) -> int:
        """One of its files, by its name in the project; its bytes."""
        return self.archive.copy(self.top + name, target, largest)

    def fingerprint(self, name: str) -> tuple[int, int]:
        """Size and CRC-32 of a photo, as the zip says."""
        return self.archive.size_of(self.top + name), self.archive.checksum_of(self.top + name)


@contextmanager
def opened_project_zip(path: Path) -> Iterator[ProjectArchive]:
    """Raises ProjectError, which says why it is refused, and OSError."""
    try:
        file = open_regular_file(path)
    except FileNotFoundError as error:
        raise ProjectError(f"There is no file {path}.") from error
    except ValueError as error:
        raise ProjectZipError(path, str(error)) from error
    if file is None:
        raise ProjectZipError(path, "it is no file")
    limits = ArchiveLimits(LARGEST_ZIP, MOST_FILES * 2, LARGEST_DIRECTORY, ProjectZipError)
    with file, opened_archive(path, file, limits) as archive:
        top = _top_of(archive)
        if top + PROJECT_NAME not in archive.names:
            raise ProjectZipError(path, f"there is no {PROJECT_NAME} in it")
        yield ProjectArchive(path, archive, top, _content(path, archive, top))


def is_project_zip(path: Path) -> bool:
    """Whether there is a project in a file, whatever it is otherwise."""
    try:
        with opened_project_zip(path):
            return True
    except (ProjectError, OSError):
        return False


def unpack_project(
    path: Path,
    folder: Path,
    *,
    with_runs: bool = False,
    check_run: CheckRun | None = None,
    progress: Progress | None = None,
) -> Unpacked:
    """Unpack a zip into `folder`, which is new or empty: photos and the project, and runs where they are wanted.

    Everything is written beside and checked first, so that the folder appears whole or not at all; nothing that is
    there is written over. `check_run` says why the models of a run are not kept; without it none are.
    `progress(done, total)` counts KiB; when it raises, nothing is left. Raises ProjectError, OSError.
    """
    folder = Path(folder).absolute()
    with opened_project_zip(path) as zipped:
        _check_room(zipped, folder, with_runs)
        with new_folder(folder) as staging:
            _copy_all(zipped, staging, with_runs, progress)
            check_project_file(staging / PROJECT_NAME)
            problems = _without_faulty_models(staging / RUNS, check_run)
        content = zipped.content
    runs = len(content.runs) if with_runs else 0
    foreign = content.foreign + (0 if with_runs else len(content.run_files))
    return Unpacked(folder, len(content.images), runs, foreign, tuple(problems))


def free_folder(parent: Path, path: Path) -> Path:
    """A new folder for a zip, named like it."""
    folder, number = parent / path.stem, 1
    while folder.exists():
        number += 1
        folder = parent / f"{path.stem} {number}"
    return folder


def check_project_file(project_file: Path) -> None:
    """Whether a project's file from elsewhere can be read from start to end. Raises ProjectError."""
    store_copy.check_foreign(project_file)
    store = ProjectStore.open(project_file, read_only=True)
    try:
        store.classes()
        store.summaries()
        store.boxes()
    except (TypeError, ValueError) as error:
        raise ProjectError(f"The project {project_file.name} holds values that no project has.") from error
    finally:
        store.close()


def _top_of(archive: SafeArchive) -> str:
    """Whoever unpacks a zip and packs it again mostly has a folder around it."""
    names = [name for name in archive.names if not name.startswith(_BY_MACOS)]
    tops = {name.partition("/")[0] for name in names}
    is_wrapped = len(tops) == 1 and all("/" in name for name in names)
    return f"{tops.pop()}/" if is_wrapped else ""


def _content(path: Path, archive: SafeArchive, top: str) -> ZippedProject:
    images, run_files, foreign = [], [], 0
    for name in archive.names:
        inside = name.removeprefix(top)
        if inside == PROJECT_NAME and name.startswith(top):
            continue
        if not name.startswith(top) or is_hidden(inside):
            foreign += 1
        elif _is_run_file(inside):
            run_files.append(inside)
        elif not inside.startswith(f"{RUNS}/") and _is_photo(archive, name):
            images.append(inside)
        else:
            foreign += 1
    _check_folders(path, {*images, *run_files, PROJECT_NAME})
    size = sum(archive.size_of(top + name) for name in (*images, PROJECT_NAME))
    runs_size = sum(archive.size_of(top + name) for name in run_files)
    return ZippedProject(tuple(images), tuple(run_files), foreign, size, runs_size)


def _is_photo(archive: SafeArchive, path: str) -> bool:
    """As in a folder: by its ending, or by its beginning where the name has none."""
    name = PurePosixPath(path).name
    if "." in name:
        return is_named_like_image(name)
    return kind_of_beginning(archive.beginning(path, LOOKED_AT)) is not None


def _is_run_file(name: str) -> bool:
    parts = name.split("/")
    return len(parts) == 3 and parts[0] == RUNS and parts[2] in RUN_FILES


def _check_folders(path: Path, names: set[str]) -> None:
    folded = {name.casefold() for name in names}
    for name in names:
        if any(str(parent).casefold() in folded for parent in PurePosixPath(name).parents):
            raise ProjectZipError(path, f"it holds a file and a folder of the same name: {name[:60]!a}")


def _check_room(zipped: ProjectArchive, folder: Path, with_runs: bool) -> None:
    place = next(parent for parent in folder.parents if parent.is_dir())
    needed = zipped.content.size + (zipped.content.runs_size if with_runs else 0)
    free = shutil.disk_usage(place).free
    if needed > free:
        raise ProjectZipError(zipped.path, f"it needs {needed:,} bytes, and {free:,} are free in {place}")


def _copy_all(zipped: ProjectArchive, staging: Path, with_runs: bool, progress: Progress | None) -> None:
    content = zipped.content
    wanted = [(PROJECT_NAME, LARGEST_PROJECT), *((name, LARGEST_IMAGE) for name in content.images)]
    total = content.size
    if with_runs:
        wanted += [(name, LARGEST_RUN_FILE) for name in content.run_files]
        total += content.runs_size
    done = 0
    for name, largest in wanted:
        target = staging / name
        target.parent.mkdir(parents=True, exist_ok=True)
        done += zipped.copy(name, target, largest)
        if progress is not None:
            progress(done // _KIB, total // _KIB)


def _without_faulty_models(runs: Path, check_run: CheckRun | None) -> list[Problem]:
    """Models are read by native libraries: none stays that was not looked at."""
    problems = []
    for run in sorted(runs.iterdir()) if runs.is_dir() else ():
        models = [run / name for name in ("best.keras", "best.tflite") if (run / name).is_file()]
        fault = "" if not models else "nobody checked them" if check_run is None else check_run(run)
        if fault:
            problems.append(Problem(f"{RUNS}/{run.name}", None, f"its models stay out: {fault}"))
            for model in models:
                model.unlink()
    return problems
