"""What a model's answers are about, and how the class of a whole image is handled like a box."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, auto
from typing import TYPE_CHECKING

from training.dataset.box import ProjectBox, Rectangle

if TYPE_CHECKING:
    from training.run.answers.prediction import ClassAnswer, PredictedBox

WHOLE = Rectangle(0.0, 0.0, 1.0, 1.0)  # stands for all of an image, whatever its size
SAME_CORNERS = 0.5  # pixels: answers are kept to thousandths, and clipped at the image's edge


class Subject(Enum):
    """A localizer proposes boxes; a classifier says what lies in the boxes that are drawn, or what an image shows."""

    OBJECTS = auto()
    DRAWN_BOXES = auto()
    WHOLE_IMAGES = auto()


def whole_of(subject: Subject) -> Rectangle | None:
    """Where the class of a whole image stands, of a model that tells it."""
    return WHOLE if subject is Subject.WHOLE_IMAGES else None


def whole_image_box(answers: Iterable[ClassAnswer]) -> tuple[PredictedBox, ...]:
    """The best class of a whole image, as a box in the place that stands for it."""
    from training.run.answers.prediction import PredictedBox

    best = (answer.top[0] for answer in answers if answer.box is None and answer.top)
    return tuple(PredictedBox(*WHOLE.corners, one.label, one.class_id, one.score) for one in best)


def own_class_box(class_id: int | None) -> tuple[ProjectBox, ...]:
    """What a person says about a whole image, in the same place."""
    return () if class_id is None else (ProjectBox(*WHOLE.corners, class_id),)


def has_same_corners(first: Rectangle, second: Rectangle) -> bool:
    return all(abs(a - b) <= SAME_CORNERS for a, b in zip(first.corners, second.corners, strict=True))
