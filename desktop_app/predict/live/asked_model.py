"""The model of a page, exchanged by the window and asked by a thread."""

from __future__ import annotations

import time
from collections.abc import Callable

from desktop_app.predict.loaded_model import LoadedModel
from training.run.answers.letterbox import Pixels
from training.run.answers.prediction import LEAST_SCORE, Answer
from training.run.failure import ModelFileError

PAUSE_S = 1.0  # after it failed; a process that ended is started anew when it is asked again


class AskedModel:
    """`tell` gets a sentence when the model fails, once until it answers again. It is called by whoever asks."""

    def __init__(self, tell: Callable[[str], object]) -> None:
        self._tell = tell
        self._model: LoadedModel | None = None
        self._told = ""
        self._again_at = 0.0

    def exchange(self, model: LoadedModel | None) -> None:
        self._model = model
        self._told, self._again_at = "", 0.0

    def answer(self, pixels: Pixels) -> Answer | None:
        """All that it sees, whatever the score: what is shown of it is chosen afterwards. None without a model."""
        return self.said(pixels)[0]

    def said(self, pixels: Pixels) -> tuple[Answer | None, LoadedModel | None]:
        """The same, with the model that says it: soon it may be another one."""
        model = self._model
        if model is None or time.monotonic() < self._again_at:
            return None, None
        try:
            answer = model.predictor.answer_frame(pixels, LEAST_SCORE)
        except ModelFileError as error:
            if model is self._model:  # not one that was closed because another took its place
                self._on_failed(str(error))
            return None, None
        self._told = ""
        return answer, model

    def _on_failed(self, sentence: str) -> None:
        self._again_at = time.monotonic() + PAUSE_S
        if sentence != self._told:
            self._told = sentence
            self._tell(sentence)


def above(answer: Answer | None, min_score: float) -> Answer:
    """What of an answer is sure enough."""
    if answer is None:
        return Answer()
    boxes = tuple(box for box in answer.boxes if box.score >= min_score)
    return Answer(boxes, tuple(one for one in answer.answers if one.best.score >= min_score))
