"""A Dataset is what crosses the border: files, runs and the command line speak it, with class names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from training.dataset.box import Box


class Split(StrEnum):
    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class LabelledImage:
    """One image and what a person said about it; no boxes and no own class means a negative.

    `filename` is the path relative to the image folder, with `/`. Width and height are of the upright image. `extra` is
    what the format it came in said besides, as a JSON object by names of formats; nothing where there was nothing.
    """

    filename: str
    width: int
    height: int
    boxes: tuple[Box, ...] = ()
    image_class: str | None = None
    split: Split | None = None
    extra: str = ""

    @property
    def is_negative(self) -> bool:
        return not self.boxes and self.image_class is None

    @property
    def largest_box(self) -> Box | None:
        return max(self.boxes, key=lambda box: box.area, default=None)


@dataclass(frozen=True, slots=True)
class Dataset:
    """Images sorted by filename, and the class names in their one stored order."""

    images: tuple[LabelledImage, ...]
    classes: tuple[str, ...]
    extra: str = ""  # as of an image

    def of_split(self, split: Split) -> Dataset:
        return replace(self, images=tuple(image for image in self.images if image.split == split))

    def box_counts(self) -> Counter[str]:
        return Counter(box.label for image in self.images for box in image.boxes)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing in a file that could not be used as it is, where it stands, and how many rows it keeps out."""

    file: str
    line: int | None
    reason: str
    rows: int = 1
    unit: str = "line"  # what `line` counts: a file without lines has annotations or objects

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}, {self.unit} {self.line}"
        return f"{where}: {self.reason}"


class AnnotationFileError(Exception):
    """The file as a whole can't be read; the message says where, what was expected, what came."""

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason
