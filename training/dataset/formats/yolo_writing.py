"""Writes YOLO: labels/*.txt, classes.txt and data.yaml, and lists of images where there are splits."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from training.dataset import safe_files
from training.dataset.dataset import AnnotationFileError, Dataset, LabelledImage, Split
from training.dataset.formats.file_places import check_names, of_one_file, one_line_each
from training.dataset.formats.format import WriteChoices, Written
from training.dataset.formats.losses import losses, without_size
from training.dataset.formats.readings import stem_of
from training.dataset.formats.yolo_names import read_names

LABELS = "labels"
_TITLE = "YOLO"
_LISTS = {Split.TRAIN: "train", Split.VALIDATION: "val", Split.TEST: "test"}


def write(dataset: Dataset, place: Path, choices: WriteChoices) -> Written:
    check_names(dataset)
    names, said = _names(dataset, place)
    clashing = of_one_file((image.filename for image in dataset.images), ".txt", place)
    unsized = without_size(dataset)
    images = [image for image in dataset.images if image.filename not in clashing and image.filename not in unsized]
    numbers = {name: number for number, name in enumerate(names)}
    written = []
    for image in choices.each(images):
        written.append(place / LABELS / f"{stem_of(image.filename)}.txt")
        safe_files.write_text(written[-1], _text(image, numbers))
    lists, unlisted = _lists(images)
    texts = {"classes.txt": "".join(f"{name}\n" for name in names)} | lists
    texts["data.yaml"] = _yaml(names, [name for name in _LISTS.values() if f"{name}.txt" in texts])
    for name, content in texts.items():
        safe_files.write_text(place / name, content)
    said.extend([*_left_out(clashing, list(unsized)), *unlisted])
    said.extend(losses(dataset, _TITLE, negatives=True, splits=True, class_order=True))
    files = (*written, *(place / name for name in texts))
    return Written(files, tuple(said), frozenset((*clashing, *unsized)))


def _names(dataset: Dataset, place: Path) -> tuple[list[str], list[str]]:
    """Numbers that were given out before keep their classes: other label files may use them."""
    for name in dataset.classes:
        if len(name.splitlines()) > 1:
            raise AnnotationFileError(place, f"{name!r} can't be a line of classes.txt; nothing was written")
    there = next(filter(None, map(read_names, (place / "classes.txt", place / "data.yaml"))), None)
    known = list(there.names) if there else []
    names = [*known, *(name for name in dataset.classes if name not in set(known))]
    if there and names != list(dataset.classes):
        kept = f"its {len(known)} classes keep their numbers, and new ones come after them"
        return names, [f"{there.file.name} was there: {kept}."]
    return names, []


def _text(image: LabelledImage, numbers: Mapping[str, int]) -> str:
    lines = []
    for box in image.boxes:
        x, y = (box.xmin + box.xmax) / 2 / image.width, (box.ymin + box.ymax) / 2 / image.height
        shares = (x, y, box.width / image.width, box.height / image.height)
        lines.append(f"{numbers[box.label]} " + " ".join(map(_share, shares)) + "\n")
    return "".join(lines)


def _share(value: float) -> str:
    """Enough digits for a thousandth of a pixel of 100,000."""
    return f"{value:.8f}".rstrip("0").rstrip(".")


def _lists(images: Sequence[LabelledImage]) -> tuple[dict[str, str], list[str]]:
    lists, said = {}, []
    for split, name in _LISTS.items():
        members, unlisted = one_line_each(image for image in images if image.split is split)
        said.extend(unlisted)
        if members:
            lists[f"{name}.txt"] = "".join(f"./images/{member.filename}\n" for member in members)
    return lists, said


def _yaml(names: Sequence[str], lists: Sequence[str]) -> str:
    """JSON strings are YAML strings, whatever is in them."""
    lines = ["path: .", *(f"{name}: {name}.txt" for name in lists)]
    if not lists:
        lines += ["train: images", "val: images"]
    lines += ["names:", *(f"  {number}: {json.dumps(name, ensure_ascii=False)}" for number, name in enumerate(names))]
    return "\n".join(lines) + "\n"


def _left_out(clashing: dict[str, str], unsized: Sequence[str]) -> list[str]:
    said = [
        f"{name!r} is left out: YOLO can't tell it from {other!r}, as only suffix, accents or letters' case differ."
        for name, other in clashing.items()
    ]
    said += [f"{name!r} is left out: its size is not known, and YOLO writes shares of it." for name in unsized]
    return said
