"""The collection of hostile files as a folder that somebody opens, and what is to come of each of its images."""

from __future__ import annotations

import csv
import tarfile
from collections.abc import Iterator
from pathlib import Path

from tests.helpers.real_data import copy_to_write
from training.dataset.box import ProjectBox
from training.dataset.image_folder import find_images
from training.dataset.image_sizes import read_sizes
from training.dataset.records import ClassRecord, ImageRecord
from training.dataset.store import ProjectStore

MADE_HERE = "made_here/images"
NAMES = f"{MADE_HERE}/names"
# The table is of a plain Pillow, which was asked for the orientation first: an error there was the file's first one.
DIFFERENT_HERE = {
    "pillow/avif/hopper.heif": True,  # there is a decoder for photos of phones
    "pngsuite/png/xcsn0g01.png": False,  # checksums of pixels are compared
}
NOT_LISTED = {
    "pillow/decompression_bomb.ico",
    "pillow/hopper.ico",
    "pillow/pngtest_bad.png.bin",
    "pillow/zero_height.j2k",
}


def copy_hostile(source: Path, folder: Path) -> Path:
    """All of it, writable, with the odd names unpacked."""
    copy_to_write(source, folder)
    with tarfile.open(source / "made_here/odd_names.tar.gz") as archive:
        archive.extractall(folder / MADE_HERE, filter="tar")
    return folder


def readable_by_table(folder: Path) -> dict[str, bool]:
    """Of each image of the collection that the list shows: whether it is to be readable."""
    found = {}
    with (folder / "PILLOW_13_RESULT.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            is_good = row["pixels_or_error"] == "ok" and "Error" not in row["orientation"]
            found[row["path"]] = DIFFERENT_HERE.get(row["path"], is_good)
    return {path: is_good for path, is_good in found.items() if path not in NOT_LISTED}


def odd_names(folder: Path) -> set[str]:
    found = {path.relative_to(folder).as_posix() for path in (folder / NAMES).iterdir()}
    return found | {f"{MADE_HERE}/folder_named_like_image.png/inner.png"}


def manifest(folder: Path) -> Iterator[tuple[str, str]]:
    """Each image made for the collection, and what is expected of it."""
    with (folder / "made_here/MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["path"].startswith("images/"):
                yield f"made_here/{row['path']}".replace("\\n", "\n"), row["what is expected"]


def draw_boxes(folder: Path) -> int:
    """A project in which every image has a box, also those that nobody can read; their number."""
    images = find_images(folder)
    sizes = [size if isinstance(size, tuple) else (64, 48) for size in read_sizes(folder, images)]
    records = [
        ImageRecord(image, width, height, (ProjectBox(0, 0, (width + 1) // 2, (height + 1) // 2, 1 + number % 2),))
        for number, (image, (width, height)) in enumerate(zip(images, sizes, strict=True))
    ]
    store = ProjectStore.open(folder)
    store.write(records, (ClassRecord(1, "left", "#4363d8"), ClassRecord(2, "top", "#e6194b")))
    store.close()
    return len(images)


def listing(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file below a folder with its size and when it was changed; links are not followed."""
    found = {}
    for path in folder.rglob("*"):
        status = path.lstat()
        if not path.is_dir() or path.is_symlink():
            found[path.relative_to(folder).as_posix()] = (status.st_size, status.st_mtime_ns)
    return found
