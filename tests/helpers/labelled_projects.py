"""A folder of pictures with a project in which some are labelled."""

from __future__ import annotations

from pathlib import Path

from tests.helpers.pictures import write_pictures
from training.dataset.box import ProjectBox
from training.dataset.records import ClassRecord, ImageRecord
from training.dataset.store import ProjectStore

WIDTH, HEIGHT = 96, 64
CLASSES = (ClassRecord(1, "square", "#4363d8"), ClassRecord(2, "circle", "#e6194b"))


def make_labelled_project(folder: Path, labelled: int = 12, negatives: int = 3, unlabelled: int = 2) -> list[str]:
    """Boxes of both classes in turn where the pictures' bright squares are; the names in the order of the list."""
    names = [f"{number:02}.png" for number in range(labelled + negatives + unlabelled)]
    write_pictures(folder, names, WIDTH, HEIGHT)
    store = ProjectStore.open(folder)
    records = []
    for number, name in enumerate(names[: labelled + negatives]):
        box = ProjectBox(WIDTH // 8, HEIGHT // 8, WIDTH // 3, HEIGHT // 3, 1 + number % 2)
        boxes = (box,) if number < labelled else ()
        records.append(ImageRecord(name, WIDTH, HEIGHT, boxes, reviewed=not boxes))
    store.write(records, CLASSES)
    store.close()
    return names
