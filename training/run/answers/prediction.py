"""What a model said about an image, and reading it from the model's outputs. No Keras."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from training.dataset.box import Box, Rectangle
from training.run.settings import ClassEntry

if TYPE_CHECKING:  # every event carries predicted boxes: reading events loads neither numpy nor OpenCV
    import numpy as np
    import numpy.typing as npt

    from training.run.answers.letterbox import Letterbox

PRESENCE_THRESHOLD = 0.5
TOP = 3  # classes that are told of a classifier's answer
LEAST_SCORE = 0.01  # asked for where a person chooses the threshold afterwards


@dataclass(frozen=True, slots=True)
class PredictedBox(Rectangle):
    """A box in pixels of the upright image, its class by id and name, and how sure the model is, 0..1."""

    label: str
    class_id: int
    score: float

    def rounded(self) -> PredictedBox:
        """To thousandths of a pixel, as files have it; the score to four decimals."""
        corners = (round(edge, 3) for edge in self.corners)
        return replace(self.with_corners(*corners), score=round(self.score, 4))

    def as_box(self) -> Box:
        return Box(*self.corners, self.label)


@dataclass(frozen=True, slots=True)
class ClassScore:
    """A class by name and id, and how probable it is, 0..1."""

    label: str
    class_id: int
    score: float


@dataclass(frozen=True, slots=True)
class ClassAnswer:
    """What a classifier takes something for: the best few classes, best first.

    `box` is what it looked at, in pixels of the upright image; None for the whole picture.
    """

    top: tuple[ClassScore, ...]
    box: Rectangle | None = None

    @property
    def best(self) -> ClassScore:
        return self.top[0]

    def rounded(self) -> ClassAnswer:
        """As `PredictedBox.rounded`."""
        top = tuple(replace(one, score=round(one.score, 4)) for one in self.top)
        box = self.box and self.box.with_corners(*(round(edge, 3) for edge in self.box.corners))
        return ClassAnswer(top, box)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model says about one image, in pixels of the upright image.

    A localizer gives `boxes`, none where it sees no object. A classifier gives `answers`, one for each box it was asked
    about, or one for the whole picture; what it takes the boxes for is in `boxes` too.
    """

    boxes: tuple[PredictedBox, ...] = ()
    answers: tuple[ClassAnswer, ...] = ()

    @property
    def rows(self) -> tuple[PredictedBox | ClassScore, ...]:
        """What a file of predictions says: the boxes, or the class of the whole picture."""
        return self.boxes or tuple(answer.best for answer in self.answers)

    def rounded(self) -> Answer:
        return Answer(tuple(box.rounded() for box in self.boxes), tuple(one.rounded() for one in self.answers))


def class_answer(
    probabilities: npt.NDArray[np.float32], classes: Sequence[ClassEntry], box: Rectangle | None = None
) -> ClassAnswer:
    """The best three of the softmax (C,) of one picture or of what lies in a box; of equals the first."""
    order = (-probabilities).argsort(kind="stable")[:TOP]
    chosen = ((classes[index], float(probabilities[index])) for index in order)
    return ClassAnswer(tuple(ClassScore(entry.name, entry.id, score) for entry, score in chosen), box)


def predicted_box(
    outputs: Mapping[str, npt.NDArray[np.float32]], classes: Sequence[ClassEntry], letterbox: Letterbox
) -> PredictedBox:
    """The one box the localizer sees in one image, whatever its score.

    `outputs` are one picture's rows: `class` (C,) softmax, `box` (4,) centre-x, centre-y, width, height as shares of the
    square, `presence` (1,) sigmoid if the model has that head. The score is the presence; without that head it is the
    probability of the class.
    """
    best = int(outputs["class"].argmax())
    place = letterbox.decoded(*(float(value) for value in outputs["box"]))
    score = float(outputs["presence"][0]) if "presence" in outputs else float(outputs["class"][best])
    return PredictedBox(*place.corners, label=classes[best].name, class_id=classes[best].id, score=score)


def kept_boxes(
    outputs: Mapping[str, npt.NDArray[np.float32]],
    classes: Sequence[ClassEntry],
    letterbox: Letterbox,
    min_score: float | None = None,
) -> tuple[PredictedBox, ...]:
    """The box of `predicted_box`, or none where the model sees no object.

    Without `min_score` an object is there when presence is at least 0.5, and always for a model without that head.
    """
    box = predicted_box(outputs, classes, letterbox)
    threshold = min_score if min_score is not None else PRESENCE_THRESHOLD if "presence" in outputs else 0.0
    return () if box.score < threshold or box.is_empty else (box,)
