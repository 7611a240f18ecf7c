"""The project store: one SQLite file, and every edit is in it before the next one is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from training.dataset import project_place, store_copy, store_rows
from training.dataset.box import ProjectBox
from training.dataset.project_errors import ProjectBusyError, ProjectError, ProjectTooNewError
from training.dataset.project_file import ProjectFile
from training.dataset.project_place import PROJECT_NAME
from training.dataset.records import AnsweredProposal, ClassRecord, ImageRecord, ImageSummary
from training.dataset.relative_paths import leaves_folder

__all__ = ["PROJECT_NAME", "ProjectBusyError", "ProjectError", "ProjectStore", "ProjectTooNewError"]

_RECORDS_AT_ONCE = 200


class ProjectStore:
    """The project of one folder. Every method may be called from any thread; failures are ProjectErrors."""

    def __init__(self, file: ProjectFile) -> None:
        """Use `ProjectStore.open`."""
        self._file = file
        with file.reading() as connection:
            self._last_class_id = store_rows.last_class_id(connection) if connection else 0

    @classmethod
    def open(cls, folder_or_file: Path, user_data: Path | None = None, *, read_only: bool = False) -> ProjectStore:
        """The project of a folder, or of a project file. Nothing is created before the first write.

        `user_data` is where projects of read-only folders are kept. Raises ProjectError, ProjectBusyError when
        somebody else has it open (not with `read_only`, which takes no lock), ProjectTooNewError.
        """
        return cls(ProjectFile(folder_or_file, user_data or project_place.default_user_data(), read_only=read_only))

    @property
    def folder(self) -> Path:
        """The folder that the paths of the images start from."""
        return self._file.place.folder

    @property
    def project_file(self) -> Path:
        return self._file.path

    @property
    def notice(self) -> str | None:
        """A sentence for the user when the project file is not in its folder."""
        return self._file.place.notice

    @property
    def exists(self) -> bool:
        """Whether there is a project file yet."""
        return self._file.exists

    def summaries(self) -> dict[str, ImageSummary]:
        """Of every image that the project knows, by path."""
        with self._file.reading() as connection:
            return store_rows.read_summaries(connection) if connection else {}

    def record(self, path: str) -> ImageRecord:
        """What the project holds about an image; an empty record when it knows nothing."""
        with self._file.reading() as connection:
            row = store_rows.read_image_row(connection, path) if connection else None
            return store_rows.read_record(connection, row) if connection and row else ImageRecord(path)

    def records(self, paths: Iterable[str] | None = None) -> Iterator[ImageRecord]:
        """Of the given images in their order, or of all that the project knows, sorted by path."""
        if paths is not None:
            yield from self._of_paths(list(paths))
            return
        with self._file.reading() as connection:
            rows = store_rows.read_image_rows(connection) if connection else []
        yield from self._read_each(rows)

    def _of_paths(self, paths: list[str]) -> Iterator[ImageRecord]:
        for start in range(0, len(paths), _RECORDS_AT_ONCE):
            part = paths[start : start + _RECORDS_AT_ONCE]
            found: dict[str, ImageRecord] = {}
            with self._file.reading() as connection:
                if connection is not None:
                    rows = store_rows.read_rows_of_images(connection, part)
                    found = {record.path: record for record in store_rows.read_records(connection, rows)}
            yield from (found.get(path) or ImageRecord(path) for path in part)

    def records_with_classes(self, class_ids: Iterable[int]) -> Iterator[ImageRecord]:
        """Of the images that have a box of one of these classes, or one of them as their own."""
        wanted = list(class_ids)
        with self._file.reading() as connection:
            rows = store_rows.read_image_rows_with_classes(connection, wanted) if connection else []
        yield from self._read_each(rows)

    def _read_each(self, rows: list[store_rows.Row]) -> Iterator[ImageRecord]:
        for start in range(0, len(rows), _RECORDS_AT_ONCE):
            with self._file.reading() as connection:
                if connection is None:
                    return
                records = list(store_rows.read_records(connection, rows[start : start + _RECORDS_AT_ONCE]))
            yield from records

    def boxes(self) -> list[tuple[str, ProjectBox]]:
        """Every box with the path of its image; many times quicker than reading the records."""
        with self._file.reading() as connection:
            return list(store_rows.read_boxes(connection)) if connection else []

    def answered(self, origin: str) -> list[tuple[str, AnsweredProposal]]:
        """What somebody decided about proposals of a run, with the path of the image."""
        with self._file.reading() as connection:
            return list(store_rows.read_answered(connection, origin)) if connection else []

    def classes(self) -> tuple[ClassRecord, ...]:
        """In their stored order."""
        with self._file.reading() as connection:
            return store_rows.read_classes(connection) if connection else ()

    def class_counts(self) -> dict[int, int]:
        """Boxes per class id, without the classes that have none."""
        with self._file.reading() as connection:
            return store_rows.count_boxes(connection) if connection else {}

    def get_setting(self, key: str) -> str | None:
        with self._file.reading() as connection:
            return store_rows.read_setting(connection, key) if connection else None

    def set_setting(self, key: str, value: str) -> None:
        """Keep a small text with the project."""
        with self._file.writing() as connection:
            store_rows.write_setting(connection, key, value)

    def new_class_id(self) -> int:
        """An id that no class of this project has or had; it counts as given out once records are written."""
        self._last_class_id += 1
        return self._last_class_id

    def write(self, images: Iterable[ImageRecord] = (), classes: tuple[ClassRecord, ...] | None = None) -> None:
        """Store records of images and, if given, the whole class list, in one transaction.

        When it returns the edit outlives the death of the process; when it raises ProjectError nothing has changed.
        """
        images = list(images)
        _check_paths(images)
        _check_class_names(classes or ())
        with self._file.writing() as connection:
            if classes is not None:
                self._last_class_id = max((self._last_class_id, *(record.id for record in classes)))
                store_rows.write_classes(connection, classes)
                store_rows.write_last_class_id(connection, self._last_class_id)
            for start in range(0, len(images), _RECORDS_AT_ONCE):
                store_rows.write_records(connection, images[start : start + _RECORDS_AT_ONCE])

    def copy_to(self, target: Path, renamed: Mapping[str, str], image_folder: Path | None = None) -> None:
        """Write the project as it is now into a new file, with other paths for some images. Raises ProjectError.

        The copy finds its images in `image_folder` if it is given and the copy lies in the user's data folder.
        """
        with self._file.reading() as connection:
            store_copy.write_copy(connection, target, renamed, image_folder)

    def checkpoint(self) -> None:
        """Make the last edits safe from a power cut; it may wait for the disk, so call it from another thread."""
        self._file.checkpoint()

    def close(self) -> None:
        """Closing twice is fine; afterwards the store reads as empty and can't be written."""
        self._file.close()


def _check_paths(images: Iterable[ImageRecord]) -> None:
    for record in images:
        if leaves_folder(record.path):
            raise ProjectError(f"{record.path!r} is not a path inside the image folder.")


def _check_class_names(classes: Iterable[ClassRecord]) -> None:
    seen: set[str] = set()
    for record in classes:
        name = record.name.strip()
        if not name:
            raise ProjectError("A class needs a name.")
        if name in seen:
            raise ProjectError(f"There are two classes named {name!r}; each name can be used once.")
        seen.add(name)
