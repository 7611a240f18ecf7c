"""What a project holds about each image and each class, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from training.dataset.box import ProjectBox, Rectangle
from training.dataset.dataset import Split


class ImageState(StrEnum):
    UNLABELLED = "unlabelled"
    LABELLED = "labelled"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True)
class ClassRecord:
    """A class of a project. The id never changes and is never given out again."""

    id: int
    name: str
    colour: str  # "#rrggbb"


@dataclass(frozen=True, slots=True)
class AnsweredProposal(Rectangle):
    """A box that a run proposed and a person decided about: it is not proposed again by that run.

    `class_id` is the run's, which the project may not have any more; `origin` is the name of the run.
    """

    class_id: int
    origin: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """Everything a project knows of one image. `path` is relative to the folder, with `/`.

    Width and height are of the upright image, None until somebody has read it. `extra` is as in LabelledImage.
    """

    path: str
    width: int | None = None
    height: int | None = None
    boxes: tuple[ProjectBox, ...] = ()
    class_id: int | None = None
    reviewed: bool = False
    split: Split | None = None
    answered: tuple[AnsweredProposal, ...] = ()
    extra: str = ""

    @property
    def state(self) -> ImageState:
        if self.reviewed:
            return ImageState.REVIEWED
        if self.boxes or self.class_id is not None:
            return ImageState.LABELLED
        return ImageState.UNLABELLED

    @property
    def is_negative(self) -> bool:
        return self.reviewed and not self.boxes and self.class_id is None


@dataclass(frozen=True, slots=True)
class ImageSummary:
    """What a list of many thousands needs of each image, without its boxes."""

    state: ImageState = ImageState.UNLABELLED
    box_count: int = 0
    class_id: int | None = None
    split: Split | None = None
