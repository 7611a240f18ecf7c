"""Answers about single images, and the predictions of each epoch, by the weights as they are. No Keras."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training.dataset.image_files import ImageProblem
from training.dataset.relative_paths import leaves_folder
from training.run.answers.letterbox import Letterbox, Pixels
from training.run.answers.prediction import PredictedBox
from training.run.answers.predictor import Predictor, read_square
from training.run.events import ImagePrediction, PredictionsEvent, WarningEvent
from training.run.prepared_images import PreparedImages
from training.run.session import Session

MOST_IMAGES = 200
REMEMBERED = 64

Watched = tuple[Pixels, Letterbox]


class Watching:
    """Predicts the image somebody looks at, and at most 200 validation images spread over all of them."""

    def __init__(self, session: Session, predictor: Predictor, validation: PreparedImages | None) -> None:
        self._session = session
        self._predictor = predictor
        self._validation = validation
        self._chosen = _spread(0 if validation is None else len(validation))
        self._remembered: OrderedDict[str, Watched | None] = OrderedDict()

    def answer(self, epoch: int) -> None:
        """Answer a question if one is waiting."""
        asked = self._session.control.take_question()
        if asked is not None:
            self._session.tell(PredictionsEvent(epoch=epoch, reason="watch", images=tuple(self._of_image(asked))))

    def tell_epoch(self, epoch: int) -> None:
        watched = self._session.control.watched
        images = [*(self._of_image(watched) if watched is not None else ()), *self._of_validation(watched)]
        if images:
            self._session.tell(PredictionsEvent(epoch=epoch, reason="epoch", images=tuple(images)))

    def _of_validation(self, but: str | None) -> list[ImagePrediction]:
        if self._validation is None:
            return []
        outputs = self._predictor.outputs(self._validation.squares[self._chosen])
        boxes = self._predictor.boxes(outputs, [self._validation.letterboxes[index] for index in self._chosen])
        names = (self._validation.images[index].filename for index in self._chosen)
        return [_told(name, seen) for name, seen in zip(names, boxes, strict=True) if name != but]

    def _of_image(self, filename: str) -> list[ImagePrediction]:
        watched = self._watched(filename)
        if watched is None:
            return [ImagePrediction(filename)]
        square, letterbox = watched
        outputs = self._predictor.outputs(square[None])
        return [_told(filename, self._predictor.boxes(outputs, [letterbox])[0])]

    def _watched(self, filename: str) -> Watched | None:
        if filename not in self._remembered:
            self._remembered[filename] = self._read(filename)
            if len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        return self._remembered[filename]

    def _read(self, filename: str) -> Watched | None:
        """None, and a warning, for what is no image of this folder."""
        size = self._predictor.card.input_size
        try:
            if leaves_folder(filename):
                raise ImageProblem(Path(filename), "it lies outside the image folder")
            return read_square(self._session.settings.image_folder / filename, size)
        except ImageProblem as problem:
            text = f"{filename} can't be watched: {problem.reason}"
            facts = {"file": filename, "why": problem.reason}
            self._session.tell(WarningEvent(code="image_not_watched", text=text, facts=facts))
            return None


def _told(filename: str, boxes: Sequence[PredictedBox]) -> ImagePrediction:
    return ImagePrediction(filename, tuple(box.rounded() for box in boxes))


def _spread(count: int) -> list[int]:
    """At most 200 places, evenly over all."""
    return [int(index) for index in np.linspace(0, count - 1, min(count, MOST_IMAGES)).round()] if count else []
