"""What every way of asking a model has in common: pictures in, answers in original pixels out. No Keras."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from training.dataset.box import Rectangle
from training.run.answers.asking import answer_of, asked_image, samples_to_ask
from training.run.answers.frame_square import FrameSquare
from training.run.answers.letterbox import FILL, Pixels
from training.run.answers.prediction import Answer, ClassAnswer, PredictedBox
from training.run.model_card import ModelCard
from training.run.samples.sample_reading import Sample, Squares, squares_of

Outputs = dict[str, npt.NDArray[np.float32]]
LITERT = "LiteRT"
KERAS = "Keras"
USUAL_FRAME = (480, 640, 3)
_WHOLE_FRAME = Sample(asked_image(""))


class Predictor(ABC):
    """A loaded model and what it says about itself. What it is asked and how it answers is its recipe's, see `asking`.

    To be used by one thread at a time, not necessarily the one that made it; `close` may come from any. `engine` is who
    answers, LITERT or KERAS; `note` a sentence for people that says why it is not LiteRT, empty where it is.
    """

    card: ModelCard
    engine: str = KERAS
    note: str = ""
    _frame: FrameSquare | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:  # noqa: B027 -- most hold nothing that must be given back
        """End what answers, at once; an answer that somebody waits for in another thread becomes a ModelFileError.

        May be called again.
        """

    def twin(self) -> Predictor | None:
        """Another one that answers alike on a single core, for a second thread; None where there can only be this one.

        To be called by any thread. Raises ModelFileError.
        """
        return None

    def warm_up(self) -> None:
        """Have all that the first answer alone would wait for: one answer on grey pixels. Raises ModelFileError."""
        self.answer_frame(np.full(USUAL_FRAME, FILL, np.uint8))

    @abstractmethod
    def outputs(self, squares: Pixels) -> Outputs:
        """The model's outputs, by head, (N, ...) float32, for letterboxed squares (N, S, S, 3) uint8 RGB."""

    def predict(self, image: Pixels, min_score: float | None = None) -> list[PredictedBox]:
        """The boxes in an upright RGB image (H, W, 3) uint8, in its pixels; empty where the model sees no object.

        `min_score` 0..1 replaces the usual threshold (presence of at least 0.5).
        """
        return list(self.answer(image, min_score=min_score).boxes)

    def classify(self, image: Pixels, boxes: Sequence[Rectangle] = ()) -> tuple[ClassAnswer, ...]:
        """A classifier's word on each box, in pixels of the upright RGB image (H, W, 3) uint8, or on all of it.

        The whole picture is classified without boxes, and by a model that was taught whole images.
        """
        return self.answer(image, boxes).answers

    def answer(self, image: Pixels, boxes: Sequence[Rectangle] = (), min_score: float | None = None) -> Answer:
        """What a model of any recipe says about an upright RGB image (H, W, 3) uint8.

        `boxes` are drawn ones, in its pixels: only a classifier looks at them. Those outside the image are left out.
        """
        height, width = image.shape[:2]
        samples = samples_to_ask(self.card)(asked_image("", boxes), width, height)
        return self.answers([squares_of(image, samples, self.card.input_size)], min_score)[0]

    def answer_frame(self, pixels: Pixels, min_score: float | None = None) -> Answer:
        """As `answer` about the whole of a picture that is one of many of its size, RGB (H, W, 3) uint8, in the least time.

        The same but for rounding: the square may differ by one level of 255 here and there, which moves a box or a score
        by some thousandths where the model is unsure.
        """
        if self._frame is None:
            self._frame = FrameSquare(self.card.input_size)
        squares, place = self._frame.of(pixels)
        return answer_of(self.card, [_WHOLE_FRAME], [place], self.outputs(squares), min_score)

    def answers(self, asked: Sequence[Squares], min_score: float | None = None) -> list[Answer]:
        """What it says about each of several images, each as the squares of its samples, at least one."""
        if not asked:
            return []
        outputs = self.outputs(np.stack([square for squares in asked for square, _ in squares]))
        answers = []
        start = 0
        for squares in asked:
            rows = {head: values[start : start + len(squares)] for head, values in outputs.items()}
            samples = [placed.sample for _, placed in squares]
            answers.append(answer_of(self.card, samples, [one.letterbox for _, one in squares], rows, min_score))
            start += len(squares)
        return answers
