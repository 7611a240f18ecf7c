"""A project with its photos as one zip, to be handed in: photos as they are, and the project's file copied whole."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from training.dataset.archives.portable_names import portable_names
from training.dataset.dataset import Problem
from training.dataset.image_folder import find_images
from training.dataset.project_errors import ProjectError
from training.dataset.project_place import PROJECT_NAME
from training.dataset.safe_files import replacing
from training.dataset.store import ProjectStore

Progress = Callable[[int, int], object]
ZIP_SUFFIX = ".zip"
RUNS = "runs"
MOST_FILES = 250_000
# What shows and uses a run; what resuming it needs, its log and its TensorBoard stay at home.
RUN_FILES = (
    *("settings.json", "dataset.csv", "classes.txt", "events.jsonl", "model.json", "best.keras", "best.tflite"),
    *("history.csv", "report.json", "predictions.csv", "judged.csv", "proposals.csv", "notes.json", "outcome.json"),
)
_KIB = 1024
_CHUNK = 2**20


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What a zip holds. `problems` are files that stayed out, `renamed` photos that have another name in it."""

    images: int
    runs: int
    size: int  # bytes of the zip
    problems: tuple[Problem, ...]
    renamed: tuple[tuple[str, str], ...]


def write_project_zip(
    folder_or_file: Path, target: Path, *, with_runs: bool = False, progress: Progress | None = None
) -> HandedIn:
    """Write a project, which others may have open, into the zip `target`; one that is there is replaced.

    Photos whose name means something else on other systems get another one there, in the project, too. Runs come
    without what only goes on with them. `progress(done, total)` counts KiB; when it raises, nothing is left of the
    zip. Raises ProjectError, OSError.
    """
    if target.suffix.lower() != ZIP_SUFFIX:
        raise ProjectError(f"{target}: expected a name that ends with {ZIP_SUFFIX}")
    with closing(ProjectStore.open(folder_or_file, read_only=True)) as store:
        images = [image for image in find_images(store.folder) if not is_hidden(image)]
        names = portable_names(images, store.summaries())
        photos = [_File(name, store.folder / image) for image, name in names.items()]
        runs = [_File(f"{RUNS}/{name}", path) for name, path in files_of_runs(store.folder)] if with_runs else []
        renamed = {image: name for image, name in names.items() if image != name}
        if len(photos) + len(runs) >= MOST_FILES:
            raise ProjectError(f"{store.folder}: a zip holds at most {MOST_FILES:,} files; hand in a part of it")
        with replacing(target) as beside, tempfile.TemporaryDirectory() as place:
            copy = _File(PROJECT_NAME, Path(place, PROJECT_NAME))
            store.copy_to(copy.path, renamed)
            count, problems = _write(beside, copy, photos, runs, progress)
            size = beside.stat().st_size
    run_names = {file.name.split("/")[1] for file in runs}
    return HandedIn(count, len(run_names), size, tuple(problems), tuple(renamed.items()))


def is_hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/"))


def _write(
    zip_file: Path, project: _File, photos: list[_File], runs: list[_File], progress: Progress | None
) -> tuple[int, list[Problem]]:
    """How many photos are in it, and what stayed out."""
    total = _size_of_all(file.path for file in (project, *photos, *runs))
    with zipfile.ZipFile(zip_file, "w") as archive:
        writing = _Writing(archive, progress, total)
        writing.add_all([project])
        count = writing.add_all(photos)
        writing.add_all(runs)
    return count, writing.problems


def files_of_runs(folder: Path) -> Iterator[tuple[str, Path]]:
    """What a run is shown and used with: the name below the folder of runs, and the file."""
    runs = folder / RUNS
    for run in sorted(runs.iterdir()) if runs.is_dir() else ():
        for name in RUN_FILES if run.is_dir() and not run.name.startswith(".") else ():
            if (run / name).is_file():
                yield f"{run.name}/{name}", run / name


def _size_of_all(paths: Iterable[Path]) -> int:
    sizes = 0
    for path in paths:
        try:
            sizes += path.stat().st_size
        except OSError:
            continue  # told when it can't be opened either
    return sizes


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    path: Path


@dataclass(slots=True)
class _Writing:
    """Files that are put into an archive one after the other, and what became of them."""

    archive: zipfile.ZipFile
    progress: Progress | None
    total: int
    done: int = 0
    problems: list[Problem] = field(default_factory=list)

    def add_all(self, files: Iterable[_File]) -> int:
        """How many of them are in it now."""
        return sum(self._add(file) for file in files)

    def _add(self, file: _File) -> bool:
        """A file that can't be opened stays out and is told; one that breaks off while it is read ends it all."""
        try:
            source = file.path.open("rb")
        except OSError as error:
            self.problems.append(Problem(file.name, None, f"stays out: {error.strerror or error}"))
            return False
        with source:
            size = os.fstat(source.fileno()).st_size
            entry = zipfile.ZipInfo.from_file(file.path, file.name, strict_timestamps=False)
            entry.external_attr = 0o100644 << 16
            # Photos are compressed already: to try it again costs minutes and spares nothing.
            entry.compress_type = zipfile.ZIP_STORED
            with self.archive.open(entry, "w", force_zip64=size >= 2**31) as inside:
                while chunk := source.read(_CHUNK):
                    inside.write(chunk)
                    self._tell(len(chunk))
        return True

    def _tell(self, count: int) -> None:
        self.done += count
        if self.progress is not None:
            self.progress(self.done // _KIB, max(self.total, self.done) // _KIB)
