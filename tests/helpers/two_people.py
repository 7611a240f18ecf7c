"""Two projects of the same photos, labelled by two people."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from tests.helpers.pictures import write_pictures
from training.dataset.box import ProjectBox
from training.dataset.records import ClassRecord, ImageRecord
from training.dataset.store import ProjectStore

WIDTH, HEIGHT = 300, 200
PHOTOS = ("agreed.png", "class.png", "edges.png", "empty.png", "mine.png", "number.png", "theirs.png")
MY_CLASSES = (ClassRecord(1, "cup", "#ff5500"), ClassRecord(2, "fork", "#5500d5"))
THEIR_CLASSES = (ClassRecord(4, "fork", "#000001"), ClassRecord(7, "cup", "#000002"), ClassRecord(9, "Cup", "#123456"))


def my_box(class_id: int, *corners: float) -> ProjectBox:
    return ProjectBox(*(corners or (10, 10, 110, 60)), class_id)


def two_projects(folder: Path) -> tuple[Path, Path]:
    """Mine and theirs: one image agreed, one of each kind of work, and four that they see otherwise."""
    mine, theirs = folder / "mine", folder / "theirs"
    write_pictures(mine, PHOTOS, WIDTH, HEIGHT)
    shutil.copytree(mine, theirs)
    write_project(
        mine,
        MY_CLASSES,
        [
            record("agreed.png", [my_box(1), my_box(2, 200, 100, 260, 150)]),
            record("class.png", [my_box(1)], class_id=1),
            record("edges.png", [my_box(2)]),
            record("empty.png", reviewed=True),
            record("mine.png", [my_box(1)]),
            record("number.png", [my_box(1), my_box(1, 150, 10, 250, 60)]),
        ],
    )
    write_project(
        theirs,
        THEIR_CLASSES,
        [
            record("agreed.png", [my_box(4, 200, 100, 260, 150), my_box(7, 10, 10, 109, 60)]),
            record("class.png", [my_box(4)], class_id=4),
            record("edges.png", [my_box(4, 10, 10, 90, 60)], reviewed=True),
            record("empty.png", [my_box(7)]),
            record("number.png", [my_box(7), my_box(9, 20, 120, 80, 180)]),
            record("theirs.png", [ProjectBox(5, 5, 55, 55, 9, "2024-localizer")], reviewed=True),
        ],
    )
    return mine, theirs


def record(
    path: str, boxes: Iterable[ProjectBox] = (), *, class_id: int | None = None, reviewed: bool = False
) -> ImageRecord:
    return ImageRecord(path, WIDTH, HEIGHT, tuple(boxes), class_id, reviewed)


def write_project(folder: Path, classes: tuple[ClassRecord, ...], records: Iterable[ImageRecord]) -> None:
    store = ProjectStore.open(folder)
    store.write(records, classes)
    store.close()


def records_in(folder: Path) -> dict[str, ImageRecord]:
    store = ProjectStore.open(folder, read_only=True)
    try:
        return {one.path: one for one in store.records()}
    finally:
        store.close()
