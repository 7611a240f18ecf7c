"""A copy of one's own of a project that somebody else has open: with its photos, or its boxes alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from training.dataset.dataset import Problem
from training.dataset.image_folder import find_images
from training.dataset.new_folder import new_folder
from training.dataset.project_errors import ProjectError
from training.dataset.project_place import PROJECT_NAME, default_user_data, own_boxes_of, place_in_user_data
from training.dataset.project_zip import RUNS, Progress, files_of_runs, is_hidden
from training.dataset.safe_files import replacing
from training.dataset.store import ProjectStore

_KIB = 1024
_CHUNK = 2**20


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """What a copy of a project with its photos holds. `size` in bytes."""

    folder: Path
    images: int
    runs: int
    size: int
    runs_size: int


@dataclass(frozen=True, slots=True)
class CopiedProject:
    """`place` is what one opens: a folder of its own, or the file of a copy that reads the photos where they are."""

    place: Path
    images: int
    runs: int
    problems: tuple[Problem, ...] = ()


def plan_copy(folder_or_file: Path) -> CopyPlan:
    """How much there is to copy; it looks at every photo's size. Raises ProjectError, OSError."""
    with closing(ProjectStore.open(folder_or_file, read_only=True)) as store:
        folder = store.folder
        photos = list(_photos(folder))
        runs = list(files_of_runs(folder))
        size = sum(map(_size, photos)) + _size(store.project_file)
        names = {name.split("/")[0] for name, _ in runs}
        return CopyPlan(folder, len(photos), len(names), size, sum(_size(path) for _, path in runs))


def copy_project(
    folder_or_file: Path, target: Path, *, with_runs: bool = False, progress: Progress | None = None
) -> CopiedProject:
    """Copy a project, which others may have open, with its photos into `target`, a folder that is new or empty.

    The folder appears whole or not at all. A photo that can't be opened stays out and is told. `progress(done, total)`
    counts KiB; when it raises, nothing is left. Raises ProjectError, OSError.
    """
    target = Path(target).expanduser().absolute()
    with closing(ProjectStore.open(folder_or_file, read_only=True)) as store:
        if target.resolve().is_relative_to(store.folder.resolve()):
            raise ProjectError(f"{target} lies in the folder that is copied; choose one outside {store.folder}")
        photos = list(_photos(store.folder))
        runs = [path for _, path in files_of_runs(store.folder)] if with_runs else []
        with new_folder(target) as staging:
            total = sum(map(_size, (*photos, *runs)))
            _check_room(target.parent, total)
            store.copy_to(staging / PROJECT_NAME, {})
            copying = _Copying(store.folder, staging, progress, total)
            images = sum(copying.copy(photo) for photo in photos)
            copied = [run for run in runs if copying.copy(run)]
        names = {run.relative_to(store.folder / RUNS).parts[0] for run in copied}
        return CopiedProject(target, images, len(names), tuple(copying.problems))


def copy_boxes(folder_or_file: Path, user_data: Path | None = None) -> CopiedProject:
    """A project of one's own in the user's data folder, whose photos are read where they are.

    Raises ProjectError where there is one already: it holds somebody's work.
    """
    user_data = user_data or default_user_data()
    with closing(ProjectStore.open(folder_or_file, read_only=True)) as store:
        own = own_boxes_of(store.folder, user_data)
        if own is not None:
            raise ProjectError(f"There is a copy of these boxes already: {own}. Open that one, or move it away first.")
        target = place_in_user_data(store.folder, user_data).project_file
        with replacing(target) as beside:
            store.copy_to(beside, {}, store.folder.resolve())
        return CopiedProject(target, 0, 0)


def _photos(folder: Path) -> Iterator[Path]:
    return (folder / image for image in find_images(folder) if not is_hidden(image))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # told when it can't be opened either


def _check_room(place: Path, needed: int) -> None:
    free = shutil.disk_usage(place).free
    if needed > free:
        raise ProjectError(f"The copy needs {needed / 2**20:,.0f} MB, and {free / 2**20:,.0f} MB are free in {place}.")


class _Copying:
    """Files that are copied one after the other to the same place below another folder."""

    def __init__(self, source: Path, target: Path, progress: Progress | None, total: int) -> None:
        self.problems: list[Problem] = []
        self._source, self._target = source, target
        self._progress, self._total, self._done = progress, total, 0
        self._tell(0)

    def copy(self, path: Path) -> bool:
        """Whether it is there now; one that breaks off while it is read ends it all."""
        name = path.relative_to(self._source)
        try:
            opened = path.open("rb")
        except OSError as error:
            self.problems.append(Problem(name.as_posix(), None, f"stays out: {error.strerror or error}"))
            return False
        target = self._target / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with opened, target.open("xb") as copy:
            while chunk := opened.read(_CHUNK):
                copy.write(chunk)
                self._tell(len(chunk))
        with suppress(OSError):  # some drives keep no rights or times; what matters is there
            shutil.copystat(path, target)
            target.chmod(target.stat().st_mode | 0o200)  # one's own may be changed
        return True

    def _tell(self, count: int) -> None:
        self._done += count
        if self._progress is not None:
            self._progress(self._done // _KIB, max(self._total, self._done) // _KIB)
