"""The sample project: the drawn pictures with their project file, made whole or not at all."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from training.dataset.box import ProjectBox
from training.dataset.class_colours import colour_for
from training.dataset.dataset import Dataset, LabelledImage
from training.dataset.records import ClassRecord, ImageRecord
from training.dataset.sample import Progress, draw_sample
from training.dataset.store import PROJECT_NAME, ProjectError, ProjectStore

UNLABELLED_COUNT = 8
_LEFT_OVER_AFTER_SECONDS = 3600


class SampleCancelledError(Exception):
    """Somebody cancelled the drawing; nothing is left of it."""


def create_sample_project(
    folder: Path,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    *,
    count: int = 240,
    seed: int = 7,
    all_labelled: bool = False,
) -> Path:
    """Draw the sample into `folder` with a project file that holds the true boxes; returns the folder.

    UNLABELLED_COUNT pictures with a toy are left for the user to draw, unless `all_labelled`. Does nothing if the
    folder has a project already. Until everything is there it is kept in a hidden folder beside.
    `progress` is called with (done, count); what it raises ends the drawing. Raises ProjectError when the folder
    holds something else, SampleCancelledError, OSError when something can't be written.
    """
    folder = Path(folder).absolute()
    if (folder / PROJECT_NAME).is_file():
        return folder
    if folder.exists() and not is_empty_folder(folder):
        raise ProjectError(f"The sample needs a folder of its own: {folder} is not an empty folder.")
    with _folder_beside(folder) as beside:
        dataset = draw_sample(beside, count, seed, _checked(progress, cancelled))
        _write_project(beside, dataset, 0 if all_labelled else UNLABELLED_COUNT)
        _move_into_place(beside, folder)
    return folder


def is_empty_folder(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


def _checked(progress: Progress | None, cancelled: Callable[[], bool] | None) -> Progress:
    def check(done: int, total: int) -> None:
        if cancelled and cancelled():
            raise SampleCancelledError("The drawing of the sample pictures was cancelled.")
        if progress:
            progress(done, total)

    return check


@contextmanager
def _folder_beside(folder: Path) -> Iterator[Path]:
    """A new hidden folder beside; what is left in it at the end is removed."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{folder.name}-unfinished-"
    _remove_left_overs(folder.parent, prefix)
    # Not mkdtemp, which makes folders for their owner alone.
    beside = folder.parent / f"{prefix}{secrets.token_hex(4)}"
    beside.mkdir()
    try:
        yield beside
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _remove_left_overs(parent: Path, prefix: str) -> None:
    """What a killed program left behind. Young ones may belong to a program that is drawing right now."""
    for path in parent.glob(f"{prefix}*"):
        if path.is_dir() and time.time() - path.stat().st_mtime > _LEFT_OVER_AFTER_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def _move_into_place(beside: Path, folder: Path) -> None:
    try:
        if is_empty_folder(folder):
            folder.rmdir()
        beside.rename(folder)
    except OSError:
        # Another program may have finished the same sample first; then its project is the one.
        if not (folder / PROJECT_NAME).is_file():
            raise


def _write_project(folder: Path, dataset: Dataset, unlabelled: int) -> None:
    with closing(ProjectStore.open(folder)) as store:
        classes = tuple(
            ClassRecord(store.new_class_id(), name, colour_for(index)) for index, name in enumerate(dataset.classes)
        )
        ids = {record.name: record.id for record in classes}
        left_out = _to_be_drawn(dataset, unlabelled)
        store.write([_record(image, ids, image.filename in left_out) for image in dataset.images], classes)


def _record(image: LabelledImage, class_ids: dict[str, int], unlabelled: bool) -> ImageRecord:
    if unlabelled:
        return ImageRecord(image.filename, image.width, image.height)
    boxes = tuple(ProjectBox(*box.corners, class_ids[box.label]) for box in image.boxes)
    return ImageRecord(image.filename, image.width, image.height, boxes, reviewed=image.is_negative)


def _to_be_drawn(dataset: Dataset, count: int) -> set[str]:
    """Pictures with a toy, spread over the list; the first one is early, but not what the user sees first."""
    names = [image.filename for image in dataset.images if image.boxes]
    return set(names[1 :: max(len(names) // max(count, 1), 2)][:count])
