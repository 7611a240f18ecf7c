"""Answers about single images, and the predictions of each epoch, by the weights as they are. No Keras."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import groupby
from pathlib import Path

import numpy as np

from training.dataset.dataset import Dataset, LabelledImage
from training.dataset.image_files import ImageProblem
from training.dataset.relative_paths import leaves_folder
from training.run.answers.asking import answers_about, asked_image, samples_to_ask
from training.run.answers.prediction import Answer
from training.run.answers.predictor import Outputs, Predictor
from training.run.events import ImagePrediction, PredictionsEvent, WarningEvent
from training.run.samples.prepared_images import PreparedImages
from training.run.samples.sample_reading import Squares, read_squares
from training.run.session import Session

MOST_IMAGES = 200
MOST_SAMPLES = 600  # of them; an epoch is not to wait for what people look at
REMEMBERED = 64


class Watching:
    """Predicts the image somebody looks at, and at most 200 validation images spread over all of them.

    A classifier is asked about the boxes that the `dataset` has in an image. Inside of `as_judged` the predictor has the
    weights that are judged and kept.
    """

    def __init__(
        self,
        session: Session,
        predictor: Predictor,
        validation: PreparedImages | None,
        dataset: Dataset | None = None,
        as_judged: Callable[[], AbstractContextManager[None]] = nullcontext,
        of_samples: Callable[[Sequence[int]], Outputs] | None = None,
    ) -> None:
        """`of_samples` answers about validation samples by their numbers, where that is quicker than showing them."""
        self._session = session
        self._predictor = predictor
        self._as_judged = as_judged
        self._of_samples = of_samples or self._shown
        self._validation = validation
        self._chosen = [] if validation is None else _chosen_of(validation)
        self._images = {} if dataset is None else {image.filename: image for image in dataset.images}
        self._remembered: OrderedDict[str, Squares | None] = OrderedDict()

    def answer(self, epoch: int) -> None:
        """Answer a question if one is waiting."""
        asked = self._session.control.take_question()
        if asked is None:
            return
        with self._as_judged():
            seen = self._of_image(asked)
        self._session.tell(PredictionsEvent(epoch=epoch, reason="watch", images=(seen,)))

    def tell_epoch(self, epoch: int) -> None:
        watched = self._session.control.watched
        with self._as_judged():
            images = [*([self._of_image(watched)] if watched is not None else []), *self._of_validation(watched)]
        if images:
            self._session.tell(PredictionsEvent(epoch=epoch, reason="epoch", images=tuple(images)))

    def _of_validation(self, but: str | None) -> list[ImagePrediction]:
        if self._validation is None:
            return []
        outputs = self._of_samples(self._chosen)
        samples = [self._validation.samples[index] for index in self._chosen]
        letterboxes = [self._validation.letterboxes[index] for index in self._chosen]
        answers = answers_about(self._predictor.card, samples, letterboxes, outputs)
        return [_told(name, answer) for name, answer in answers if name != but]

    def _shown(self, chosen: Sequence[int]) -> Outputs:
        assert self._validation is not None
        return self._predictor.outputs(self._validation.squares[list(chosen)])

    def _of_image(self, filename: str) -> ImagePrediction:
        watched = self._watched(filename)
        return ImagePrediction(filename) if watched is None else _told(filename, self._predictor.answers([watched])[0])

    def _watched(self, filename: str) -> Squares | None:
        if filename not in self._remembered:
            self._remembered[filename] = self._read(filename)
            if len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        return self._remembered[filename]

    def _read(self, filename: str) -> Squares | None:
        """None, and a warning, for what is no image of this folder."""
        card = self._predictor.card
        try:
            if leaves_folder(filename):
                raise ImageProblem(Path(filename), "it lies outside the image folder")
            path = self._session.settings.image_folder / filename
            return read_squares(self._asked(filename), path, card.input_size, samples_to_ask(card))
        except ImageProblem as problem:
            text = f"{filename} can't be watched: {problem.reason}"
            facts = {"file": filename, "why": problem.reason}
            self._session.tell(WarningEvent(code="image_not_watched", text=text, facts=facts))
            return None

    def _asked(self, filename: str) -> LabelledImage:
        """With the boxes of the run's dataset, which may be other than those that are drawn by now."""
        image = self._images.get(filename)
        return asked_image(filename, () if image is None else image.boxes)


def _told(filename: str, answer: Answer) -> ImagePrediction:
    rounded = answer.rounded()
    return ImagePrediction(filename, rounded.boxes, rounded.answers)


def _chosen_of(prepared: PreparedImages) -> list[int]:
    """All samples of at most 200 images, evenly spread over all; of fewer images where each has many."""
    groups = groupby(range(len(prepared)), key=lambda number: prepared.samples[number].image.filename)
    images = [list(group) for _, group in groups]
    count = min(len(images), MOST_IMAGES, max(1, MOST_SAMPLES * len(images) // max(1, len(prepared))))
    return [number for image in np.linspace(0, len(images) - 1, count).round() for number in images[int(image)]]
